"""Papers as the office reads them that gets them: its own law first, the contacts it has to weigh, what came after a notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cuijie.records import Basis, Certainty, Finding, Person
from cuijie.remedies.channels import channels
from cuijie.remedies.documents.catalogue import NOT_ITS_LENDER, documents
from cuijie.remedies.documents.facts import timeline
from cuijie.remedies.documents.fitting import fitted
from cuijie.remedies.documents.incidents import Narrator
from cuijie.remedies.documents.telling import day_by_day
from cuijie.remedies.english import english
from cuijie.remedies.material import Material
from tests.remedies.papers import drafted, words_of
from tests.remedies.plans import having, lent_by, loan_with, paper_text, step_done, steps_of
from tests.remedies.sample import at, basis, contact, entry, sample

_CIVIL = (
    "cn.civil-code.2020/1033.1.1", "cn.pipl.2021/13", "cn.civil-code.2020/1032", "cn.civil-code.2020/1035",
    "cn.pipl.2021/6", "cn.pipl.2021/10", "cn.pipl.2021/69",
)  # fmt: skip


def _much_supported() -> Material:
    """The calls to the mother, with as much civil law beside them as the rulebook has."""
    whole = sample()
    civil = [Basis(id=id, tier="civil", role="norm" if n < 2 else "support") for n, id in enumerate(_CIVIL)]
    rest = [
        Basis(id="cn.pipl.2021/66", tier="administrative", role="support"),
        Basis(id="cn.psapl.2025/50.1.5", tier="public_security", role="support"),
    ]
    (found, *_) = whole.findings
    return replace(whole, findings=(replace(found, contacts=("e1",), basis=(*civil, *rest)),))


def test_police_read_the_article_they_decide_by_before_all_other_support() -> None:
    words = words_of(drafted("police_report", _much_supported()))
    law = words[words.index("供参考的条文") :]
    assert "第五十条第一款第（五）项（是否适用由公安机关判断）、《中华人民共和国民法典》" in law
    assert "cn.psapl.2025/50.1.5" not in drafted("cease_letter_lender", _much_supported()).provisions


def test_police_are_told_contacts_left_to_judge_as_facts_and_never_as_conduct() -> None:
    words = words_of(drafted("police_report"))
    told = words[words.index("除上述以外，现有记录中还有下列联系") : words.index("供参考的条文")]
    assert "2026年3月3日22时41分，17000001188致电报案人（证据3第3条）" in told
    assert "高频骚扰" not in words
    assert "除上述以外" not in words_of(drafted("police_report", sender="p2"))


def test_who_made_only_contacts_left_to_judge_is_named_to_the_police_and_no_blank_stands_for_the_facts() -> None:
    only_to_judge = tuple(one for one in sample().findings if one.certainty == "to_judge")
    words = words_of(drafted("police_report", replace(sample(), findings=only_to_judge)))
    assert "使用下列号码的人：17000001188" in words
    assert "现有记录中有下列联系，是否属于滋扰等违反治安管理的行为，请公安机关判断：2026年3月3日22时41分" in words
    assert "除上述以外" not in words


@pytest.mark.parametrize("paper", ["cease_letter_lender", "institution_complaint_letter", "nfra_complaint"])
def test_letters_tell_contacts_left_to_judge_to_be_looked_into(paper: str) -> None:
    words = words_of(drafted(paper))
    assert "除上述以外，现有记录中还有下列联系，是否违反规定，请一并核查：2026年3月3日22时41分" in words


def test_a_court_is_pleaded_nothing_that_is_left_to_judge() -> None:
    assert "现有记录中还有下列联系" not in words_of(drafted("civil_complaint"))


def test_after_one_call_the_police_may_be_told_and_the_plan_says_that_they_judge_how_often_is_often() -> None:
    """No text has a number for 多次; it is commonly understood as three and more."""
    found = Finding(
        rule="cn.third-party.not-agreed",
        contacts=("e1",),
        claimants=("debtor", "recipient"),
        certainty="established",
        basis=basis(("cn.pipl.2021/13", "civil", "norm")),
    )
    step = steps_of(replace(sample(), findings=(found,)), sender="p1")["police_report"]
    assert step.is_open
    assert "由公安机关判断（通常理解为三次以上，法律没有写明）" in step.why


def test_what_only_the_police_can_judge_is_reason_enough_to_go_there() -> None:
    posed = Finding(
        rule="cn.impersonation",
        contacts=("e4",),
        claimants=("debtor",),
        certainty="to_judge",
        basis=basis(("cn.psapl.2025/62", "public_security", "norm")),
    )
    assert steps_of(replace(sample(), findings=(posed,)))["police_report"].due_on == date(2026, 9, 4)


def test_an_app_of_who_lends_without_a_licence_takes_no_complaint_as_an_institution() -> None:
    steps = steps_of(lent_by(sample(), "unlicensed"))
    assert "complaint_lender" not in steps
    assert steps["stop_notice_lender"].channel is None


def test_a_private_lender_who_collects_himself_is_not_sued_as_several_who_acted_together() -> None:
    assert "二人以上共同实施" in words_of(drafted("civil_complaint"))
    assert "二人以上共同实施" not in words_of(drafted("civil_complaint", lent_by(sample(), "private_person")))


def test_somebody_of_the_office_is_told_as_such() -> None:
    people = {"hr": Person(person_id="hr", relation_word="人事")}
    text = entry(1, "sms", "hr", at(2026, 3, 2, 10), "1069000012345", "x", "it2")
    one = contact(text, "other", recipient_relation="employer")
    assert Narrator(sender="debtor", people=people).recipient(one) == "本人单位的人事"


def test_a_relation_that_the_name_begins_with_is_told_once_in_the_borrowers_paper_too() -> None:
    people = {"p9": Person(person_id="p9", relation_word="朋友", name="朋友甲")}
    one = contact(entry(1, "sms", "p9", at(2026, 3, 2, 10), "1069000012345", "x", "it2"), "other")
    assert Narrator(sender="debtor", people=people, naming="full").recipient(one) == "本人朋友甲"


def test_contacts_without_words_are_summed_up_by_day_and_number() -> None:
    entries = [entry(n, "call", "debtor", at(2026, 3, 5, 9, n), "17000001188", None, "it3") for n in range(6, 10)]
    calls = [contact(one, "debtor", connected=n > 1) for n, one in enumerate(entries)]
    ids = [one.contact_id for one in calls]
    incidents = timeline((), calls, entries, sample().exhibits, ids)
    (line,), left = day_by_day(incidents, Narrator(sender="debtor", people={}), 10)
    assert not left
    assert "".join(run.text for run in line) == "2026年3月5日，17000001188以电话联系本人4次，其中接通2次（证据3）"


def _one_threat_after_many(many: int, *, certainty: Certainty) -> Material:
    """Messages to a colleague that disclose the debt, the last of which also threatens."""
    material = sample(many, text="请转告张三还款5000元")
    last = material.contacts[-1].contact_id
    entries = tuple(
        replace(one, text="请转告张三还款5000元，再不还就打断他的腿") if one.entry_id == last else one
        for one in material.state.entries
    )
    threat = Finding(
        rule="cn.threat.violence",
        contacts=(last,),
        claimants=("debtor", "recipient"),
        certainty=certainty,
        basis=basis(("cn.civil-code.2020/1032", "civil", "norm")),
    )
    contacts = tuple(
        replace(one, text="请转告张三还款5000元，再不还就打断他的腿") if one.contact_id == last else one
        for one in material.contacts
    )
    findings = (*(one for one in material.findings if one.rule != "cn.threat.violence"), threat)
    return replace(material, state=replace(material.state, entries=entries), contacts=contacts, findings=findings)


@pytest.mark.parametrize("certainty", ["likely", "to_judge"])
def test_the_gravest_message_stands_in_the_paper_and_not_only_in_its_annex(certainty: Certainty) -> None:
    made = drafted("nfra_complaint", _one_threat_after_many(30, certainty=certainty))
    for most in (100_000, 1500):
        body = words_of(fitted(made, most)).partition("附件事件时间轴")[0]
        assert "打断他的腿" in body
        assert "其余" in body


def test_borrowers_report_of_numbers_has_the_calls_left_to_judge_too() -> None:
    words = words_of(drafted("spam_report"))
    assert "2026年3月3日22时41分" in words
    assert "2026年3月4日8时30分" in words


def test_a_report_of_numbers_lists_what_can_be_looked_up_and_says_how_much_it_leaves_out() -> None:
    material = sample()
    hidden = tuple(
        replace(one, from_number=None) if one.channel == "call" and one.recipient_id == "debtor" else one
        for one in material.contacts
    )
    words = words_of(drafted("spam_report", replace(material, contacts=hidden)))
    assert "2026年3月3日22时41分" not in words
    assert "2026年3月4日8时30分" in words
    assert "本人还收到过：没有显示或者没有记下号码的1次。因无法据此核查，没有列入。" in words
    assert "没有列入" not in words_of(drafted("spam_report", material))


def test_what_a_norm_only_advises_against_is_called_no_breach() -> None:
    whole = sample()
    advised = replace(
        whole.findings[0], rule="cn.frequency.unanswered-attempts",
        basis=(Basis(id="cn.cba-collection.2026/frequency", tier="self_discipline", role="norm"),),
    )  # fmt: skip
    for document in ("incident_timeline", "institution_complaint_letter", "nfra_report_letter"):
        alone = words_of(drafted(document, replace(whole, findings=(advised,))))
        assert "违反规定" not in alone
        assert "行业自律规范写明“不宜”的" in alone
    mixed = words_of(drafted("incident_timeline", replace(whole, findings=(*whole.findings, advised))))
    assert "涉及违反规定或者行业自律规范写明“不宜”的联系" in mixed


@pytest.mark.parametrize("sender", ["debtor", "p1"])
def test_police_are_not_told_what_nobody_knows_of_the_contacted_persons_business(sender: str) -> None:
    words = words_of(drafted("police_report", sender=sender))
    assert "如何被取得" in words
    assert "没有与放款机构发生业务" not in words


def test_contacts_after_a_notice_was_received_are_told_with_the_notice() -> None:
    def after(reached: date | None) -> str:
        step = step_done("stop_notice_lender", date(2026, 2, 26), reached=reached)
        return paper_text("civil_complaint", having(sample(), steps=(step,)))

    assert "对方收到以后，现有记录中又有涉及违反规定的联系3次，最近一次在2026年3月4日。" in after(date(2026, 2, 27))
    assert "又有涉及违反规定的联系1次" in after(date(2026, 3, 2)), "the day itself does not tell which was first"
    assert "对方收到以后" not in after(date(2026, 3, 4))
    assert "对方收到以后" not in after(None)


def test_one_day_on_which_two_notices_arrived_is_told_of_once() -> None:
    both = tuple(
        step_done(rung, date(2026, 2, 26), reached=date(2026, 2, 27))
        for rung in ("stop_notice_lender", "complaint_lender")
    )
    assert paper_text("civil_complaint", having(sample(), steps=both)).count("对方收到以后") == 1


@pytest.mark.parametrize(
    ("lender", "text", "named"),
    [
        ("川北银行股份有限公司信用卡中心", "我是川北银行信用卡委托的", "川北银行"),
        ("临江市青石小额贷款有限公司", "您的同事在青石小贷逾期", "青石小贷"),
        ("云杉消费金融有限公司", "云杉消金委托我来", "云杉消金"),
        ("云杉消费金融有限公司", "云杉的钱还不还", None),
    ],
)
def test_a_message_that_names_the_lender_in_short_ties_it_to_the_lender(
    lender: str, text: str, named: str | None
) -> None:
    whole = loan_with(sample(), lender_name=lender, platform_name=None)
    entries = tuple(replace(one, text=text) if one.entry_id == "e4" else one for one in whole.state.entries)
    words = words_of(drafted("cease_letter_lender", replace(whole, state=replace(whole.state, entries=entries))))
    assert (f"17000001188的消息写明“{named}”" in words) is (named is not None)


@pytest.mark.parametrize(
    ("document", "lender", "platform", "is_told"),
    [
        ("local_fin_complaint", "consumer_finance", None, True),
        ("local_fin_complaint", "microloan", None, False),
        ("local_fin_complaint", None, None, False),
        ("nfra_complaint", "microloan", None, True),
        ("nfra_complaint", "credit_card_center", None, False),
        ("samr_complaint", "commercial_bank", None, True),
        ("samr_complaint", "commercial_bank", "闪云借（虚构）", False),
    ],
)
def test_a_paper_for_an_office_that_has_no_say_over_the_lender_says_so_first(
    document: str, lender: str | None, platform: str | None, is_told: bool
) -> None:
    made = drafted(document, loan_with(sample(), lender_type=lender, platform_name=platform))
    assert (NOT_ITS_LENDER in made.before[:1]) is is_told
    assert NOT_ITS_LENDER not in english().before(document, made.before)


def test_every_office_named_in_a_template_takes_that_paper() -> None:
    offices = {spec.id: spec.office for spec in documents().values() if spec.office}
    assert offices
    assert all(id in channels()[office].documents for id, office in offices.items())
