"""What is read of an article beside its counts: terms, who acts, what may be done, what each number is of."""

from __future__ import annotations

import pytest

from cuijie.law.structure.phrases import phrases_in, unpacked_phrase
from cuijie.law.structure.slots import slots_in, unpacked
from cuijie.law.structure.terms import actors_said, find_terms, groups, polar_said, terms_of_law


def test_the_terms_of_a_provision_are_told_with_who_acts_and_how() -> None:
    codes = terms_of_law("甲部门收到申请后，应当书面答复；处理者不得公开信息，取得单独同意的除外。")
    assert {"form.written", "consent.single", "who.state.duty", "who.firms.ban"} <= set(codes)
    assert "consent.written" not in codes


def test_a_duty_told_after_a_comma_may_be_anothers() -> None:
    assert "who.any.duty" in terms_of_law("债权人提出请求后，应当答复。")
    assert "who.any.duty" not in terms_of_law("债权人应当答复。")


def test_denied_terms_are_not_said() -> None:
    assert [found.code for found in find_terms("不是连带责任")] == []
    assert [found.code for found in find_terms("承担连带责任")] == ["liability.joint"]


def test_the_nearest_actor_of_the_clause_acts() -> None:
    assert [actor.code for actor in actors_said("平台收到通知，用户可以撤回同意")] == ["who.people.may"]


def test_what_is_denied_has_another_code_than_what_is_affirmed() -> None:
    assert {code for code, _, _ in polar_said("不适用诉讼时效")} == {"does.applies.no"}
    assert {code for code, _, _ in polar_said("适用诉讼时效")} == {"does.applies.yes"}


@pytest.mark.parametrize("group", groups(), ids=lambda group: group.name)
def test_every_group_has_terms_and_a_name_in_both_languages(group: object) -> None:
    found = next(one for one in groups() if one is group)
    assert found.terms
    assert found.zh
    assert found.en


def test_numbers_and_phrases_come_back_from_the_files_as_they_went_in() -> None:
    text = "致人轻伤的，处三年以上十年以下拘束；可以并处罚款，不得减轻。"
    for slot in slots_in(text):
        assert unpacked(str(slot.amount), slot.packed, slot.bound) == slot
    assert [slot.bound for slot in slots_in(text)] == ["least", "most"]
    for phrase in phrases_in(text):
        back = unpacked_phrase(phrase.packed)
        assert (back.manner, back.marks, back.who) == (phrase.manner, phrase.marks, phrase.who)
    assert [phrase.manner for phrase in phrases_in(text)] == ["may", "ban"]
