"""What a paper says of its parties: advice for its reader, the refusal, the agency, a natural person who lent."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from cuijie.records import Collector, Finding, Person
from cuijie.records.contact import Actor
from cuijie.remedies.documents.blocks import blocks_runs
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.refused import refusals
from cuijie.remedies.english import english
from cuijie.remedies.material import Material
from tests.remedies.papers import drafted, words_of
from tests.remedies.plans import steps_of
from tests.remedies.sample import at, basis, contact, entry, sample

AGENCY = "远山信用管理有限公司（虚构）"


def collected_by(actor: Actor, material: Material | None = None, agency: str | None = AGENCY) -> Material:
    known = material or sample()
    collector = Collector(
        collector_id="c1", name="某某", numbers=("17000001188",), lender_id="l1", actor=actor, agency_name=agency
    )
    return replace(
        known,
        state=replace(known.state, collectors=(collector,)),
        contacts=tuple(replace(one, collector_id="c1", actor=actor) for one in known.contacts),
    )


def lent_by_a_person(material: Material | None = None) -> Material:
    known = material or sample()
    loan = replace(known.state.loans[0], lender_name="赵大勇", lender_type="private_person", platform_name=None)
    return replace(known, state=replace(known.state, loans=(loan,)))


def refused(material: Material, *, in_writing: bool) -> Material:
    """The mother says stop at 9:30 and is called again at noon of the same day."""
    said = replace(entry(7, "sms", "p1", at(2026, 3, 2, 9, 30), "17000001188", "请不要再联系我", "it1"), inbound=False)
    again = entry(8, "call", "p1", at(2026, 3, 2, 12), "17000001188", None, "it1")
    finding = Finding(
        rule="cn.third-party.after-refusal",
        contacts=("e8",),
        claimants=("recipient", "debtor"),
        certainty="established",
        basis=basis(("cn.pipl.2021/44", "civil", "norm")),
    )
    people = tuple(
        replace(one, refused_at=at(2026, 3, 2, 9, 30)) if one.person_id == "p1" else one
        for one in material.state.persons
    )
    entries = (*material.state.entries, *((said,) if in_writing else ()), again)
    contacts = [contact(again, "other")]
    if in_writing:
        contacts.insert(0, contact(said, "other", direction="inbound"))
    return replace(
        material,
        state=replace(material.state, persons=people, entries=entries),
        contacts=(*material.contacts, *contacts),
        findings=(*material.findings, finding),
        refusing=frozenset({"e7"} if in_writing else ()),
    )


@pytest.mark.parametrize("document", sorted(id for id, spec in documents().items() if "contacted" in spec.who))
def test_who_owes_nothing_is_given_no_advice_meant_for_the_borrower(document: str) -> None:
    mothers = drafted(document, sender="p1")
    said = "".join(mothers.before) + (words_of(mothers) if document == "call_script" else "")
    for borrowers in ("失联", "确认欠款金额", "承认欠款金额", "诉讼时效中断", "换取分期"):
        assert borrowers not in said


def test_a_guarantor_is_warned_like_the_borrower() -> None:
    people = (Person(person_id="p1", name="王某", role="co_debtor", numbers=("13800001002",)),)
    material = replace(sample(), state=replace(sample().state, persons=people))
    assert "诉讼时效" in drafted("cease_letter_lender", material, sender="p1").before[0]
    assert "代还" not in words_of(drafted("call_script", material, sender="p1"))


def test_advice_is_told_in_english_to_the_same_reader() -> None:
    for document in ("cease_letter_lender", "civil_complaint"):
        for sender in ("debtor", "p1"):
            lines = drafted(document, sender=sender).before
            told = english().before(document, lines)
            assert len(told) == len(lines)
            assert not set(told) & set(lines)
    assert english().before("cease_letter_lender", ["没有英文的一句"]) == ("没有英文的一句",)


@pytest.mark.parametrize("document", ["cease_letter_lender", "third_party_statement", "pi_request_third_party"])
def test_a_refusal_in_writing_is_told_with_its_exhibit(document: str) -> None:
    text = words_of(drafted(document, refused(sample(), in_writing=True), sender="p1"))
    assert "2026年3月2日9时30分，本人向17000001188发出短信，内容为：“请不要再联系我”（证据1" in text


def test_the_refusal_that_the_papers_cite_stands_in_the_list_of_evidence() -> None:
    text = words_of(drafted("evidence_catalog", refused(sample(), in_writing=True), sender="p1"))
    assert "已经明确拒绝第1、5、7、8条" in text


def test_a_borrowers_note_of_a_call_to_a_colleague_is_no_account_of_the_colleagues() -> None:
    (first, *others), material = sample().exhibits, sample()
    noted = tuple(
        replace(one, text_kind="summary", extra=(("told_by", "debtor"),)) if one.owner == "p1" else one
        for one in material.state.entries
    )
    exhibits = (replace(first, owner="p1", obtained="本人陈述", name="手工记录.json"), *others)
    material = replace(material, state=replace(material.state, entries=noted), exhibits=exhibits)
    assert "手工记录.json书面陈述本人" in words_of(drafted("evidence_catalog", material))


def test_a_refusal_that_stands_in_no_record_is_told_with_a_blank_for_its_proof() -> None:
    made = drafted("cease_letter_lender", refused(sample(), in_writing=False), sender="p1")
    assert "2026年3月2日9时30分，本人已经明确要求不再联系（证据：　　　　）" in words_of(made)
    assert "evidence" in {one.key for one in made.missing}


def test_who_was_not_contacted_after_a_refusal_tells_of_none() -> None:
    material = refused(sample(), in_writing=True)
    assert "明确拒绝：" not in words_of(drafted("cease_letter_lender", replace(material, findings=sample().findings)))
    assert refusals(material, None, ()) == ()  # type: ignore[arg-type]


def test_the_agency_the_case_knows_is_addressed_and_named() -> None:
    material = collected_by("agency")
    assert f"致：{AGENCY}" in words_of(drafted("cease_letter_collector", material))
    assert AGENCY in words_of(drafted("institution_complaint_letter", material))
    assert f"据报案人核对系{AGENCY}" in words_of(drafted("police_report", material))
    assert f"据借款人核对系{AGENCY}" in words_of(drafted("police_report", material, sender="p1"))


def test_a_collector_without_a_name_is_addressed_by_its_number() -> None:
    material = collected_by("agency", agency=None)
    assert "致：使用17000001188的催收人员" in words_of(drafted("cease_letter_collector", material))


def test_a_collector_is_addressed_by_the_numbers_that_the_letter_is_about_and_by_no_other_of_its_own() -> None:
    material = collected_by("agency", agency=None)
    others = ("17000003301", "17000003302", "17000003303")
    collectors = tuple(replace(one, numbers=(*others, *one.numbers)) for one in material.state.collectors)
    material = replace(material, state=replace(material.state, collectors=collectors))
    words = words_of(drafted("cease_letter_collector", material))
    assert "致：使用17000001188的催收人员" in words
    assert not any(number in words for number in others)


def test_of_two_collectors_neither_is_guessed() -> None:
    material = collected_by("agency")
    other = Collector(collector_id="c2", name="另一家", numbers=("17000002299",), agency_name="另一家公司（虚构）")
    last = replace(material.contacts[-1], collector_id="c2")
    material = replace(
        material,
        state=replace(material.state, collectors=(*material.state.collectors, other)),
        contacts=(*material.contacts[:-1], last),
    )
    assert "recipient_name" in {one.key for one in drafted("cease_letter_collector", material).missing}


def test_the_first_lender_is_asked_about_the_assignment_it_is_said_to_have_made() -> None:
    text = words_of(drafted("cease_letter_lender", collected_by("assignee")))
    assert f"是否已将该笔债权转让给{AGENCY}" in text
    assert "是否已将该笔债权转让" not in words_of(drafted("cease_letter_lender", collected_by("agency")))


@pytest.mark.parametrize("document", ["cease_letter_lender", "civil_complaint", "police_report"])
def test_a_natural_person_who_lent_is_no_institution(document: str) -> None:
    text = words_of(drafted(document, lent_by_a_person()))
    for wrong in (
        "贵司",
        "放款机构",
        "监管部门",
        "委托材料",
        "《中华人民共和国个人信息保护法》第二十一条",
        "适用过错推定",
    ):
        assert wrong not in text
    assert "赵大勇" in text


def test_against_a_natural_person_no_data_request_and_one_letter_only() -> None:
    steps = steps_of(collected_by("lender", lent_by_a_person(), agency=None))
    assert "stop_notice_lender" in steps
    assert not {"pi_request", "stop_notice_collector"} & set(steps)


def stranger_of_no_known_lender() -> Material:
    """A third person alone keeps the case: two messages, nobody knows for whom, so no finding can be asserted."""
    known = sample()
    person = Person(person_id="p1", name="王某", role="other", relation="stranger", numbers=("13800001002",))
    told = tuple(entry(n, "sms", "p1", at(2026, 3, n, 9), "17000001188", "请还款", "it1") for n in (2, 3))
    contacts = tuple(contact(one, "other", loan_id=None, lender_id=None, lender_type=None) for one in told)
    state = replace(known.state, loans=(), persons=(person,), entries=told, collectors=())
    return replace(known, state=state, contacts=contacts, findings=())


def test_whoever_is_pestered_can_report_the_numbers_before_anyone_knows_what_was_broken() -> None:
    material = stranger_of_no_known_lender()
    steps = steps_of(material, sender="p1")
    assert {"spam_report", "carrier_complaint", "call_script", "third_party_statement"} <= set(steps)
    assert not {"stop_notice_lender", "police_report", "pi_request"} & set(steps)
    text = words_of(drafted("spam_report", material, sender="p1"))
    assert text.count("17000001188") == 2
    assert "2026年3月3日9时00分，17000001188向本人发送短信" in words_of(
        drafted("third_party_statement", material, sender="p1")
    )


@pytest.mark.parametrize("is_refused", [False, True])
def test_an_agreed_contact_called_lawfully_reports_no_number_unless_they_asked_to_be_left_alone(
    is_refused: bool,
) -> None:
    material = stranger_of_no_known_lender()
    (person,) = material.state.persons
    agreed = replace(person, role="agreed_contact", refused_at=at(2026, 3, 2, 10) if is_refused else None)
    material = replace(material, state=replace(material.state, persons=(agreed,)))
    steps = steps_of(material, sender="p1")
    assert ({"spam_report", "carrier_complaint"} <= set(steps)) is is_refused


def test_a_borrower_reports_only_what_findings_name() -> None:
    lawful = entry(9, "sms", "debtor", at(2026, 3, 9, 10), "17000001188", "您好，账单已出", "it3")
    known = sample()
    material = replace(
        known,
        state=replace(known.state, entries=(*known.state.entries, lawful)),
        contacts=(*known.contacts, contact(lawful, "debtor")),
    )
    assert "账单已出" not in words_of(drafted("spam_report", material))
    assert "call_script" not in steps_of(replace(material, findings=()))


@pytest.mark.parametrize(
    "document",
    [
        "cease_letter_lender",
        "cease_letter_collector",
        "institution_complaint_letter",
        "local_fin_complaint",
        "pi_request_borrower",
    ],
)
def test_a_paper_about_a_settled_loan_speaks_of_no_duty_to_pay(document: str) -> None:
    known = sample()
    assert "还款义务" in words_of(drafted(document, known))
    loan = replace(known.state.loans[0], debt_settled=True, settled_on=date(2026, 2, 1))
    told = words_of(drafted(document, replace(known, state=replace(known.state, loans=(loan,)))))
    assert "还款义务" not in told
    assert "该笔借款已于2026年2月1日结清" in told


def test_who_bought_the_debt_is_addressed_by_the_name_they_gave_and_asked_for_the_assignment() -> None:
    known = collected_by("assignee", agency=None)
    firm = replace(known.state.collectors[0], name="鼎立资产管理有限公司")
    told = words_of(drafted("cease_letter_collector", replace(known, state=replace(known.state, collectors=(firm,)))))
    assert "致：鼎立资产管理有限公司" in told
    assert "出示债权转让的文件" in told
    assert "出示债权转让的文件" not in words_of(drafted("cease_letter_collector", collected_by("agency")))


def test_who_owes_nothing_is_not_told_to_bring_a_contract() -> None:
    spec = documents()["police_report"]
    assert "借款合同首页、放款记录" in spec.bring("debtor")
    assert "借款合同首页、放款记录" not in spec.bring("contacted")


def test_who_was_taken_for_somebody_else_asks_for_the_record_to_be_put_right() -> None:
    told = words_of(drafted("pi_request_third_party", sender="p1", number_since="2026年5月"))
    assert "上述号码自2026年5月起由本人使用" in told
    assert "第四十六条" in told


def test_what_the_borrower_noted_is_not_said_in_another_persons_own_voice() -> None:
    known = sample()
    mine = next(one for one in known.contacts if one.recipient_id == "p1")
    noted = replace(mine, text="妈打电话给我哭，说有人让她替我还", text_kind="summary")
    entries = tuple(
        replace(one, text=noted.text, text_kind="summary", extra=(("told_by", "debtor"),))
        if one.entry_id == noted.contact_id
        else one
        for one in known.state.entries
    )
    material = replace(
        known,
        contacts=tuple(noted if one.contact_id == noted.contact_id else one for one in known.contacts),
        state=replace(known.state, entries=entries),
    )  # fmt: skip
    assert "据借款人所记，大意为：妈打电话给我哭" in words_of(drafted("police_report", material, sender="p1"))
    assert "据借款人所记" not in words_of(drafted("police_report", material))


ASSERTED = ("不是借款人", "没有同意", "没有为借款提供担保", "担保人，系被催收联系的人")


def of_unknown_role(material: Material) -> Material:
    people = tuple(replace(one, role=None) if one.person_id == "p1" else one for one in material.state.persons)
    return replace(material, state=replace(material.state, persons=people))


@pytest.mark.parametrize("document", sorted(id for id, spec in documents().items() if "contacted" in spec.who))
def test_a_signer_whose_part_in_the_loan_is_unknown_is_asked_and_asserts_nothing_of_it(document: str) -> None:
    made = drafted(document, of_unknown_role(sample()), sender="p1")
    said = "".join(run.text for run in blocks_runs(made.blocks) if run.kind != "blank")
    assert not [words for words in ASSERTED if words in said]
    known = drafted(document, sample(), sender="p1")
    if any(words in words_of(known) for words in ASSERTED):
        assert "划去其余：不是借款人" in words_of(made)
        assert any("与这笔借款的关系" in one.label for one in made.missing)
        assert any("还不知道签名的人" in one for one in made.before)
        assert any("Nobody has said" in one for one in english().before(document, made.before))
        assert not any("与这笔借款的关系" in one.label for one in known.missing)


def test_who_may_owe_after_all_does_not_forbid_every_contact() -> None:
    assert "以任何方式联系" not in words_of(drafted("cease_letter_collector", of_unknown_role(sample()), sender="p1"))
    assert "立即停止以任何方式联系本人" in words_of(drafted("cease_letter_collector", sample(), sender="p1"))


@pytest.mark.parametrize("document", sorted(id for id, spec in documents().items() if "contacted" in spec.who))
def test_who_signs_that_they_did_not_agree_is_told_to_check_it_first(document: str) -> None:
    made = drafted(document, sample(), sender="p1")
    assert ("不属实的" in "".join(made.before) + words_of(made)) is ("没有同意" in words_of(made))


def test_a_refusal_of_consent_that_was_told_is_kept_where_the_part_in_the_loan_is_unknown() -> None:
    unknown = of_unknown_role(sample())
    people = tuple(replace(one, consented=False) if one.person_id == "p1" else one for one in unknown.state.persons)
    material = replace(unknown, state=replace(unknown.state, persons=people))
    assert "没有同意被告处理" in words_of(drafted("civil_complaint", material, sender="p1"))


def test_a_borrower_claims_for_their_own_data_and_a_contacted_person_for_theirs() -> None:
    borrowers, mothers = (words_of(drafted("civil_complaint", sender=sender)) for sender in ("debtor", "p1"))
    assert "第三人的个人信息" not in borrowers
    assert "停止使用并删除没有合法依据取得，或者原告已经撤回同意的原告的通讯录" in borrowers
    assert "删除没有合法依据处理的原告的个人信息" in mothers
    assert any("各自以自己的名义" in one for one in drafted("civil_complaint").before)


def test_an_exhibit_with_nothing_but_contacts_left_to_judge_says_which_and_no_more() -> None:
    material = sample()
    left = tuple(one for one in material.findings if one.rule != "cn.threat.violence")
    words = words_of(drafted("evidence_catalog", replace(material, findings=left)))
    assert "2026年3月3日至2026年3月4日的联系：电话1次、短信1次第3、4条" in words
    assert "反复" not in words


def test_of_several_loans_a_list_of_events_tells_all_and_a_report_to_the_police_one() -> None:
    known = sample()
    (loan,) = known.state.loans
    second = replace(loan, loan_id="loan-2", lender_id="l2", lender_name="乙地银行")
    contacts = tuple(replace(one, loan_id="loan-2") if one.contact_id == "e4" else one for one in known.contacts)
    held = replace(known, state=replace(known.state, loans=(loan, second)), contacts=contacts)
    threat = "再不还钱就打断你的腿"
    assert threat in words_of(drafted("incident_timeline", held))
    assert threat not in words_of(drafted("police_report", held))
    assert words_of(drafted("evidence_catalog", held)) == words_of(drafted("evidence_catalog", known))


@pytest.mark.parametrize(
    ("paper", "sender"),
    [
        ("third_party_statement", "p1"),
        ("third_party_complaint", "p1"),
        ("institution_complaint_letter", "p1"),
        ("institution_complaint_letter", "debtor"),
        ("nfra_complaint", "debtor"),
        ("police_report", "debtor"),
        ("evidence_catalog", "debtor"),
    ],
)
def test_who_only_told_of_it_does_not_say_that_the_original_is_in_a_phone(paper: str, sender: str) -> None:
    known = sample()
    told = replace(known, exhibits=tuple(replace(one, obtained="本人陈述") for one in known.exhibits))
    in_a_phone = re.compile("保存在本人手机中|原件(在本人手机|由本人或者手机)|手机记录中得到|手机原件|原始手机")
    assert in_a_phone.search(words_of(drafted(paper, known, sender=sender)))
    assert not in_a_phone.search(words_of(drafted(paper, told, sender=sender)))
