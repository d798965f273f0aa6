"""What a person's account of a visit tells of the visitors' acts, and what it leaves open."""

from __future__ import annotations

import pytest

from cuijie.assessment import assess, inputs_from_state
from cuijie.assessment.visit_accounts import acts_told
from cuijie.reading import read
from tests.assessment.test_contacts import entry, state

_INTRUDED = {"entered": True, "entry_consented": False}


@pytest.mark.parametrize(
    ("account", "told"),
    [
        ("两个男的上门，没经我同意就推门进了屋", _INTRUDED),
        ("未经允许闯入我家，赖在客厅不肯走", {**_INTRUDED, "visit_coercive": True}),
        ("我妈开的门，他们就挤进来了", _INTRUDED),
        ("三个催收的来，我不让进，他们还是闯进来了", _INTRUDED),
        ("他们进了屋，问我什么时候还", {"entered": True}),
        ("我让他们进来坐了一会", {"entered": True}),
        ("来了三个人，堵着门不让我出去", {"visit_coercive": True}),
        ("未经同意，他们给我妈打电话，又来我家，我妈让他们进了门", {"entered": True}),
        ("两个自称法院的人没经我同意就进了屋，搬走了电视", {**_INTRUDED, "visit_coercive": True}),
        ("他们进屋坐下，拿走了我签的还款承诺书", {"entered": True}),
    ],
)
def test_acts_told_plainly_are_taken_and_consent_is_never_guessed(account: str, told: dict[str, bool]) -> None:
    assert acts_told(account) == told


@pytest.mark.parametrize(
    "account",
    [
        "上门，我没同意他们进门",
        "他们想进来，我没开门",
        "站在门外喊，没进屋，也没有堵门",
        "威胁说下次闯进来，要搬走家里东西",
        "我下班回家进了门，看到门上贴了纸",
        "来敲门，我进了屋报警",
        "两个男的进了小区就被保安拦住",
        "没经我同意把照片发到群里，没有进门",
        "上午法院执行局来家里，搬走了冰箱",
        "民警强行进屋搜查，搬走了电脑",
    ],
)
def test_what_was_prevented_threatened_or_done_by_others_tells_no_act(account: str) -> None:
    assert acts_told(account) == {}


def test_an_entry_told_in_a_diary_is_a_likely_breach_and_not_asked_about() -> None:
    visit = entry(kind="visit", visit_place="home", connected=None, text="没经我同意就推门进了屋", text_kind="summary")
    judged = assess(inputs_from_state(state(visit), read))
    said = next(one for one in judged.findings if one.rule == "cn.visit.entry")
    assert said.certainty == "likely"
    assert not {one.id.partition("@")[0] for one in judged.questions} & {"entered", "entry_consented"}
