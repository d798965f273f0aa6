"""Papers: what they tell, what they leave blank, and that a message can never become markup."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.remedies.conduct import wording_of
from cuijie.remedies.documents.blocks import Heading, Item, PageBreak, Paragraph, Table, blocks_runs, plain
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.md_writer import md_text
from cuijie.remedies.documents.writers import draft_bytes
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import Material
from tests.remedies.papers import EVERY, drafted, text_of, words_of
from tests.remedies.sample import ON, at, sample


def test_there_are_thirty_one_documents_for_one_case_and_one_for_several() -> None:
    assert sum(not spec.is_group for spec in documents().values()) == 31
    assert [spec.id for spec in documents().values() if spec.is_group] == ["group_complaint"]


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_no_document_invents_what_is_not_known(document: str, sender: str) -> None:
    """On an empty case every field of the case is a blank, and each blank that is not filled in by hand is listed."""
    bare = replace(sample(), state=replace(sample().state, loans=(), persons=sample().state.persons[1:2]))
    made = draft(document, bare, ON, law=library(), sender=sender)
    blanks = {run.ref for run in blocks_runs(made.blocks) if run.kind == "blank" and run.ref != "evidence"}
    by_hand = {key for key in blanks if key and (field := documents()[document].field(key)) and field.is_hand}
    assert {one.key for one in made.missing} - {"evidence"} == blanks - by_hand
    assert "None" not in words_of(made)


@pytest.mark.parametrize("document", ["cease_letter_lender", "institution_complaint_letter", "police_report"])
def test_every_incident_told_names_its_exhibit(document: str) -> None:
    made = drafted(document)
    told = [block for block in made.blocks if "致电" in text_of(block) or "发送短信" in text_of(block)]
    assert told
    for block in told:
        if not isinstance(block, Table):
            assert re.search(r"证据\d+第\d+条", text_of(block))
    assert set(made.exhibits) == {"it1", "it2", "it3"}


def test_a_fact_without_evidence_is_a_visible_blank() -> None:
    made = drafted("cease_letter_lender", replace(sample(), exhibits=()))
    assert "evidence" in {one.key for one in made.missing}
    assert "（证据：　　　　）" in words_of(made)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"channel": "robot_call", "connected": False}, "17000001188以智能语音致电本人，未接通（"),
        ({"channel": "call", "duration_s": 65}, "17000001188致电本人，通话1分05秒（"),
        ({"channel": "call", "direction": "inbound", "text": "来公司找你", "text_kind": "transcript"},
         "本人致电17000001188，对方称：（录音转写）“来公司找你”（"),
        ({"channel": "sms", "direction": "inbound", "text": "请停止", "text_kind": "verbatim"},
         "本人向17000001188发出短信，内容为：“请停止”（"),
        ({"channel": "visit", "visit_place": "home", "from_number": None}, "催收人员到本人住处上门（"),
        ({"channel": "im", "recipient_id": "group-1", "recipient_role": "other"}, "17000001188在群聊等多人可见的地方发送消息（"),
        ({"channel": "call", "count": 40}, "致电本人，共40次（"),
        ({"channel": "call", "count": None}, "致电本人，多次（次数待核对）（"),
        ({"channel": "call", "text": "催得很凶", "text_kind": "summary"}, "致电本人，大意为：催得很凶（"),
        ({"channel": "call", "from_number": None}, "未显示的号码致电本人（"),
        ({"channel": "letter", "from_number": None}, "署名“催收小王”的寄件人向本人寄发信函（"),
        ({"channel": "im", "from_number": None}, "账号“催收小王”通过即时通信向本人发送消息（"),
    ],
)  # fmt: skip
def test_each_kind_of_contact_is_told_in_its_own_words(columns: dict[str, object], told: str) -> None:
    plainly = replace(sample().contacts[2], **{"text": None, "text_kind": None, **columns})  # type: ignore[arg-type]
    material = sample()
    entries = tuple(replace(one, counterpart_name="催收小王") for one in material.state.entries)
    material = replace(material, state=replace(material.state, entries=entries))
    named = replace(material.findings[0], contacts=("e3",))
    made = drafted("cease_letter_lender", replace(material, contacts=(plainly,), findings=(named,)))
    assert told in words_of(made)


def test_the_word_for_the_other_side_in_a_table_is_no_account_of_theirs() -> None:
    material = sample()
    entries = tuple(replace(one, counterpart_name="对方") for one in material.state.entries)
    written = replace(material.contacts[2], channel="im", from_number=None)
    named = replace(material.findings[0], contacts=("e3",))
    material = replace(material, state=replace(material.state, entries=entries), contacts=(written,), findings=(named,))
    assert "未显示的账号通过即时通信向本人发送消息" in words_of(drafted("cease_letter_lender", material))


@pytest.mark.parametrize(
    ("called_themselves", "told"),
    [(None, "未记下的号码致电本人（"), ("远山的周专员", "自称“远山的周专员”的人致电本人（")],
)
def test_of_a_call_told_by_hand_no_paper_says_that_its_number_was_hidden(
    called_themselves: str | None, told: str
) -> None:
    plainly = replace(sample().contacts[2], channel="call", from_number=None, text=None, text_kind=None)
    material = sample()
    by_hand = (("told_by", "debtor"),)
    entries = tuple(
        replace(one, counterpart_name=called_themselves, number=None, text=None, extra=by_hand)
        for one in material.state.entries
    )
    material = replace(material, state=replace(material.state, entries=entries))
    named = replace(material.findings[0], contacts=("e3",))
    words = words_of(drafted("cease_letter_lender", replace(material, contacts=(plainly,), findings=(named,))))
    assert told in words
    assert ("对方自称“远山的周专员”，由本人记下" in words) is (called_themselves is not None)


def _told_as(source: dict[str, object], **columns: object) -> Material:
    """The sample with one contact alone, as its entry was read from another source."""
    plainly = replace(sample().contacts[2], from_number=None, **columns)  # type: ignore[arg-type]
    material = sample()
    entries = tuple(replace(one, number=None, **source) for one in material.state.entries)  # type: ignore[arg-type]
    material = replace(material, state=replace(material.state, entries=entries), contacts=(plainly,))
    return replace(material, findings=(replace(material.findings[0], contacts=("e3",)),))


def test_in_a_users_own_list_a_number_that_does_not_stand_there_was_not_hidden() -> None:
    called = _told_as({"is_user_converted": True}, channel="call", text=None)
    assert "未记下的号码致电本人" in words_of(drafted("cease_letter_lender", called))


def test_who_signed_a_letter_is_reported_as_its_signer_and_not_as_an_account() -> None:
    letter = _told_as({"counterpart_name": "远山信用管理有限公司法务部"}, channel="letter", text="限三日内还清")
    words = words_of(drafted("police_report", letter))
    assert "信函署名“远山信用管理有限公司法务部”" in words
    assert "账号“远山" not in words
    unsigned = _told_as({"counterpart_name": None}, channel="letter", text="限三日内还清")
    assert "未写明的寄件人向本人寄发信函" in words_of(drafted("cease_letter_lender", unsigned))


def test_a_line_of_a_letter_that_goes_on_in_the_next_is_quoted_without_a_gap() -> None:
    wrapped = "律师函\n覃敏：\n鼎诚信用管理有限公司法务部受某某公司委托，郑重致函如\n下：请还款。\n鼎诚公司"
    letter = _told_as({}, channel="letter", text=wrapped, text_kind="verbatim")
    assert "“律师函 覃敏： 鼎诚信用管理有限公司法务部受某某公司委托，郑重致函如下：请还款。 鼎诚公司”" in words_of(
        drafted("cease_letter_lender", letter)
    )


def test_what_is_left_to_judge_is_not_asserted() -> None:
    assert "高频骚扰" not in words_of(drafted("cease_letter_lender"))


def test_what_is_only_likely_is_called_so() -> None:
    assert "疑似以人身伤害相威胁" in words_of(drafted("cease_letter_lender"))


def test_each_event_is_judged_by_the_law_of_its_day() -> None:
    """A call of December 2025 rests on the old public security law, those of 2026 on the new."""
    words = words_of(drafted("cease_letter_lender"))
    assert "（2012年修正）第四十二条" in words
    assert "（2025年修订）第五十条" in words


def test_a_contacted_person_speaks_only_of_their_own_contacts() -> None:
    made = drafted("institution_complaint_letter", sender="p1")
    words = words_of(made)
    assert "打断你的腿" not in words
    assert "1069000012345" not in words
    assert "XH-0001" not in words
    assert set(made.exhibits) == {"it1"}
    assert "立即停止以任何方式联系本人" in words


def test_letters_to_the_other_side_mask_relatives_and_police_papers_name_them() -> None:
    letter, report = words_of(drafted("cease_letter_lender")), words_of(drafted("police_report"))
    assert "138****1002" in letter
    assert "13800001002" not in letter
    assert "王某" not in letter
    assert "王某（13800001002）" in report


def test_a_repayment_proposal_says_first_that_it_interrupts_limitation() -> None:
    assert "诉讼时效" in drafted("repayment_negotiation").before[0]


def test_amounts_stand_in_digits_and_capitals_in_a_paper() -> None:
    assert "5000.00元（人民币伍仟元整）" in words_of(drafted("repayment_negotiation"))


def test_a_field_given_by_the_user_replaces_the_one_of_the_case() -> None:
    made = drafted("cease_letter_lender", recipient_name="另一家公司（虚构）")
    assert "致：另一家公司（虚构）" in md_text(made)


def test_an_unknown_field_names_those_there_are() -> None:
    with pytest.raises(RemedyError, match="recipient_nam") as caught:
        drafted("cease_letter_lender", recipient_nam="x")
    assert "recipient_name" in caught.value.remedy


def test_an_unknown_document_names_those_there_are() -> None:
    with pytest.raises(RemedyError, match="没有“lawsuit”") as caught:
        drafted("lawsuit")
    assert "civil_complaint" in caught.value.remedy


def test_a_paper_for_the_wrong_person_is_refused() -> None:
    with pytest.raises(RemedyError, match="被联系的亲友"):
        drafted("third_party_statement")
    with pytest.raises(RemedyError, match="没有人员 p9"):
        drafted("cease_letter_lender", sender="p9")


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_without_findings_the_facts_are_a_blank_and_nothing_is_asserted(document: str, sender: str) -> None:
    bare = replace(sample(), findings=())
    if documents()[document].facts == "needed":
        with pytest.raises(RemedyError, match="还没有可以写进"):
            drafted(document, bare, sender)
        return
    made = drafted(document, bare, sender)
    if documents()[document].is_of_all_received and sender != "debtor":  # facts alone: what came to their own number
        assert not any(wording_of(finding.rule).title in words_of(made) for finding in sample().findings)
        return
    assert "致电" not in words_of(made).replace("致电单位", "")
    assert "附件　事件时间轴" not in words_of(made)
    if documents()[document].facts == "blank" and document != "no_case_reconsideration":
        assert "facts" in {one.key for one in made.missing}
    assert made.claims == ()


def test_what_the_user_adds_stands_beside_what_was_found() -> None:
    words = words_of(drafted("cease_letter_lender", facts="2026年3月6日有人到楼下询问邻居（证据3）。"))
    assert "到楼下询问邻居" in words
    assert "17000001188致电" in words


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip() and text.isprintable()))
def test_a_message_is_never_markup(text: str) -> None:
    """Whatever a collector writes, the structure of the paper stays the same and the words stay words."""
    plainly = drafted("cease_letter_lender", sample(text="【星河消金】你好"))
    made = drafted("cease_letter_lender", sample(text=f"# {text} | **粗** {{{{ 7*7 }}}} @page"))
    assert [type(block) for block in made.blocks] == [type(block) for block in plainly.blocks]
    assert sum(isinstance(block, PageBreak) for block in made.blocks) == 1
    quotes = "".join(run.text for run in blocks_runs(made.blocks) if run.kind == "quote")
    assert "49" not in quotes or "49" in text


def test_a_field_of_many_lines_becomes_paragraphs_not_structure() -> None:
    made = drafted("cease_letter_lender", repayment_position="第一行\n# 第二行\n| 三 | 行 |")
    bodies = [plain(block.runs) for block in made.blocks if isinstance(block, Paragraph)]
    assert {"第一行", "# 第二行", "| 三 | 行 |"} <= set(bodies)
    assert not any(isinstance(block, Heading) and "第二行" in plain(block.runs) for block in made.blocks)


def test_template_syntax_in_a_field_stays_text() -> None:
    made = drafted("cease_letter_lender", more_demands="{{ cite('cn.pipl.2021/47') }} {% if 1 %}")
    assert "{{ cite('cn.pipl.2021/47') }} {% if 1 %}" in words_of(made)


def test_exhibit_numbers_are_those_of_the_catalogue() -> None:
    made = drafted("evidence_catalog")
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert [plain(row[0]) for row in table.rows] == ["证据1", "证据2", "证据3"]
    assert plain(table.rows[0][5]) == "第1、5条" or plain(table.rows[0][5]).startswith("第1条")


def test_a_case_of_two_hundred_contacts_is_one_paper_with_one_table() -> None:
    made = drafted("institution_complaint_letter", sample(200))
    assert draft_bytes(made, ".docx").startswith(b"PK")
    assert sum(isinstance(block, Table) for block in made.blocks) == 1


def test_a_report_on_personal_information_tells_nothing_else() -> None:
    told = words_of(drafted("cac_report"))
    assert "打断你的腿" not in told
    assert "人身伤害" not in told


def test_a_surety_does_not_sign_that_they_are_none() -> None:
    state = sample().state
    persons = tuple(replace(one, role="co_debtor") if one.person_id == "p1" else one for one in state.persons)
    material = replace(sample(), state=replace(state, persons=persons))
    for document, sender in EVERY:
        if sender == "p1":
            told = words_of(drafted(document, material, sender))
            assert "没有为借款提供担保" not in told, document
            assert "不是借款人" not in told, document


def test_who_agreed_to_be_contacted_withdraws_instead_of_denying_it() -> None:
    state = sample().state
    persons = tuple(replace(one, consented=True) if one.person_id == "p1" else one for one in state.persons)
    material = replace(sample(), state=replace(state, persons=persons))
    assert "撤回" in words_of(drafted("pi_request_third_party", material, "p1"))
    for document, sender in EVERY:
        if sender == "p1":
            assert "没有同意" not in words_of(drafted(document, material, sender)), document


def test_a_suit_claims_deletion_once() -> None:
    listed = next(one for one in sample().findings if one.rule == "cn.third-party.not-agreed")
    more = [replace(listed, rule=rule) for rule in ("cn.contact-list.no-valid-consent", "cn.consent.withdrawn")]
    material = replace(sample(), findings=(*sample().findings, *more))
    claims = words_of(drafted("civil_complaint", material)).partition("诉讼请求")[2].partition("约定管辖")[0]
    assert claims.count("删除") == 1
    assert "（2）立即停止威胁、恐吓；判令" in claims
    assert "停止使用并删除从通讯录" in words_of(drafted("injunction_application", material))


def test_a_suit_without_findings_on_personal_information_claims_nothing_of_it() -> None:
    own = tuple(one for one in sample().findings if one.rule == "cn.threat.violence")
    assert "通讯录" not in words_of(drafted("civil_complaint", replace(sample(), findings=own)))


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_points_of_a_list_end_in_one_stop(document: str, sender: str) -> None:
    fields = {key: "自己写的一句。" for key, field in documents()[document].fields.items() if "_N" not in key}
    fields.pop("date_sign", None)
    blocks = drafted(document, None, sender, **fields).blocks
    assert not re.search("。；|；；|；。|。。", "\n".join(plain(one.runs) for one in blocks if isinstance(one, Item)))
    for one, after in pairwise(blocks):
        if isinstance(one, Item) and one.number and not isinstance(after, Item):
            assert not plain(one.runs).endswith("；")


def _dated(*days: datetime) -> Material:
    """The sample with nothing but one call to the mother on each of *days*."""
    whole = sample()
    calls = tuple(replace(whole.contacts[0], contact_id=f"e{n}", occurred_at=day) for n, day in enumerate(days, 1))
    (found, *_) = whole.findings
    return replace(whole, contacts=calls, findings=(replace(found, contacts=tuple(one.contact_id for one in calls)),))


def test_a_police_report_on_acts_before_2026_asks_for_nothing_that_came_with_2026() -> None:
    told = {
        year: set(draft("police_report", _dated(at(year, 1, 5, 9)), ON, law=library()).provisions)
        for year in (2025, 2026)
    }
    assert told[2026] - told[2025] >= {"cn.psapl.2025/50.2", "cn.psapl.2025/56"}


def test_a_text_that_was_in_force_for_some_of_the_acts_says_for_which() -> None:
    made = draft("cease_letter_lender", _dated(at(2025, 12, 20, 9), at(2026, 3, 2, 9)), ON, law=library())
    words = words_of(made)
    assert "第五十条第一款第（五）项（适用于2026年3月2日起的行为，是否适用由公安机关判断）" in words
    assert "第四十二条第（五）项（适用于2025年12月20日及以前的行为，是否适用由公安机关判断）" in words


def test_a_list_of_evidence_leaves_out_what_shows_another_loan_only() -> None:
    whole = sample()
    (loan,) = whole.state.loans
    other = replace(loan, loan_id="loan2", lender_id="l2")
    contacts = tuple(replace(one, loan_id="loan2" if one.recipient_id == "p2" else "loan1") for one in whole.contacts)
    both = replace(whole, contacts=contacts, state=replace(whole.state, loans=(loan, other)))
    listed = draft("evidence_catalog", both, ON, law=library(), loan_id="loan1").exhibits
    assert "it1" in listed
    assert "it2" not in listed
