"""Papers: what they say, what they leave blank, and that a message can never become markup."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.law.citations import CONDEMNING
from cuijie.law.citations import check_text as judge_citations
from cuijie.records import Basis, ContactRecord, Finding
from cuijie.records.contact import Channel, RecipientRole, TextKind, TimePrecision
from cuijie.remedies.documents.blocks import Heading, Item, PageBreak, Paragraph, Run, Table, blocks_runs, plain
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.claims import check, check_text
from cuijie.remedies.documents.cover import cover
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.documents.group import group_draft
from cuijie.remedies.documents.md_writer import md_text
from cuijie.remedies.documents.writers import draft_bytes, write_draft
from cuijie.remedies.errors import ClaimRefused, FontMissing, GlyphMissing, NotWritten, RemedyError
from cuijie.remedies.material import Material
from tests.remedies.sample import ON, at, sample

_EVERY = [
    (id, sender)
    for id, spec in documents().items()
    for sender in ("debtor", "p1")
    if ("debtor" if sender == "debtor" else "contacted") in spec.who and not spec.is_group
]


def _draft(document: str, material: Material | None = None, sender: str = "debtor", **fields: str) -> Draft:
    return draft(document, material or sample(), ON, law=library(), sender=sender, fields=fields)


def _words(made: Draft) -> str:
    return "".join(run.text for run in blocks_runs(made.blocks))


def test_there_are_thirty_one_documents_for_one_case_and_one_for_several() -> None:
    assert sum(not spec.is_group for spec in documents().values()) == 31
    assert [spec.id for spec in documents().values() if spec.is_group] == ["group_complaint"]


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_every_template_passes_the_claims_check_and_cites_law_in_force(document: str, sender: str) -> None:
    made = _draft(document, sender=sender)
    assert made.claims == ()
    for id in made.provisions:
        assert library().provision(id).confidence != "unverified"


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_no_document_invents_what_is_not_known(document: str, sender: str) -> None:
    """On an empty case every field of the case is a blank, and each blank that is not filled in by hand is listed."""
    bare = replace(sample(), state=replace(sample().state, loans=(), persons=sample().state.persons[1:2]))
    made = draft(document, bare, ON, law=library(), sender=sender)
    blanks = {run.ref for run in blocks_runs(made.blocks) if run.kind == "blank" and run.ref != "evidence"}
    by_hand = {key for key in blanks if key and (field := documents()[document].field(key)) and field.is_hand}
    assert {one.key for one in made.missing} - {"evidence"} == blanks - by_hand
    assert "None" not in _words(made)


@pytest.mark.parametrize("document", ["cease_letter_lender", "institution_complaint_letter", "police_report"])
def test_every_incident_told_names_its_exhibit(document: str) -> None:
    made = _draft(document)
    told = [block for block in made.blocks if "致电" in _text(block) or "发送短信" in _text(block)]
    assert told
    for block in told:
        if not isinstance(block, Table):
            assert re.search(r"证据\d+第\d+条", _text(block))
    assert set(made.exhibits) == {"it1", "it2", "it3"}


def _text(block: object) -> str:
    runs = getattr(block, "runs", None)
    return plain(runs) if runs else ""


def test_a_fact_without_evidence_is_a_visible_blank() -> None:
    made = _draft("cease_letter_lender", replace(sample(), exhibits=()))
    assert "evidence" in {one.key for one in made.missing}
    assert "（证据：　　　　）" in _words(made)


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
        ({"channel": "im", "from_number": None}, "账号“催收小王”通过即时通信向本人发送消息（"),
    ],
)  # fmt: skip
def test_each_kind_of_contact_is_told_in_its_own_words(columns: dict[str, object], told: str) -> None:
    plainly = replace(sample().contacts[2], **{"text": None, "text_kind": None, **columns})  # type: ignore[arg-type]
    material = sample()
    entries = tuple(replace(one, counterpart_name="催收小王") for one in material.state.entries)
    material = replace(material, state=replace(material.state, entries=entries))
    named = replace(material.findings[0], contacts=("e3",))
    made = _draft("cease_letter_lender", replace(material, contacts=(plainly,), findings=(named,)))
    assert told in _words(made)


def test_what_is_left_to_judge_is_not_asserted() -> None:
    assert "高频骚扰" not in _words(_draft("cease_letter_lender"))


def test_what_is_only_likely_is_called_so() -> None:
    assert "疑似以人身伤害相威胁" in _words(_draft("cease_letter_lender"))


def test_each_event_is_judged_by_the_law_of_its_day() -> None:
    """A call of December 2025 rests on the old public security law, those of 2026 on the new."""
    words = _words(_draft("cease_letter_lender"))
    assert "（2012年修正）第四十二条" in words
    assert "（2025年修订）第五十条" in words


def test_a_contacted_person_speaks_only_of_their_own_contacts() -> None:
    made = _draft("institution_complaint_letter", sender="p1")
    words = _words(made)
    assert "打断你的腿" not in words
    assert "1069000012345" not in words
    assert "XH-0001" not in words
    assert set(made.exhibits) == {"it1"}
    assert "立即停止以任何方式联系本人" in words


def test_letters_to_the_other_side_mask_relatives_and_police_papers_name_them() -> None:
    letter, report = _words(_draft("cease_letter_lender")), _words(_draft("police_report"))
    assert "138****1002" in letter
    assert "13800001002" not in letter
    assert "王某" not in letter
    assert "王某（13800001002）" in report


@pytest.mark.parametrize("document", ["cease_letter_lender", "cease_letter_collector", "nfra_complaint"])
def test_a_complaint_never_says_that_the_debt_need_not_be_paid(document: str) -> None:
    assert "依法应承担的还款义务不因" in _words(_draft(document))


def test_a_repayment_proposal_says_first_that_it_interrupts_limitation() -> None:
    assert "诉讼时效" in _draft("repayment_negotiation").before[0]


def test_amounts_stand_in_digits_and_capitals_in_a_paper() -> None:
    assert "5000.00元（人民币伍仟元整）" in _words(_draft("repayment_negotiation"))


def test_a_field_given_by_the_user_replaces_the_one_of_the_case() -> None:
    made = _draft("cease_letter_lender", recipient_name="另一家公司（虚构）")
    assert "致：另一家公司（虚构）" in md_text(made)


def test_an_unknown_field_names_those_there_are() -> None:
    with pytest.raises(RemedyError, match="recipient_nam") as caught:
        _draft("cease_letter_lender", recipient_nam="x")
    assert "recipient_name" in caught.value.remedy


def test_an_unknown_document_names_those_there_are() -> None:
    with pytest.raises(RemedyError, match="没有“lawsuit”") as caught:
        _draft("lawsuit")
    assert "civil_complaint" in caught.value.remedy


def test_a_paper_for_the_wrong_person_is_refused() -> None:
    with pytest.raises(RemedyError, match="被联系的亲友"):
        _draft("third_party_statement")
    with pytest.raises(RemedyError, match="没有人员 p9"):
        _draft("cease_letter_lender", sender="p9")


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_without_findings_the_facts_are_a_blank_and_nothing_is_asserted(document: str, sender: str) -> None:
    bare = replace(sample(), findings=())
    if documents()[document].facts == "needed":
        with pytest.raises(RemedyError, match="还没有可以写进"):
            _draft(document, bare, sender)
        return
    made = _draft(document, bare, sender)
    assert "致电" not in _words(made).replace("致电单位", "")
    assert "附件　事件时间轴" not in _words(made)
    if documents()[document].facts == "blank" and document != "no_case_reconsideration":
        assert "facts" in {one.key for one in made.missing}
    assert made.claims == ()


def test_what_the_user_adds_stands_beside_what_was_found() -> None:
    words = _words(_draft("cease_letter_lender", facts="2026年3月6日有人到楼下询问邻居（证据3）。"))
    assert "到楼下询问邻居" in words
    assert "17000001188致电" in words


@given(st.text(min_size=1, max_size=80).filter(lambda text: text.strip() and text.isprintable()))
def test_a_message_is_never_markup(text: str) -> None:
    """Whatever a collector writes, the structure of the paper stays the same and the words stay words."""
    plainly = _draft("cease_letter_lender", sample(text="【星河消金】你好"))
    made = _draft("cease_letter_lender", sample(text=f"# {text} | **粗** {{{{ 7*7 }}}} @page"))
    assert [type(block) for block in made.blocks] == [type(block) for block in plainly.blocks]
    assert sum(isinstance(block, PageBreak) for block in made.blocks) == 1
    quotes = "".join(run.text for run in blocks_runs(made.blocks) if run.kind == "quote")
    assert "49" not in quotes or "49" in text


def test_a_field_of_many_lines_becomes_paragraphs_not_structure() -> None:
    made = _draft("cease_letter_lender", repayment_position="第一行\n# 第二行\n| 三 | 行 |")
    bodies = [plain(block.runs) for block in made.blocks if isinstance(block, Paragraph)]
    assert {"第一行", "# 第二行", "| 三 | 行 |"} <= set(bodies)
    assert not any(isinstance(block, Heading) and "第二行" in plain(block.runs) for block in made.blocks)


def test_template_syntax_in_a_field_stays_text() -> None:
    made = _draft("cease_letter_lender", more_demands="{{ cite('cn.pipl.2021/47') }} {% if 1 %}")
    assert "{{ cite('cn.pipl.2021/47') }} {% if 1 %}" in _words(made)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("对方的行为已经构成犯罪", "构成犯罪"),
        ("足以证明对方违法", "证明"),
        ("所有联系人都被骚扰", "所有"),
        ("对方必然要承担责任", "必然"),
        ("这是催收非法债务", "非法债务"),
        ("泄露二十个联系人，属于侵犯公民个人信息罪", "侵犯公民个人信息罪"),
        ("他们是黑社会", "黑社会"),
    ],
)
def test_a_word_that_says_too_much_is_found(text: str, words: str) -> None:
    assert any(words in claim.words for claim in check_text(text))


@pytest.mark.parametrize(
    "text",
    ["涉嫌违法，请依法审查", "附身份证明和困难证明", "证明材料见附件", "请审查是否构成犯罪", "责令一定期限内禁止接触"],
)
def test_measured_words_pass(text: str) -> None:
    assert check_text(text) == ()


@pytest.mark.parametrize("text", ["这笔债务无效，不用还", "你们等着瞧，后果自负", "本人无需偿还"])
def test_what_must_not_leave_refuses_the_draft(text: str) -> None:
    with pytest.raises(ClaimRefused, match="不能写进文书"):
        _draft("cease_letter_lender", more_demands=text)


def test_a_contacted_person_may_say_that_they_owe_nothing() -> None:
    assert check_text("本人没有义务还款", is_debtor=False) == ()
    assert "没有义务还款" in _words(_draft("third_party_complaint", sender="p1", more_requests="本人没有义务还款"))


@pytest.mark.parametrize("text", ["对方称本人拒绝还款，与事实不符", "对方说所有人都会知道"])
def test_what_the_other_side_is_reported_to_say_is_not_our_claim(text: str) -> None:
    assert check_text(text) == ()


def test_the_collectors_own_words_are_not_our_claims() -> None:
    quote = Run(text="你犯罪了，所有人都会知道", kind="quote")
    assert check((Paragraph(runs=(Run(text="对方称："), quote)),)) == ()


def test_the_cover_lists_blanks_and_is_left_out_when_asked() -> None:
    made = _draft("cease_letter_lender")
    assert "唯一指定的联系方式" in "".join(plain(one.runs) for one in cover(made) if hasattr(one, "runs"))
    assert "起草说明" in md_text(made)
    assert "起草说明" not in md_text(made, with_cover=False)


def test_docx_has_east_asian_fonts_on_every_run_and_no_foreign_traces() -> None:
    made = _draft("institution_complaint_letter")
    with zipfile.ZipFile(io.BytesIO(draft_bytes(made, ".docx"))) as package:
        document = package.read("word/document.xml").decode()
        core = package.read("docProps/core.xml").decode()
    runs = re.findall(r"<w:r>.*?</w:r>", document, re.DOTALL)
    assert runs
    assert all("w:eastAsia=" in run for run in runs)
    assert {"宋体", "仿宋", "黑体"} <= set(re.findall(r'w:eastAsia="([^"]+)"', document))
    assert 'w:firstLineChars="200"' in document
    assert "python-docx" not in core


def test_docx_elements_stand_in_the_order_word_wants() -> None:
    with zipfile.ZipFile(io.BytesIO(draft_bytes(_draft("institution_complaint_letter"), ".docx"))) as package:
        document = package.read("word/document.xml").decode()
    boxed = [one for one in re.findall(r"<w:pPr>.*?</w:pPr>", document, re.DOTALL) if "<w:pBdr>" in one]
    tables = re.findall(r"<w:tblPr>.*?</w:tblPr>", document, re.DOTALL)
    sections = re.findall(r"<w:sectPr.*?</w:sectPr>", document, re.DOTALL)
    assert boxed
    assert all(one.index("<w:pBdr>") < one.index("<w:spacing") for one in boxed)
    assert len(tables) == 2
    assert all(one.index("<w:tblBorders>") < one.index("<w:tblLayout") for one in tables)
    numbered = [one for one in sections if "<w:pgNumType" in one]
    assert len(numbered) == 1  # the paper begins at page 1 after its cover
    assert all(one.index("<w:pgMar") < one.index("<w:pgNumType") < one.index("<w:cols") for one in numbered)


def test_docx_is_the_same_every_time() -> None:
    made = _draft("cease_letter_lender")
    assert draft_bytes(made, ".docx") == draft_bytes(made, ".docx")


def test_docx_opens_again_with_all_its_words() -> None:
    import docx

    made = _draft("cease_letter_lender")
    document = docx.Document(io.BytesIO(draft_bytes(made, ".docx")))
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "停止侵害告知函" in text
    assert len(document.tables) == 1
    assert document.tables[0].rows[0].cells[0].text == "序号"


def _pdf_text(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.fixture
def _needs_fonts() -> None:
    from cuijie.remedies.documents.fonts import find_fonts

    try:
        find_fonts()
    except FontMissing:
        pytest.skip("这台电脑上没有中文字体（set-up 会放好）")


@pytest.mark.usefixtures("_needs_fonts")
def test_pdf_holds_the_same_words_with_its_fonts_inside() -> None:
    made = _draft("institution_complaint_letter")
    data = draft_bytes(made, ".pdf")
    text = re.sub(r"\s", "", _pdf_text(data))
    assert "消费投诉书" in text
    assert "疑似以人身伤害相威胁" in text
    assert b"/FontFile" in data
    assert len(data) < 1_000_000  # fonts are subset: the whole font is ten times that
    assert data == draft_bytes(made, ".pdf")


@pytest.mark.usefixtures("_needs_fonts")
def test_a_message_of_typst_markup_is_printed_as_it_is() -> None:
    made = _draft("cease_letter_lender", sample(text="#panic() $x$ *a* <b> [c] \\u{41}"))
    assert "#panic()$x$*a*<b>[c]\\u{41}" in re.sub(r"\s", "", _pdf_text(draft_bytes(made, ".pdf")))


@pytest.mark.usefixtures("_needs_fonts")
def test_a_character_no_font_has_is_an_error_that_names_it() -> None:
    with pytest.raises(GlyphMissing, match=r"U\+10FFFD|U\+E123"):
        draft_bytes(_draft("cease_letter_lender", sender_name="张\ue123"), ".pdf")


@pytest.mark.usefixtures("_needs_fonts")
def test_a_pictograph_in_a_message_is_named_not_boxed() -> None:
    text = _pdf_text(draft_bytes(_draft("cease_letter_lender", sample(text="还钱😡")), ".pdf"))
    assert "表情符号U+1F621" in re.sub(r"\s", "", text)


def test_a_font_folder_that_is_not_there_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUIJIE_FONT_DIR", str(tmp_path / "没有"))
    with pytest.raises(FontMissing, match="CUIJIE_FONT_DIR"):
        draft_bytes(_draft("call_script"), ".pdf")


@pytest.mark.parametrize("name", ["信.rtf", "信"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RemedyError, match="不认识的文件格式"):
        write_draft(_draft("call_script"), tmp_path / name)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md").mkdir()
    with pytest.raises(RemedyError, match="是文件夹"):
        write_draft(_draft("call_script"), tmp_path / "x.md")
    with pytest.raises(RemedyError, match="不存在"):
        write_draft(_draft("call_script"), tmp_path / "没有" / "x.md")


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    name = "长" * 300 + ".md"  # longer than any file system allows
    with pytest.raises(NotWritten, match="写不进"):
        write_draft(_draft("call_script"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_plain_text_for_web_forms_holds_every_word_and_no_markup() -> None:
    made = _draft("nifa_report")
    text = draft_bytes(made, ".txt").decode()
    assert "被举报公司：星河消费金融有限公司（虚构）" in text
    assert "起草说明" not in text
    assert "|" not in text
    for run in blocks_runs(made.blocks):
        assert all(line in text for line in run.text.split("\n"))


def test_markdown_escapes_the_words_of_a_message() -> None:
    made = _draft("cease_letter_lender", sample(text="【星河消金】*a* | <b> # c"))
    assert r"\*a\* \| \<b\> \# c" in md_text(made)


def test_exhibit_numbers_are_those_of_the_catalogue() -> None:
    made = _draft("evidence_catalog")
    table = next(block for block in made.blocks if isinstance(block, Table))
    assert [plain(row[0]) for row in table.rows] == ["证据1", "证据2", "证据3"]
    assert plain(table.rows[0][5]) == "第1、5条" or plain(table.rows[0][5]).startswith("第1条")


def test_a_case_of_two_hundred_contacts_is_one_paper_with_one_table() -> None:
    made = _draft("institution_complaint_letter", sample(200))
    assert draft_bytes(made, ".docx").startswith(b"PK")
    assert sum(isinstance(block, Table) for block in made.blocks) == 1


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_a_paper_dated_before_a_new_law_rests_on_the_old_one(document: str, sender: str) -> None:
    on = date(2025, 6, 1)
    made = draft(document, sample(), on, law=library(), sender=sender)
    named = {id for finding in sample().findings for one in finding.basis for id in [one.id]}
    for id in set(made.provisions) - named:  # those of the findings follow the day of each contact
        assert library().in_force(id, on) is True


def test_a_draft_on_a_day_before_the_law_refuses_rather_than_misquotes() -> None:
    with pytest.raises(RemedyError, match="不能引用"):
        draft("call_script", sample(), date(2019, 1, 1), law=library())


def _other_borrower(material: Material) -> Material:
    people = tuple(replace(one, name="欧阳某" if one.role == "debtor" else one.name) for one in material.state.persons)
    return replace(material, state=replace(material.state, persons=people))


def test_several_borrowers_complain_together_with_a_table_of_what_recurs() -> None:
    made = group_draft([sample(), _other_borrower(sample(3))], ON, law=library())
    tables = [block for block in made.blocks if isinstance(block, Table)]
    patterns = {plain(row[0]): [plain(cell) for cell in row[1:]] for row in tables[0].rows}
    assert patterns["向未约定的第三人催收"][:3] == ["2名", "4人", "9次"]
    assert "17000001188" in {plain(row[0]) for row in tables[1].rows}
    assert [plain(row[1]) for row in tables[2].rows] == ["张某", "欧某某"]
    assert made.claims == ()
    assert "张三" not in _words(made)
    assert "致电其母亲" in _words(made)
    assert "张三" in _words(group_draft([sample(), sample()], ON, law=library(), naming="full"))


def test_five_borrowers_are_told_apart_masked_and_each_contact_once() -> None:
    names = ("张三", "李四", "赵小五", "钱六", "孙七七")
    group = []
    for number, name in enumerate(names):
        one = sample(number, text=f"【星河消金】{name}欠款5000元，打给他妈13800001002也一样，请转告他今天还清")
        people = tuple(replace(p, name=name) if p.role == "debtor" else p for p in one.state.persons)
        group.append(replace(one, state=replace(one.state, persons=people)))
    made = group_draft(group, ON, law=library())
    words = _words(made)
    assert not [name for name in names if name in words]
    assert "13800001002" not in words
    tables = [block for block in made.blocks if isinstance(block, Table)]
    patterns = {plain(row[0]): [plain(cell) for cell in row[1:4]] for row in tables[0].rows}
    assert patterns["向未约定的第三人催收"] == ["5名", "10人", "25次"]  # three each, and 0 + 1 + 2 + 3 + 4 more
    assert patterns["疑似以人身伤害相威胁"] == ["5名", "0人", "5次"]
    assert [plain(row[0]) for row in tables[2].rows] == [f"借款人{one}" for one in "一二三四五"]
    items = [plain(block.runs) for block in made.blocks if isinstance(block, Item)]
    told = [one for one in items if one.startswith("（借款人")]
    assert len(told) == len(set(told))
    full = _words(group_draft(group, ON, law=library(), naming="full"))
    assert all(name in full for name in names)


def test_a_group_needs_two_borrowers_of_one_lender_with_facts() -> None:
    with pytest.raises(RemedyError, match="两名以上"):
        group_draft([sample()], ON, law=library())
    with pytest.raises(RemedyError, match="两名以上"):
        _draft("group_complaint")
    loan = replace(sample().state.loans[0], lender_name="另一家（虚构）")
    other = replace(sample(), state=replace(sample().state, loans=(loan,)))
    with pytest.raises(RemedyError, match="不是同一家"):
        group_draft([sample(), other], ON, law=library())
    with pytest.raises(RemedyError, match="借款人二"):
        group_draft([sample(), replace(sample(), findings=())], ON, law=library())


_WORDS = st.one_of(
    st.none(),
    st.text(max_size=60).filter(lambda drawn: "None" not in drawn),
    st.sampled_from(["你等着", "@page", "| a | b |", "*" * 40, "A" * 300]),
)
_INSTANTS = st.one_of(
    st.none(), st.integers(0, 6_000_000).map(lambda minutes: at(2015, 1, 1) + timedelta(minutes=minutes))
)


@st.composite
def _any_material(draw: st.DrawFn) -> Material:
    """Contacts of every kind, most of their columns unknown, named by a finding."""
    contacts = tuple(
        ContactRecord(
            contact_id=f"k{number}",
            channel=draw(st.one_of(st.none(), st.sampled_from(get_args(Channel)))),
            occurred_at=draw(_INSTANTS),
            time_precision=draw(st.one_of(st.none(), st.sampled_from(get_args(TimePrecision)))),
            direction=draw(st.sampled_from([None, "outbound", "inbound"])),
            count=draw(st.one_of(st.none(), st.integers(0, 99))),
            connected=draw(st.sampled_from([None, True, False])),
            duration_s=draw(st.one_of(st.none(), st.integers(0, 9999))),
            from_number=draw(st.one_of(st.none(), st.text(max_size=15).filter(lambda drawn: "None" not in drawn))),
            recipient_id=draw(st.sampled_from([None, "debtor", "p1", "group-1"])),
            recipient_role=draw(st.one_of(st.none(), st.sampled_from(get_args(RecipientRole)))),
            text=draw(_WORDS),
            text_kind=draw(st.one_of(st.none(), st.sampled_from(get_args(TextKind)))),
        )
        for number in range(draw(st.integers(1, 5)))
    )
    named = Finding(
        rule=draw(st.sampled_from(["cn.insult", "cn.time.quiet-hours", "my.own.rule"])),
        contacts=tuple(one.contact_id for one in contacts),
        claimants=("debtor", "recipient"),
        certainty=draw(st.sampled_from(["established", "likely"])),
        basis=(Basis(id="cn.civil-code.2020/1033", tier="civil", role="norm"),),
    )
    return replace(sample(), contacts=contacts, findings=(named,))


@settings(max_examples=25)
@given(_any_material(), st.sampled_from(["cease_letter_lender", "police_report", "spam_report", "civil_complaint"]))
def test_whatever_the_contacts_look_like_the_paper_can_be_drafted_and_written(
    material: Material, document: str
) -> None:
    made = _draft(document, material)
    assert "None" not in _words(made).replace(str(material.contacts), "")
    for suffix in (".md", ".docx"):
        assert draft_bytes(made, suffix)
    if any(one.text is None and one.from_number is None for one in material.contacts):
        assert "未显示的" in _words(made) or document != "cease_letter_lender"


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_our_own_citation_check_finds_nothing_wrong(document: str, sender: str) -> None:
    """The checker that reads other people's letters reads ours too: by another road than the one that cited."""
    text = md_text(_draft(document, sender=sender), with_cover=False)
    wrong = [(one.text, one.verdict) for one in judge_citations(text, ON) if one.verdict in CONDEMNING]
    assert wrong == []


def test_a_report_on_personal_information_tells_nothing_else() -> None:
    told = _words(_draft("cac_report"))
    assert "打断你的腿" not in told
    assert "人身伤害" not in told


def test_a_surety_does_not_sign_that_they_are_none() -> None:
    state = sample().state
    persons = tuple(replace(one, role="co_debtor") if one.person_id == "p1" else one for one in state.persons)
    material = replace(sample(), state=replace(state, persons=persons))
    for document, sender in _EVERY:
        if sender == "p1":
            told = _words(_draft(document, material, sender))
            assert "没有为借款提供担保" not in told, document
            assert "不是借款人" not in told, document


def test_who_agreed_to_be_contacted_withdraws_instead_of_denying_it() -> None:
    state = sample().state
    persons = tuple(replace(one, consented=True) if one.person_id == "p1" else one for one in state.persons)
    material = replace(sample(), state=replace(state, persons=persons))
    assert "撤回" in _words(_draft("pi_request_third_party", material, "p1"))
    for document, sender in _EVERY:
        if sender == "p1":
            assert "没有同意" not in _words(_draft(document, material, sender)), document


def test_a_suit_without_findings_on_personal_information_claims_nothing_of_it() -> None:
    own = tuple(one for one in sample().findings if one.rule == "cn.threat.violence")
    assert "通讯录" not in _words(_draft("civil_complaint", replace(sample(), findings=own)))


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_points_of_a_list_end_in_one_stop(document: str, sender: str) -> None:
    fields = {key: "自己写的一句。" for key, field in documents()[document].fields.items() if "_N" not in key}
    fields.pop("date_sign", None)
    blocks = _draft(document, None, sender, **fields).blocks
    assert not re.search("。；|；；|；。|。。", "\n".join(plain(one.runs) for one in blocks if isinstance(one, Item)))
    for one, after in pairwise(blocks):
        if isinstance(one, Item) and one.number and not isinstance(after, Item):
            assert not plain(one.runs).endswith("；")
