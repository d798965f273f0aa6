"""Who a paper may speak against, and as whom: several loans, a guarantor, an assignee, a court, an unknown collector."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cuijie.law import library
from cuijie.records import Collector, Finding, Loan, Person
from cuijie.records.contact import RecipientRole
from cuijie.remedies.documents.blocks import Paragraph, blocks_runs, plain
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.documents.group import group_draft
from cuijie.remedies.documents.sheets import sheets_of
from cuijie.remedies.doing import full_step
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.kin import owing_of
from cuijie.remedies.ladder import ladder
from cuijie.remedies.material import Material, in_loan, reader_of
from cuijie.remedies.situation import keeper_of
from tests.remedies.sample import ON, at, basis, contact, entry, sample

SECOND = Loan(loan_id="loan2", lender_id="l2", lender_name="白桦小额贷款有限公司（虚构）", lender_type="microloan")
UNSORTED = "17000009933"


def made(document: str, material: Material, *, sender: str = "debtor", loan: str | None = None) -> Draft:
    return draft(document, material, ON, law=library(), sender=sender, loan_id=loan)


def words(document: str, material: Material, *, sender: str = "debtor", loan: str | None = None) -> str:
    return "".join(run.text for run in blocks_runs(made(document, material, sender=sender, loan=loan).blocks))


def two_loans() -> Material:
    """The sample case with a second loan, and a threat by somebody of whom nobody knows for whom they collect."""
    material = sample()
    call = entry(9, "sms", "debtor", at(2026, 3, 19, 10), UNSORTED, "再不还钱就弄死你", "it3")
    call = replace(call, tie=replace(call.tie, collector_id="c9") if call.tie else None)
    threat = contact(call, "debtor", says_threat_violence=True, loan_id=None, lender_id=None, lender_type=None)
    state = material.state
    return replace(
        material,
        state=replace(
            state,
            loans=(*state.loans, SECOND),
            entries=(*state.entries, call),
            collectors=(*state.collectors, Collector(collector_id="c9", name="来电自称（虚构）", numbers=(UNSORTED,))),
        ),
        contacts=(*material.contacts, threat),
        findings=(
            *material.findings,
            Finding(
                rule="cn.threat.violence",
                contacts=("e9",),
                claimants=("debtor",),
                certainty="likely",
                basis=basis(("cn.psapl.2025/50.1.1", "public_security", "norm")),
            ),
        ),
    )


@pytest.mark.parametrize("document", ["cease_letter_lender", "institution_complaint_letter", "civil_complaint"])
@pytest.mark.parametrize("loan", ["loan1", "loan2"])
def test_an_unknown_collector_is_held_against_neither_of_two_lenders(document: str, loan: str) -> None:
    assert UNSORTED not in words(document, two_loans(), loan=loan)


@pytest.mark.parametrize("document", ["police_report", "spam_report", "incident_timeline"])
def test_the_police_are_told_of_the_unknown_collector_all_the_same(document: str) -> None:
    assert UNSORTED in words(document, two_loans(), loan="loan1")


def test_a_threat_by_an_unknown_collector_is_110_first_and_a_question_for_whom() -> None:
    steps = {step.id: step for step in ladder(two_loans(), ON)}
    assert next(iter(steps.values())).rung == "emergency_110"
    assert steps["emergency_110@-:debtor"].is_open
    assert steps["sort_contacts@-:debtor"].is_open
    order = list(steps)  # what is still to be sorted out does not stand before what can be sent already
    assert order.index("stop_notice_lender@loan1:debtor") < order.index("sort_contacts@-:debtor")
    assert {step.track for id, step in steps.items() if "@-" in id} <= {"urgent", "evidence", "police", "number"}
    assert full_step(two_loans(), "emergency_110@-:debtor") == "emergency_110@-:debtor"


def test_in_a_case_of_one_loan_there_is_no_step_of_no_loan() -> None:
    assert not [step for step in ladder(sample(), ON) if "@-" in step.id]
    with pytest.raises(RemedyError):
        full_step(sample(), "police_report@-:debtor")


def test_signatures_of_another_loans_collector_are_not_in_the_report() -> None:
    material = two_loans()
    foreign = replace(
        entry(10, "sms", "debtor", at(2026, 3, 18, 9), "10690000099", "【白桦小贷】请还款", "it3"),
        signature="【白桦小贷】",
    )
    foreign = replace(foreign, tie=replace(foreign.tie, collector_id="c2") if foreign.tie else None)
    material = replace(material, state=replace(material.state, entries=(*material.state.entries, foreign)))
    assert "白桦小贷" not in words("police_report", material, loan="loan1")


def as_guarantor(material: Material) -> Material:
    persons = tuple(
        replace(one, role="co_debtor", relation_word="弟弟") if one.person_id == "p1" else one
        for one in material.state.persons
    )
    return replace(material, state=replace(material.state, persons=persons))


@pytest.mark.parametrize(
    "document", ["cease_letter_lender", "third_party_complaint", "civil_complaint", "pi_request_third_party"]
)
def test_a_guarantor_says_neither_that_they_never_agreed_nor_that_they_owe_nothing(document: str) -> None:
    text = words(document, as_guarantor(sample()), sender="p1")
    assert "共同借款人或者担保人" in text
    assert "没有同意" not in text
    assert "依法应承担的责任不因" in text
    assert "没有同意" in words(document, sample(), sender="p1")  # a mother who signed nothing does say so


def test_a_borrower_has_no_contract_with_the_assignee() -> None:
    material = sample()
    loan = replace(material.state.loans[0], lender_type="debt_assignee", contract_no=None)
    material = replace(material, state=replace(material.state, loans=(loan,)))
    for document in ("cease_letter_lender", "civil_complaint"):
        text = words(document, material)
        assert "称已受让债权的借款合同" in text
        assert "之间借款合同" not in text


@pytest.mark.parametrize("document", ["injunction_application", "civil_complaint"])
def test_a_court_is_asked_to_forbid_and_apologies_stand_apart(document: str) -> None:
    material = sample()
    insult = replace(material.findings[1], rule="cn.insult")
    text = words(document, replace(material, findings=(*material.findings, insult)))
    assert "停止辱骂、侮辱" in text
    assert "停止辱骂、侮辱，并书面道歉" not in text
    assert "停止辱骂、侮辱，并书面道歉" in words("cease_letter_lender", replace(material, findings=(insult,)))


@pytest.mark.parametrize(
    ("document", "sender", "field"),
    [("nfra_complaint", "debtor", "in_court"), ("nfra_report_letter", "debtor", "other_route"), ("third_party_statement", "p1", "appear")],
)  # fmt: skip
def test_what_only_the_signer_knows_is_a_blank(document: str, sender: str, field: str) -> None:
    assert field in {one.key for one in made(document, sample(), sender=sender).missing}


def test_an_employer_is_not_told_of_complaints_that_were_not_made() -> None:
    assert "投诉" not in words("employer_statement", sample())


def test_a_person_known_by_what_the_borrower_calls_them_signs_with_their_own_name() -> None:
    material = sample()
    persons = (
        *material.state.persons[:2],
        Person(person_id="p2", name="同事周师傅", role="other", relation="colleague"),
    )
    material = replace(material, state=replace(material.state, persons=persons))
    assert "sender_name" in {one.key for one in made("cease_letter_lender", material, sender="p2").missing}
    told = words("police_report", material)
    assert "同事周师傅" in told
    assert "同事同事" not in told


def test_a_report_of_texts_alone_does_not_say_that_there_were_no_calls() -> None:
    material = sample()
    only_texts = replace(material, findings=material.findings[1:2])
    assert "被举报的短信" in words("spam_report", only_texts)
    assert "电话记录" not in words("spam_report", only_texts)


def test_the_timeline_counts_by_day_by_number_and_by_person() -> None:
    text = words("incident_timeline", sample())
    assert "2026年3月2日2次" in text  # a call and a message
    assert "170000011883次" in text
    assert "本人母亲（138****1002）2次" in text


def test_the_words_before_a_signature_stay_with_it_and_what_leads_in_a_list_with_the_list() -> None:
    first, *_, timeline = sheets_of(made("police_report", sample()).blocks)
    kept = [plain(one.runs) for one, is_kept in first.laid() if is_kept and isinstance(one, Paragraph)]
    assert "法律责任" in kept.pop()
    assert kept == ["除上述以外，现有记录中还有下列联系，是否属于滋扰等违反治安管理的行为，请公安机关判断："]
    assert not any(is_kept for _, is_kept in timeline.laid())  # the timeline is not signed


def test_a_complaint_of_several_borrowers_tells_only_of_the_lender_they_share() -> None:
    together = group_draft((sample(), two_loans()), ON, law=library())
    text = "".join(run.text for run in blocks_runs(together.blocks))
    assert "星河消费金融" in text
    assert UNSORTED not in text
    other = replace(two_loans().state, loans=(SECOND,))
    with pytest.raises(RemedyError, match="不是同一家"):
        group_draft((sample(), replace(two_loans(), state=other)), ON, law=library())


def _kept_by_the_mother() -> Material:
    """The sample as the mother alone would have it: her phone, and whom they say they collect for."""
    whole = sample()
    own = tuple(one for one in whole.contacts if one.recipient_id == "p1")
    ids = {one.contact_id for one in own}
    findings = tuple(
        replace(one, contacts=left) for one in whole.findings if (left := tuple(id for id in one.contacts if id in ids))
    )
    loan = Loan(
        loan_id="loan1", lender_id="l1", lender_name="星河消费金融有限公司（虚构）", lender_type="consumer_finance"
    )
    state = replace(
        whole.state,
        loans=(loan,),
        persons=tuple(one for one in whole.state.persons if one.person_id == "p1"),
        entries=tuple(one for one in whole.state.entries if one.owner == "p1"),
    )
    return replace(whole, contacts=own, findings=findings, state=state)


def test_a_case_kept_by_somebody_contacted_proposes_nothing_to_a_borrower_who_is_not_there() -> None:
    material = _kept_by_the_mother()
    assert keeper_of(material) == "p1"
    assert {step.sender for step in ladder(material, ON)} == {"p1"}
    assert {step.sender for step in ladder(sample(), ON)} >= {"debtor", "p1"}


def test_of_several_contacted_the_one_whom_most_contacts_reached_keeps_the_case() -> None:
    material = _kept_by_the_mother()
    also = replace(material.state.persons[0], person_id="a-colleague", relation_word="同事")
    told_of = replace(material.contacts[0], contact_id="told", recipient_id="a-colleague")
    state = replace(material.state, persons=(also, *material.state.persons))
    assert len(material.contacts) > 1
    assert keeper_of(replace(material, state=state, contacts=(told_of, *material.contacts))) == "p1"


def test_who_lent_is_a_question_also_for_somebody_contacted_who_keeps_the_case() -> None:
    material = _kept_by_the_mother()
    nobody = replace(material, state=replace(material.state, loans=()))
    assert {step.rung for step in ladder(nobody, ON) if step.rung.startswith("find_lender")} == {
        "find_lender_contacted"
    }


def test_their_paper_says_that_they_checked_the_numbers_themselves() -> None:
    told = words("civil_complaint", _kept_by_the_mother(), sender="p1")
    assert "由原告核对" in told or "与经原告核对" in told
    assert "借款人核对" not in told


def test_a_guarantor_cannot_forbid_every_contact_but_the_unlawful_ones() -> None:
    whole = _kept_by_the_mother()
    (mother,) = whole.state.persons
    surety = replace(whole, state=replace(whole.state, persons=(replace(mother, role="co_debtor"),)))
    assert "以任何方式联系" in words("cease_letter_lender", whole, sender="p1")
    assert "以任何方式联系" not in words("cease_letter_lender", surety, sender="p1")


def test_a_guarantor_of_one_loan_writes_to_the_lender_of_another_as_one_who_owes_nothing() -> None:
    whole = two_loans()
    first, second = whole.state.loans

    def of_father(**role: object) -> Material:
        father = replace(Person(person_id="p1", name="王某", relation_word="父亲"), **role)  # type: ignore[arg-type]
        return replace(whole, state=replace(whole.state, persons=(father,)))

    def letter(material: Material) -> str:
        return words("cease_letter_lender", material, sender="p1", loan=first.loan_id)

    of_this = of_father(loan_roles=((first.loan_id, "co_debtor"), (second.loan_id, "other")))
    of_other = of_father(loan_roles=((first.loan_id, "other"), (second.loan_id, "co_debtor")))
    assert "是这笔借款的共同借款人或者担保人" in letter(of_this)
    assert "以任何方式联系" not in letter(of_this)
    assert "没有为借款提供担保" in letter(of_other)
    assert "以任何方式联系" in letter(of_other)
    assert "以任何方式联系" not in letter(of_father(role="co_debtor"))  # of which loan, nobody has told
    assert [reader_of(in_loan(of_other, one), "p1") for one in (first, second, None)] == [
        "contacted",
        "obliged",
        "obliged",
    ]


def test_where_there_is_an_heir_nothing_is_proposed_to_the_dead() -> None:
    whole = sample()
    persons = tuple(replace(one, role="heir") if one.person_id == "p1" else one for one in whole.state.persons)
    mourned = replace(whole, state=replace(whole.state, persons=persons))
    assert "debtor" not in {step.sender for step in ladder(mourned, ON)}


def _mother_as(role: RecipientRole | None, relation: str | None) -> Material:
    whole = _kept_by_the_mother()
    (mother,) = whole.state.persons
    person = replace(mother, role=role, relation_word=relation)
    return replace(whole, state=replace(whole.state, persons=(person,)))


@pytest.mark.parametrize("document", ["cease_letter_lender", "institution_complaint_letter", "third_party_complaint"])
def test_an_heir_neither_accepts_nor_renounces_nor_forbids_every_contact(document: str) -> None:
    told = words(document, _mother_as("heir", "母亲"), sender="p1")
    assert "不是接受继承、放弃继承或者自愿清偿的表示" in told
    assert library().cite("cn.civil-code.2020/1161", ON) in told
    assert "停止使用并删除本人的姓名" not in told
    assert "以任何方式联系本人" not in told
    assert "不是接受继承" not in words(document, _mother_as("co_debtor", "母亲"), sender="p1")


@pytest.mark.parametrize(
    ("role", "relation", "read"),
    [("other", "妻子", "1064"), ("heir", "妻子", "1161"), ("other", "母亲", ""), ("co_debtor", "丈夫", "")],
)
def test_who_is_told_that_the_debt_is_theirs_too_reads_what_the_law_says(
    role: RecipientRole, relation: str, read: str
) -> None:
    material = _mother_as(role, relation)
    owing = owing_of(reader_of(material, "p1"), ON)
    before = "".join(made("cease_letter_lender", material, sender="p1").before)
    if not read:
        assert owing is None
        assert "继承" not in before
        assert "夫妻" not in before
        return
    cite = library().cite(f"cn.civil-code.2020/{read}", ON)
    assert owing is not None
    assert all(cite in one for one in owing)
    assert cite.removeprefix("《中华人民共和国民法典》") in before
    assert owing_of(reader_of(material, "p1"), date(2020, 12, 31)) is None


@pytest.mark.parametrize("document", ["police_report", "third_party_complaint", "third_party_statement"])
def test_what_the_borrower_noted_is_not_called_lived_through(document: str) -> None:
    whole = sample()
    spared = "据借款人所记的内容除外"
    assert spared not in words(document, whole, sender="p1")
    noted = tuple(
        replace(one, text_kind="summary", text="说要上门", extra=(("told_by", "debtor"),)) if one.owner == "p1" else one
        for one in whole.state.entries
    )
    told = replace(whole, state=replace(whole.state, entries=noted))
    assert spared in words(document, told, sender="p1")
