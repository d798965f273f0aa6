"""The claims check over everything the program writes by itself: every rule, every certainty, every template."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from cuijie.law import library
from cuijie.records import Certainty, Finding
from cuijie.remedies.conduct import wording_of
from cuijie.remedies.documents.blocks import blocks_runs
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.group import group_draft
from cuijie.remedies.material import Material
from cuijie.rulebook import load_rulebook
from tests.remedies.papers import EVERY, claims_in
from tests.remedies.sample import ON, sample

_RULES = sorted(one.rule.id for one in load_rulebook().rules)


def _found(rules: list[str], certainty: Certainty) -> Material:
    """The sample with each of *rules* found, in turn on one of its contacts."""
    material = sample()
    contacts = [one.contact_id for one in material.contacts]
    findings = tuple(
        Finding(
            rule=rule,
            contacts=(contacts[number % len(contacts)], "e1"),
            claimants=("debtor", "recipient"),
            certainty=certainty,
            basis=material.findings[0].basis,
        )
        for number, rule in enumerate(rules)
    )
    return replace(material, findings=findings)


@pytest.mark.parametrize("rule", _RULES)
def test_the_words_for_a_rule_claim_no_more_than_papers_can_show(rule: str) -> None:
    wording = wording_of(rule)
    for text in (wording.title, wording.demand, wording.contacted, wording.stop, wording.report):
        assert claims_in(text) == (), text


@pytest.mark.parametrize("certainty", get_args(Certainty))
@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_no_template_trips_the_check_whatever_was_found(document: str, sender: str, certainty: Certainty) -> None:
    if certainty == "to_judge" and documents()[document].facts == "needed":
        pytest.skip("this paper is refused without a finding that may be asserted")
    made = draft(document, _found(_RULES, certainty), ON, law=library(), sender=sender)
    assert made.claims == ()
    words = "".join(run.text for run in blocks_runs(made.blocks))
    if certainty == "to_judge":
        assert all(wording_of(rule).title not in words for rule in _RULES)
    if certainty == "likely":
        stated = [rule for rule in _RULES if wording_of(rule).title in words]
        for rule in stated:
            title = wording_of(rule).title
            assert title.startswith("疑似") or f"疑似{title}" in words


@pytest.mark.parametrize("certainty", ["established", "likely"])
def test_the_complaint_of_several_does_not_trip_it_either(certainty: Certainty) -> None:
    made = group_draft([_found(_RULES, certainty)] * 5, ON, law=library())
    assert made.claims == ()


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_each_contact_is_told_once_in_the_running_text(document: str, sender: str) -> None:
    """Under however many kinds of conduct a contact falls, its words stand once (and once more in the timeline)."""
    made = draft(document, _found(_RULES, "established"), ON, law=library(), sender=sender)
    words = "".join(run.text for run in blocks_runs(made.blocks))
    annex = words.partition("附件　事件时间轴")[2]
    running = words.removesuffix(annex)
    for moment in ("2026年3月2日9时15分", "2026年3月4日8时30分"):
        if document != "incident_timeline":  # it is a table and a count by conduct with first and last moments
            assert running.count(moment) <= 1
