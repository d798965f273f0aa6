"""``next`` and ``draft`` in English: nothing Chinese is left over but the user's own words and the names of papers' law."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cuijie.remedies.channels import channels
from cuijie.remedies.clocks import Deadline
from cuijie.remedies.conditions import OWN_QUESTIONS
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.english import english
from cuijie.remedies.rungs import rungs

_CHINESE = re.compile("[\u4e00-\u9fff]")


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list):
        return [one for part in value for one in _strings(part)]
    return []


def test_every_chinese_word_of_the_plan_has_its_english_one_and_none_is_left_over() -> None:
    words = english()
    assert set(words.rungs) == set(rungs())
    assert set(words.channels) == set(channels())
    assert set(words.clocks) == {f"{one.id}/{rule.id}" for one in channels().values() for rule in one.clocks}
    assert set(words.bases) == {rule.basis for one in channels().values() for rule in one.clocks}
    assert set(words.questions) == {*OWN_QUESTIONS, "lender_type"}
    assert set(words.documents) == set(documents())
    assert set(words.fields) == {key for spec in documents().values() for key in spec.fields}


@pytest.mark.parametrize("id", sorted(channels()))
def test_a_channel_says_as_much_in_english(id: str) -> None:
    words, channel = english().channels[id], channels()[id]
    assert len(words.bring) == len(channel.bring)
    assert len(words.refuses) == len(channel.refuses)


@pytest.mark.parametrize("id", sorted(documents()))
def test_a_document_warns_as_often_in_english(id: str) -> None:
    assert len(english().documents[id].before) == len(documents()[id].advice)


def test_no_english_word_is_chinese() -> None:
    words = english()
    said = _strings(tuple(words.rungs.values())) + _strings(tuple(words.fields.values()))
    said += _strings(tuple(words.clocks.values())) + _strings(tuple(words.bases.values()))
    for channel in words.channels.values():
        said += [channel.name, channel.where, channel.can, channel.cannot, channel.cost, channel.silent]
        said += [*channel.bring, *channel.refuses]
    for document in words.documents.values():
        said += [document.name, document.recipient, *document.before]
    left = [one for one in said if _CHINESE.search(one)]
    assert left == [words.rungs["answer_questions"][1]]  # it names the answer 不知道, which is typed so


def _contact(number: int, **more: object) -> dict[str, object]:
    return {
        "contact_id": f"k{number}", "channel": "sms", "direction": "outbound", "recipient_role": "other",
        "occurred_at": f"2026-03-0{number}T10:00:00+08:00", "recipient_id": "p1", "text": "pay", "actor": "lender",
        "text_kind": "verbatim", "asks_payment": True, "lender_type": "consumer_finance", "from_number": "17000001188",
        **more,
    }  # fmt: skip


@pytest.fixture
def case_json(tmp_path: Path) -> Path:
    loan = {"lender_type": "consumer_finance", "product": "online_consumer", "debt_settled": False}
    contacts = [_contact(1), _contact(2, says_threat_violence=True), _contact(3, recipient_role="debtor")]
    path = tmp_path / "CASE.json"
    path.write_text(json.dumps({"loan": loan, "contacts": contacts}), encoding="utf-8")
    return path


def _run(*words: object) -> str:
    """The program as a user starts it: the language is settled when it starts."""
    code = "import sys; from cuijie.cli.main import main; sys.argv[0] = 'cuijie'; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--lang", "en", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", timeout=240, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


_TYPED = re.compile(r"cuijie answer \S+ \S+ 是|不知道|\[[^\]]*\]")  # what is typed in Chinese even in English


@pytest.mark.slow
def test_the_plan_in_english_has_no_chinese_left(case_json: Path) -> None:
    told = _run("next", case_json, "--all", "--on", "2026-03-04")
    assert "In danger? Call 110 now" in told
    assert "Refused if:" in told
    assert "Limits:" in told
    left = [line for line in told.splitlines() if _CHINESE.search(_TYPED.sub("", line))]
    assert left == []
    plan = json.loads(_run("next", case_json, "--json", "--on", "2026-03-04"))
    for step in plan["steps"]:
        shown = [step["title"], step["why"], step["about"] or {}, step["bring"] if step["about"] else ""]
        assert not _CHINESE.search(_TYPED.sub("", json.dumps(shown, ensure_ascii=False))), step["id"]


@pytest.mark.slow
def test_drafting_in_english_says_everything_but_the_paper_in_english(case_json: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    told = _run("draft", case_json, "cease_letter_lender", "-o", out)
    assert "Read first: Do not confirm what is owed" in told
    assert "the one way to reach you" in told
    assert not _CHINESE.search(told)
    assert "停止侵害告知函" in out.read_text(encoding="utf-8")
    listed = _run("draft", "--list") + _run("draft", "--list", "civil_complaint")
    assert not _CHINESE.search(listed)


def test_only_the_users_own_time_that_has_passed_is_told_as_late_and_never_the_other_sides() -> None:
    last = date(2026, 5, 29)
    mine = Deadline(
        id="s/c", step="s", what="", is_mine=True, started_on=last, earliest_on=last, latest_on=last, safe_on=last,
        basis="", note="因节假日顺延",
    )  # fmt: skip
    theirs = replace(mine, is_mine=False)
    assert english().step_note(mine, last) == "Moved to the first working day after a holiday."
    assert (english().step_note(mine, last + timedelta(days=1)) or "").startswith("The time may have passed")
    assert english().step_note(theirs, last + timedelta(days=1)) == "Moved to the first working day after a holiday."
