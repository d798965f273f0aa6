"""Who stands surety for one of several loans, or was named in its contract, is so in no other: it is known or asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.assessment import Assessment, AssessmentInputs, assess, check_question, inputs_from_state
from cuijie.reading import read
from cuijie.records import CaseState, Collector, Loan, Person
from tests.assessment.test_contacts import answer, entry

BANK = Loan(loan_id="loan-1", lender_id="bank", lender_name="示例农商行", lender_type="commercial_bank")
APP = Loan(
    loan_id="loan-2", lender_id="app", lender_name="示例小贷", lender_type="microloan", product="online_consumer"
)
FATHER = Person(person_id="p1", role="co_debtor", relation="family", relation_word="父亲")
MOTHER = replace(FATHER, role="agreed_contact", relation_word="母亲")
EITHER = pytest.mark.parametrize("person", [FATHER, MOTHER], ids=["guarantor", "named contact"])
NOT_AGREED = "cn.third-party.not-agreed"


def two_loans(
    *answers: tuple[str, str | None], father: Person = FATHER, loans: tuple[Loan, ...] = (BANK, APP)
) -> AssessmentInputs:
    """The father was called twice: "e1" by the bank's collector, "e2" by the app's."""
    calls = (entry("e1", owner="p1", connected=True), entry("e2", owner="p1", connected=True, number="17100001188"))
    by_whom = zip(calls, ("bank", "app"), strict=True)
    entries = tuple(replace(call, tie=replace(call.tie, collector_id=who)) for call, who in by_whom if call.tie)
    return inputs_from_state(
        CaseState(
            loans=loans,
            persons=(father,),
            collectors=tuple(Collector(collector_id=one, actor="lender", lender_id=one) for one in ("bank", "app")),
            entries=entries,
            answers=tuple(answer(question, value) for question, value in answers),
        ),
        read,
    )


def roles(inputs: AssessmentInputs) -> list[str | None]:
    return [contact.recipient_role for contact in inputs.contacts]


def broken(assessment: Assessment) -> set[str]:
    return {id for finding in assessment.findings if finding.rule == NOT_AGREED for id in finding.contacts}


def asked(assessment: Assessment) -> dict[str, str]:
    return {one.id: one.asks for one in assessment.questions if one.id.startswith("recipient_role")}


@EITHER
def test_of_whom_no_loan_is_told_no_contact_is_cleared_and_each_loan_is_asked_about(person: Person) -> None:
    found = assess(two_loans(father=person))
    assert roles(found.inputs) == [None, None]
    assert set(asked(found)) == {"recipient_role@p1/loan-1", "recipient_role@p1/loan-2"}
    assert asked(found)["recipient_role@p1/loan-2"].startswith("就“示例小贷”这笔借款来说，")
    assert any(one.contacts == ("e2",) and NOT_AGREED in one.decides for one in found.questions)


@EITHER
def test_what_they_are_to_a_loan_settles_the_contacts_for_that_loan_only(person: Person) -> None:
    here, there = "recipient_role@p1/loan-1", "recipient_role@p1/loan-2"
    bound = (here, person.role)
    found = assess(two_loans(bound, father=person))
    assert roles(found.inputs) == [person.role, None]
    assert set(asked(found)) == {there}
    assert broken(assess(two_loans(bound, (there, "other"), father=person))) == {"e2"}
    assert broken(assess(two_loans(bound, (there, person.role), father=person))) == set()


def test_not_knowing_to_which_loan_he_stands_leaves_it_unknown() -> None:
    found = assess(two_loans(("recipient_role@p1/loan-2", None)))
    assert broken(found) == set()
    assert found.questions[-1].id == "recipient_role@p1/loan-2"


@pytest.mark.parametrize(("otherwise", "role", "breaks"), [("other", "other", {"e2"}), (None, None, set())])
def test_to_a_loan_not_named_he_is_what_he_is_otherwise(
    otherwise: str | None, role: str | None, breaks: set[str]
) -> None:
    father = replace(FATHER, role=otherwise, loan_roles=(("loan-1", "co_debtor"),))  # type: ignore[arg-type]
    found = assess(two_loans(father=father))
    assert roles(found.inputs) == ["co_debtor", role]
    assert broken(found) == breaks
    assert set(asked(found)) == ({"recipient_role@p1/loan-2"} if role is None else set())


@EITHER
def test_in_a_case_of_one_loan_they_are_what_they_are_to_it_and_nothing_more_is_asked(person: Person) -> None:
    found = assess(two_loans(father=person, loans=(BANK,)))
    assert roles(found.inputs) == [person.role, person.role]
    assert asked(found) == {}


def test_where_it_is_not_known_for_which_loan_they_call_that_is_asked_first() -> None:
    found = assess(two_loans(loans=(BANK, replace(APP, lender_id="unheard-of"))))
    assert roles(found.inputs)[1] is None
    assert any(one.id == "lender_id@loan" and NOT_AGREED in one.decides for one in found.questions)


def test_an_answer_about_one_loan_may_be_given_again_otherwise() -> None:
    check_question("recipient_role@p1/loan-1", assess(two_loans(("recipient_role@p1/loan-1", "co_debtor"))))


def test_a_wrong_done_to_a_guarantor_is_his_to_claim_while_the_loan_is_unknown() -> None:
    threat = two_loans()
    (first, second) = threat.contacts
    found = assess(replace(threat, contacts=(replace(first, says_threat_violence=True), second)))
    claimants = {one.claimants for one in found.findings if one.rule == "cn.threat.violence"}
    assert claimants == {("debtor", "recipient")}
