"""``cuijie assess``, ``answer`` and ``timeline`` as a person uses them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from cuijie.cli import answer, timeline
from cuijie.cli.assess import command as assess
from cuijie.errors import CuijieError
from cuijie.records import LABELS, Collector, Entry, Loan, Person, Tie
from tests.assessment.cases import CARD, MICROLOAN, PRIVATE, case, contact, to_other
from tests.small_case import PASSPHRASE, fill, new_case, open_case


def run(command: click.Command, *arguments: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(command, arguments, input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(folder: Path, value: object) -> str:
    path = folder / "case.json"
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_a_breach_ends_with_one_and_a_clean_case_with_nought(tmp_path: Path) -> None:
    assert run(assess.command, written(tmp_path, case(MICROLOAN, to_other()))).exit_code == 1
    assert run(assess.command, written(tmp_path, case(MICROLOAN, contact()))).exit_code == 0


def test_what_is_only_to_judge_is_shown_and_no_breach(tmp_path: Path) -> None:
    result = run(assess.command, written(tmp_path, case(PRIVATE, to_other())))
    assert "需要人判断" in result.stdout
    assert result.exit_code == 0


def test_a_number_no_law_sets_is_no_limit_and_forbids_nothing_by_itself(tmp_path: Path) -> None:
    shown = run(assess.command, written(tmp_path, case(PRIVATE, contact(count=10)))).stdout
    assert "这段时间里 10 次，法律没有写满几次算违反，请人判断。" in shown
    assert "可能违反，须人判断" in shown
    assert "限额" not in shown
    assert "直接禁止" not in shown


def test_what_the_rules_only_advise_against_is_not_called_forbidden(tmp_path: Path) -> None:
    tries = [contact(f"c{n}", connected=False, occurred_at=f"2026-03-02T{n + 9:02}:00:00+08:00") for n in range(7)]
    shown = run(assess.command, written(tmp_path, case(CARD, *tries))).stdout
    assert "为什么不宜" in shown
    assert "写明不宜" in shown
    assert "直接禁止" not in shown


def test_somebody_whose_number_is_not_known_may_claim_and_a_public_post_has_no_person(tmp_path: Path) -> None:
    office = to_other("c1", recipient_id=None, recipient_relation="employer")
    post = to_other("c2", channel="public_post", connected=None, recipient_id=None, says_public_exposure=True)
    shown = run(assess.command, written(tmp_path, case(MICROLOAN, office, post))).stdout
    assert "没有约定过的其他人（单位）本人，以自己的名义：第 1 项" in shown
    assert "公开发布 → 公开的地方（c2）" in shown
    assert shown.count("以自己的名义") == 1


def test_a_question_about_the_loan_itself_speaks_of_no_contacts(tmp_path: Path) -> None:
    shown = run(assess.command, written(tmp_path, case(MICROLOAN, contact(), contract_on=None))).stdout
    assert "决定 1 条规则：收取没有事先写明的费用" in shown
    assert "0 次联系" not in shown


def test_a_question_about_words_that_are_kept_quotes_them_and_one_about_an_account_does_not(tmp_path: Path) -> None:
    words = "【某某消金】您的贷款已逾期5天，我们一直联系不上您，只能试着联系您预留的联系人。"
    unread = {f"says_{label}": None for label in LABELS}
    sms = contact(channel="sms", text=words, text_kind="verbatim", **unread)
    shown = run(assess.command, written(tmp_path, case(MICROLOAN, sms))).stdout
    assert f"施压？（2026-03-02 10:00:00 短信 → 借款人本人：“{words}”）" in shown
    told = contact(text="他打来催", text_kind="summary", caller_identified=None, **unread)
    shown = run(assess.command, written(tmp_path, case(MICROLOAN, told))).stdout
    assert "哪家机构？（2026-03-02 10:00:00 电话 → 借款人本人）" in shown
    assert "有 1 次联系没有对方的原话" in shown


def test_the_page_tells_what_why_law_proof_claims_and_that_the_debt_remains(tmp_path: Path) -> None:
    value = case(CARD, to_other(occurred_at="2026-03-01T22:30:00+08:00", recipient_refused=None))
    shown = run(assess.command, written(tmp_path, value)).stdout
    for words in (
        "发生了什么",
        "2026-03-01 22:30:00",
        "当时有效的规定",
        "《金融机构个人消费类贷款催收工作指引（试行）》",
        "证据：较弱",
        "能让它更有力的",
        "借款人自己：第",
        "以自己的名义：第",
        "cuijie answer CASE 'recipient_refused@other-1'",
        "欠的钱仍然要还",
        "[22:00,08:00)",
    ):
        assert words in shown, words


def test_json_goes_to_stdout_and_nothing_else(tmp_path: Path) -> None:
    result = run(assess.command, written(tmp_path, case(MICROLOAN, to_other())), "--json")
    assert json.loads(result.stdout)["findings"][0]["rule"] == "cn.third-party.not-agreed"


def test_a_case_can_come_by_standard_input() -> None:
    result = run(assess.command, "-", "--json", stdin=json.dumps(case(MICROLOAN, contact())))
    assert json.loads(result.stdout)["findings"] == []


def test_keys_that_mean_nothing_are_named_on_stderr(tmp_path: Path) -> None:
    result = run(assess.command, written(tmp_path, {**case(MICROLOAN, contact()), "remark": "x"}))
    assert "remark" in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"  \n", "是空的"),
        (b"{", "第 1 行第 2 列"),
        (b"\xff\xfe\x00", "不是 UTF-8"),
        (b'{"contacts": [{"contact_id": "\\ud800"}]}', "不是 UTF-8"),
        (b"[" * 100_000, "嵌套太深"),
        (b'{"contacts": [{"contact_id": "a", "channel": "fax"}]}', "列 channel"),
    ],
    ids=["empty", "blank", "cut off", "binary", "half a character", "deep", "wrong value"],
)
def test_bad_files_are_refused_with_their_name_and_place(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "case.json"
    path.write_bytes(content)
    with pytest.raises(CuijieError) as refused:
        run(assess.command, str(path))
    assert words in str(refused.value)
    assert refused.value.exit_code == 2


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CuijieError, match=r"找不到 .*nothing\.json"):
        run(assess.command, str(tmp_path / "nothing.json"))


AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case: two calls to the mother from one collector, and one message nobody has tied."""
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    call = Entry(
        entry_id="call-1",
        kind="call",
        owner="p1",
        places=("item#1",),
        occurred_at=AT,
        time_precision="second",
        inbound=True,
        number="17000001188",
        number_shown=True,
        connected=False,
        tie=Tie(collector_id="k1", basis="number"),
    )
    with new_case(tmp_path / "案卷") as made:
        made.put(
            Loan(loan_id="loan-1", lender_type="microloan", product="online_consumer", agreed_hours="none"),
            Person(person_id="p1", relation_word="母亲", relation="family"),
            Collector(collector_id="k1", actor="agency", agency_name="示例催收", numbers=("17000001188",)),
            call,
            replace(call, entry_id="sms-1", kind="sms", owner="debtor", text="您的快递到了", number="95500", tie=None),
        )
    return str(tmp_path / "案卷")


def questions(folder: str) -> dict[str, Any]:
    found = json.loads(run(assess.command, folder, "--json").stdout)["questions"]
    return {question["id"]: question for question in found}


def test_the_timeline_names_day_person_number_and_standing(folder: str) -> None:
    shown = run(timeline.command, folder).stdout
    for words in ("2026-03-02", "10:00:00", "母亲", "17000001188", "未接通", "[催收方]", "[待认定]", "“您的快递到了”"):
        assert words in shown
    assert "1 条待认定" in shown


def test_the_timeline_as_json_lists_contacts(folder: str) -> None:
    contacts = json.loads(run(timeline.command, folder, "--json").stdout)["contacts"]
    assert {one["contact_id"]: one["standing"] for one in contacts} == {"call-1": "tied", "sms-1": "candidate"}


def test_an_answer_settles_a_question_and_brings_the_finding(folder: str) -> None:
    assert "recipient_role@p1" in questions(folder)
    said = run(answer.command, folder, "recipient_role@p1", "没有约定过的其他人")
    assert "cn.third-party.not-agreed" in said.stdout
    assert "recipient_role@p1" not in questions(folder)


def test_who_is_behind_a_number_is_asked_and_answered_once_for_all_its_calls(folder: str) -> None:
    with open_case(Path(folder)) as case:
        (loan,) = case.all(Loan)
        (first,) = (one for one in case.all(Entry) if one.entry_id == "call-1")
        calls = (replace(first, entry_id=f"call-{number}", connected=True) for number in (1, 2))
        case.put(replace(loan, lender_type="credit_card_center", product="credit_card"), *calls)
    assert {"recorded@call-1", "recorded@call-2"} <= set(questions(folder))
    shown = run(assess.command, folder, "--all").stdout
    assert shown.count("'recorded@17000001188'") == 1
    assert "'recorded@call-" not in shown
    run(answer.command, folder, "recorded@170 0000 1188", "是")
    assert not {"recorded@call-1", "recorded@call-2"} & set(questions(folder))


def test_not_knowing_is_noted_and_the_question_stays(folder: str) -> None:
    assert "不知道" in run(answer.command, folder, "recipient_role@p1", "不知道").stdout
    assert questions(folder)["recipient_role@p1"]["answered"] == "不知道"


@pytest.mark.parametrize(
    ("question", "value", "words"),
    [
        ("recipient_role@nobody", "other", "案卷里没有"),
        ("nothing@p1", "是", "案卷里没有"),
        ("recipient_role@p1", "邻居", "的回答只能是"),
        ("recipient_refused@p1", "也许", "请回答 是、否 或 不知道"),
        ("occurred_at@call-1", "昨晚", "请回答时间"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_changes_nothing(
    folder: str, question: str, value: str, words: str
) -> None:
    before = questions(folder)
    with pytest.raises(CuijieError, match=words):
        run(answer.command, folder, question, value)
    assert questions(folder) == before


def test_a_folder_that_is_no_case_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(CuijieError):
        run(assess.command, str(tmp_path))


def test_a_chat_group_is_called_by_its_name_and_a_post_a_public_place(folder: str) -> None:
    with open_case(Path(folder)) as made:
        (call,) = (entry for entry in made.all(Entry) if entry.entry_id == "call-1")
        post = replace(call, entry_id="post-1", kind="public_post", owner="debtor", text="某某欠钱不还", connected=None)
        made.put(post, replace(post, entry_id="im-1", kind="im", group_name="同学"))
    page = run(assess.command, folder, "--all").stdout
    assert "“同学”里的各人，以自己的名义" in page
    assert "→ 公开的地方" in page
    assert "公开的地方里的各人" not in page
    assert "其他人 group-" not in page


def test_in_a_contacted_persons_own_case_their_claims_come_first_and_no_debt_is_called_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    with new_case(tmp_path / "案卷") as kept:
        fill(kept)
        mother = next(kept.each(Person))
        kept.put(replace(mother, role="other"))
    shown = run(assess.command, str(tmp_path / "案卷")).stdout
    claims = shown[shown.index("谁可以主张") :].splitlines()
    assert claims[1].startswith("  母亲本人，以自己的名义")
    assert "要由他本人提出，不用替他做" in shown
    assert "没有还款义务的人，不用替别人还" in shown
    assert "欠的钱仍然要还" not in shown
