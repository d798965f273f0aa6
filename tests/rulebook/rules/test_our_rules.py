"""Every rule of ours: its own scenarios, what it cites, and what it must never do."""

from __future__ import annotations

import pytest

from cuijie.clock import shanghai_day
from cuijie.rulebook import LinkedRule, Rulebook, load_rulebook
from cuijie.rulebook.rule import Scenario
from cuijie.rulebook.scenarios import run_scenario

_BOOK = load_rulebook()
_RULES = {linked.rule.id: linked for linked in _BOOK.rules}
_NAMED = {
    "cn.third-party.not-agreed", "cn.third-party.debtor-reachable", "cn.third-party.debt-disclosed",
    "cn.third-party.asked-to-pay", "cn.third-party.after-refusal", "cn.time.quiet-hours",
    "cn.frequency.connected-calls", "cn.frequency.unanswered-attempts", "cn.identity.not-stated",
    "cn.threat.violence", "cn.threat.contacts", "cn.insult", "cn.obscene", "cn.impersonation",
    "cn.false-consequence", "cn.exposure.public", "cn.visit.coercive", "cn.visit.entry",
    "cn.contact-list.no-valid-consent", "cn.third-party.number-without-basis", "cn.consent.withdrawn",
    "cn.personal-info.illegal-source", "cn.new-debt.induced", "cn.fees.undisclosed", "cn.payment.private-account",
    "cn.number.disguised", "cn.harassment.volume", "cn.recording.missing", "cn.outsourcing.unsupervised",
    "cn.complaint.unanswered", "cn.debt.settled", "cn.scam.fee",
}  # fmt: skip
_NUMBERS_FROM_STANDARDS = {
    "cn.time.quiet-hours",
    "cn.frequency.connected-calls",
    "cn.frequency.unanswered-attempts",
}
_NOT_TO_BE_USED = {
    "cn.gbt45251.2025/5.3.interval",
    "cn.gbt45251.2025/5.3.recording",
    "cn.internet-loan-measures.2020/collection",
    "cn.app-pi-draft.2026/contacts",
    "cn.app-pi-draft.2026/third-party",
}
_SCENARIOS = [
    pytest.param(linked, scenario, id=f"{linked.rule.id}: {scenario.name}")
    for linked in _BOOK.rules
    for scenario in linked.rule.scenarios
]
_EACH_RULE = pytest.mark.parametrize("linked", [pytest.param(linked, id=linked.rule.id) for linked in _BOOK.rules])


@pytest.fixture(scope="module")
def alone() -> dict[str, Rulebook]:
    return {rule: _BOOK.only(rule) for rule in _RULES}


@pytest.mark.parametrize(("linked", "scenario"), _SCENARIOS)
def test_a_rule_decides_its_own_scenarios_as_its_author_says(
    linked: LinkedRule, scenario: Scenario, alone: dict[str, Rulebook]
) -> None:
    result = run_scenario(alone[linked.rule.id], linked, scenario)
    assert result.differences == (), result.why


def test_every_rule_of_the_design_is_there() -> None:
    assert _RULES.keys() >= _NAMED


@_EACH_RULE
def test_a_rule_shows_yes_no_unknown_and_silence(linked: LinkedRule) -> None:
    shown = {scenario.expect for scenario in linked.rule.scenarios}
    assert shown == {"breach", "clear", "unknown", "silent"}


@_EACH_RULE
def test_everything_a_rule_cites_is_in_the_law_library(linked: LinkedRule) -> None:
    cited = [norm.id for norm in linked.norms] + [c.id for c in (*linked.rule.support, *linked.rule.further)]
    assert [id for id in cited if not _BOOK.law.holds(id)] == []
    assert len(set(cited)) == len(cited), "one provision is cited once in a rule"


@_EACH_RULE
def test_no_rule_rests_on_what_nobody_has_read_or_on_a_draft(linked: LinkedRule) -> None:
    cited = {norm.id for norm in linked.norms} | {one.id for one in linked.rule.support}
    assert cited & _NOT_TO_BE_USED == set()
    assert [id for id in cited if _BOOK.law.provision(id).confidence == "unverified"] == []
    assert [id for id in cited if _BOOK.law.provision(id).instrument.is_draft] == []


@_EACH_RULE
def test_the_criminal_tier_is_never_asserted(linked: LinkedRule) -> None:
    assert "criminal" not in {norm.norm.tier for norm in linked.norms}
    assert "criminal" not in {one.tier for one in linked.rule.support}
    assert all(more.needs.zh.startswith("须证明") for more in linked.rule.further)


@pytest.mark.parametrize("rule", sorted(_NUMBERS_FROM_STANDARDS))
def test_a_number_found_in_a_standard_is_not_switched_on_by_a_statute(rule: str) -> None:
    assert {norm.norm.tier for norm in _RULES[rule].norms} <= {"standard", "self_discipline"}


@_EACH_RULE
def test_the_basis_of_every_breach_is_in_force_on_that_day(linked: LinkedRule, alone: dict[str, Rulebook]) -> None:
    for scenario in linked.rule.scenarios:
        if scenario.expect != "breach" or not scenario.contacts:
            continue
        judged = alone[linked.rule.id].judge(scenario.contacts, loans=[scenario.loan] if scenario.loan else [])
        days = {contact.contact_id: contact.occurred_at for contact in scenario.contacts}
        for one in judged.contacts:
            at = days[one.contact]
            assert at is not None
            assert all(_BOOK.law.in_force(norm, shanghai_day(at)) for norm in one.basis)
