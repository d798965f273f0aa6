"""Hand-made cases and what must come of them: exactly these findings, exactly these questions."""

from __future__ import annotations

import pytest

from tests.assessment.cases import (
    BANK_ONLINE,
    CARD,
    CONSUMER_FINANCE,
    MICROLOAN,
    PRIVATE,
    UNLICENSED,
    assessed,
    case,
    certainties,
    contact,
    open_facts,
    to_other,
)

E, L, J = "established", "likely", "to_judge"
NIGHT, CALLS, TRIES = "cn.time.quiet-hours", "cn.frequency.connected-calls", "cn.frequency.unanswered-attempts"
OTHER, REACHED = "cn.third-party.not-agreed", "cn.third-party.debtor-reachable"


def at(moment: str) -> str:
    return f"{moment}+08:00"


def calls(n: int, **changes: object) -> list[dict[str, object]]:
    return [contact(f"c{i}", occurred_at=at(f"2026-03-02T10:{i:02d}:00"), **changes) for i in range(1, n + 1)]


def unanswered(n: int, **changes: object) -> list[dict[str, object]]:
    return calls(n, connected=False, **changes)


FINDINGS = {
    "an ordinary reminder": (case(MICROLOAN, contact()), {}),
    "an agreed contact while the debtor is lost": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact")),
        {},
    ),
    "a guarantor": (case(MICROLOAN, to_other(recipient_role="co_debtor", debtor_reachable=True)), {}),
    "an heir": (case(MICROLOAN, to_other(recipient_role="heir")), {}),
    "someone never agreed on": (case(MICROLOAN, to_other()), {OTHER: E}),
    "someone never agreed on, unanswered": (case(MICROLOAN, to_other(connected=False)), {OTHER: E}),
    "someone never agreed on while the debtor answers": (
        case(MICROLOAN, to_other(debtor_reachable=True)),
        {OTHER: E, REACHED: E},
    ),
    "an agreed contact while the debtor answers": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact", debtor_reachable=True)),
        {REACHED: E},
    ),
    "a colleague, private lender: only peace of life": (case(PRIVATE, to_other()), {OTHER: J}),
    "a colleague, private lender, before the Civil Code": (
        case(PRIVATE, to_other(occurred_at=at("2020-12-31T23:59:59"))),
        {},
    ),
    "a colleague, unlicensed lender, the day before the PIPL": (
        case(UNLICENSED, to_other(occurred_at=at("2021-10-31T12:00:00"))),
        {OTHER: J},
    ),
    "a colleague, unlicensed lender, the day of the PIPL": (
        case(UNLICENSED, to_other(occurred_at=at("2021-11-01T00:00:00"))),
        {OTHER: E},
    ),
    "told the mother of the debt": (
        case(MICROLOAN, to_other(says_third_party_disclosure=True)),
        {OTHER: E, "cn.third-party.debt-disclosed": E},
    ),
    "told the mother when she rang back": (
        case(MICROLOAN, to_other(direction="inbound", says_third_party_disclosure=True)),
        {"cn.third-party.debt-disclosed": E},
    ),
    "asked the mother to pay": (
        case(CONSUMER_FINANCE, to_other(says_third_party_pressure=True)),
        {OTHER: E, "cn.third-party.asked-to-pay": E},
    ),
    "rang after she said stop": (
        case(MICROLOAN, to_other(recipient_refused=True)),
        {OTHER: E, "cn.third-party.after-refusal": E},
    ),
    "21:59:59": (case(MICROLOAN, contact(occurred_at=at("2026-03-02T21:59:59"))), {}),
    "22:00:00": (case(MICROLOAN, contact(occurred_at=at("2026-03-02T22:00:00"))), {NIGHT: E}),
    "07:59:59": (case(MICROLOAN, contact(occurred_at=at("2026-03-02T07:59:59"))), {NIGHT: E}),
    "08:00:00": (case(MICROLOAN, contact(occurred_at=at("2026-03-02T08:00:00"))), {}),
    "midnight": (case(MICROLOAN, contact(occurred_at=at("2026-03-02T00:00:00"))), {NIGHT: E}),
    "night written in another zone": (case(MICROLOAN, contact(occurred_at="2026-03-02T14:30:00Z")), {NIGHT: E}),
    "day in Beijing, night in UTC": (case(MICROLOAN, contact(occurred_at="2026-03-02T23:30:00Z")), {NIGHT: E}),
    "morning in Beijing, midnight in UTC": (case(MICROLOAN, contact(occurred_at="2026-03-03T00:00:00Z")), {}),
    "night of a leap day": (case(MICROLOAN, contact(occurred_at=at("2028-02-29T22:30:00"))), {NIGHT: E}),
    "night, agreed": (
        case(MICROLOAN, contact(occurred_at=at("2026-03-02T22:30:00")), agreed_hours="20:00-23:00"),
        {},
    ),
    "night, at the end of the agreed hours": (
        case(MICROLOAN, contact(occurred_at=at("2026-03-02T23:00:00")), agreed_hours="20:00-23:00"),
        {NIGHT: E},
    ),
    "night, a receipt": (
        case(MICROLOAN, contact(channel="sms", asks_payment=False, occurred_at=at("2026-03-02T22:30:00"))),
        {},
    ),
    "night, the day before the 2024 guide": (
        case(MICROLOAN, contact(occurred_at=at("2024-05-14T23:00:00"))),
        {},
    ),
    "night, under the 2024 guide": (case(MICROLOAN, contact(occurred_at=at("2024-05-15T23:00:00"))), {NIGHT: E}),
    "night, the debtor's own call": (
        case(MICROLOAN, contact(direction="inbound", occurred_at=at("2026-03-02T23:00:00"))),
        {},
    ),
    "night, private lender": (case(PRIVATE, contact(occurred_at=at("2026-03-02T23:00:00"))), {}),
    "night, card, under the bank association": (
        case(CARD, contact(occurred_at=at("2026-03-02T23:00:00"))),
        {NIGHT: E},
    ),
    "three answered calls": (case(MICROLOAN, *calls(3)), {}),
    "four answered calls": (case(MICROLOAN, *calls(4)), {CALLS: E}),
    "four answered calls over two institutions": (
        case(MICROLOAN, *calls(2), *[c | {"contact_id": f"a{i}", "actor": "agency", "agency_id": "A"} for i, c in enumerate(calls(2))]),
        {CALLS: L},
    ),
    "four answered calls over midnight": (
        case(
            MICROLOAN,
            *[contact(f"c{i}", occurred_at=at(t)) for i, t in enumerate(("2026-03-02T20:00:00", "2026-03-02T20:10:00", "2026-03-02T20:20:00", "2026-03-03T09:00:00"))],
        ),
        {},
    ),
    "four answered calls to the mother are no calls to the debtor": (
        case(MICROLOAN, *[to_other(f"c{i}", occurred_at=at(f"2026-03-02T10:{i:02d}:00")) for i in range(4)]),
        {OTHER: E},
    ),
    "six unanswered attempts": (case(CARD, *unanswered(6)), {}),
    "seven unanswered attempts": (case(CARD, *unanswered(7)), {TRIES: E}),
    "seven unanswered attempts, microloan": (case(MICROLOAN, *unanswered(7)), {}),
    "forty calls in one line": (
        case(MICROLOAN, contact(connected=False, count=40)),
        {"cn.harassment.repeated-contacts": J},
    ),
    "violence": (case(MICROLOAN, contact(says_threat_violence=True)), {"cn.threat.violence": E}),
    "violence, private lender, 2025": (
        case(PRIVATE, contact(says_threat_violence=True, occurred_at=at("2025-12-31T12:00:00"))),
        {"cn.threat.violence": E},
    ),
    "will tell your contacts": (case(CONSUMER_FINANCE, contact(says_threat_contacts=True)), {"cn.threat.contacts": E}),
    "will tell your contacts, private lender": (case(PRIVATE, contact(says_threat_contacts=True)), {}),
    "insult": (case(MICROLOAN, contact(says_insult=True)), {"cn.insult": E}),
    "insult nobody else heard, private lender": (case(PRIVATE, contact(says_insult=True)), {"cn.insult": J}),
    "obscene": (case(CONSUMER_FINANCE, contact(says_obscene=True)), {"cn.obscene": E}),
    "obscene to nobody else, unlicensed": (case(UNLICENSED, contact(says_obscene=True)), {"cn.obscene": J}),
    "posing as a court": (case(MICROLOAN, contact(says_impersonate_authority=True)), {"cn.impersonation": E}),
    "posing as a court, private lender": (
        case(PRIVATE, contact(says_impersonate_authority=True)),
        {"cn.impersonation": J},
    ),
    "you will be jailed": (case(MICROLOAN, contact(says_false_legal_consequence=True)), {"cn.false-consequence": E}),
    "put on a public wall": (
        case(MICROLOAN, to_other(channel="public_post", says_public_exposure=True)),
        {OTHER: E, "cn.exposure.public": E},
    ),
    "threatened to publish": (case(MICROLOAN, contact(says_public_exposure=True)), {"cn.exposure.public": E}),
    "blocked the door": (
        case(MICROLOAN, contact(channel="visit", visit_place="home", visit_coercive=True, entered=False)),
        {"cn.visit.coercive": E},
    ),
    "came in without being let in": (
        case(PRIVATE, contact(channel="visit", visit_place="home", entered=True, entry_consented=False, visit_coercive=False)),
        {"cn.visit.entry": E},
    ),
    "a polite visit": (
        case(MICROLOAN, contact(channel="visit", visit_place="home", entered=False, visit_coercive=False)),
        {},
    ),
    "number read from the contact list, no consent": (
        case(
            MICROLOAN,
            to_other(number_source="contact_list", contact_list_consent="none", recipient_consent=False),
        ),
        {OTHER: E, "cn.contact-list.no-valid-consent": E, "cn.third-party.number-without-basis": E},
    ),
    "the agreed contact never agreed herself": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact", recipient_consent=False)),
        {"cn.third-party.number-without-basis": J},
    ),
    "consent withdrawn": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact", consent_withdrawn=True)),
        {"cn.consent.withdrawn": E},
    ),
    "a bought number": (
        case(MICROLOAN, contact(number_source="bought")),
        {"cn.personal-info.illegal-source": J},
    ),
    "borrow elsewhere to pay us": (case(BANK_ONLINE, contact(says_induce_new_loan=True)), {"cn.new-debt.induced": E}),
    "a hidden number": (case(MICROLOAN, contact(number_masked=True)), {"cn.number.disguised": J}),
    "two hundred calls a day, they say": (
        case(MICROLOAN, contact(says_harass_volume=True)),
        {"cn.harassment.volume": J},
    ),
    "card call not recorded": (case(CARD, contact(recorded=False)), {"cn.recording.missing": E}),
    "agency not announced by the bank": (
        case(BANK_ONLINE, contact(actor="agency", agency_id="A", agency_disclosed=False)),
        {"cn.outsourcing.unsupervised": E},
    ),
    "asked for a paid debt": (case(MICROLOAN, contact(debt_settled=True)), {"cn.debt.settled": E}),
    "a fee before relief": (case(MICROLOAN, contact(says_fee_scam=True)), {"cn.scam.fee": E}),
    "a fee before relief, nobody's licence": (case(UNLICENSED, contact(says_fee_scam=True)), {"cn.scam.fee": J}),
    "fees not in the table of a new contract": (
        case(MICROLOAN, contact(), contract_on="2026-08-01", fees_disclosed=False),
        {"cn.fees.undisclosed": L},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FINDINGS)
def test_a_known_case_has_exactly_its_findings_and_leaves_nothing_open(name: str) -> None:
    value, expected = FINDINGS[name]
    assessment = assessed(value)
    assert certainties(assessment) == expected
    assert open_facts(assessment) == {}


UNKNOWNS = {
    "who was called": (
        case(MICROLOAN, to_other(recipient_role=None)),
        {"recipient_role@other-1": {OTHER}},
    ),
    "who was called, asked once for both calls": (
        case(MICROLOAN, to_other("c1", recipient_role=None), to_other("c2", recipient_role=None)),
        {"recipient_role@other-1": {OTHER}},
    ),
    "could the debtor be reached": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact", debtor_reachable=None)),
        {"debtor_reachable@c1": {REACHED}},
    ),
    "were the hours agreed": (
        case(MICROLOAN, contact(occurred_at=at("2026-03-02T23:00:00")), agreed_hours=None),
        {"hours_agreed@loan": {NIGHT}},
    ),
    "only the day is known": (
        case(MICROLOAN, contact(occurred_at="2026-03-02T00:00:00+08:00", time_precision="day")),
        {"occurred_at@c1": {NIGHT}},
    ),
    "was the fourth call answered": (
        case(MICROLOAN, *calls(3), contact("c4", occurred_at=at("2026-03-02T10:30:00"), connected=None)),
        {"connected@c4": {CALLS}},
    ),
    "does the standard reach a card": (
        case(CARD, contact(occurred_at=at("2025-06-01T23:00:00"))),
        {"applies__cn_gbt45251_2025@L": {NIGHT}},
    ),
    "is the lender a member": (
        case(MICROLOAN, contact(says_private_payment=True)),
        {"member_nifa@L": {"cn.payment.private-account"}},
    ),
    "what was said": (
        case(MICROLOAN, contact(says_insult=None)),
        {"says_insult@c1": {"cn.insult"}},
    ),
    "had she refused": (
        case(MICROLOAN, to_other(recipient_role="agreed_contact", recipient_refused=None)),
        {"recipient_refused@other-1": {"cn.third-party.after-refusal"}},
    ),
    "was it paid": (
        case(MICROLOAN, contact(debt_settled=None), debt_settled=None),
        {"debt_settled@loan": {"cn.debt.settled"}},
    ),
}


@pytest.mark.parametrize("name", UNKNOWNS)
def test_a_missing_fact_is_asked_once_for_its_owner_and_says_what_hangs_on_it(name: str) -> None:
    value, expected = UNKNOWNS[name]
    assessment = assessed(value)
    assert certainties(assessment) == {}
    assert open_facts(assessment) == expected


RAISING = {
    "whom the norms bind": (
        case({"contract_on": "2024-03-01"}, to_other()),
        {OTHER: J},
        {"lender_type@L": {OTHER}, "product@loan": {OTHER}},
    ),
    "membership": (
        case(CONSUMER_FINANCE, contact(says_impersonate_authority=True)),
        {"cn.impersonation": J},
        {"member_cba@L": {"cn.impersonation"}, "applies__cn_bank_insurance_consumer_2022@L": {"cn.impersonation"}},
    ),
}


@pytest.mark.parametrize("name", RAISING)
def test_what_would_lift_a_finding_out_of_judgement_is_asked_for(name: str) -> None:
    value, findings, questions = RAISING[name]
    assessment = assessed(value)
    assert certainties(assessment) == findings
    assert open_facts(assessment) == questions
