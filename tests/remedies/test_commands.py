"""``cuijie draft`` and ``cuijie next`` on a real case, as a user types them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result

from cuijie.casefile import Case
from cuijie.cli.dates import today
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from cuijie.records import Person
from cuijie.records.remedies import Exhibit, PaperField, StepDone
from cuijie.remedies.documents.catalogue import documents
from tests.small_case import PASSPHRASE, new_case, open_case

_Run = Callable[..., Result]


def test_a_letter_goes_from_the_case_to_a_file(run: _Run, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "告知函.docx"
    result = run("draft", case, "cease_letter_lender", "-o", out, "--set", "reply_channel=电话13800001001")
    assert result.exit_code == 0, result.output
    assert out.read_bytes()[:2] == b"PK"
    assert "先看：" in result.output
    with Case.open(case, PASSPHRASE, writable=False) as made:
        assert [one.number for one in made.all(Exhibit)] == [1, 2]
        assert PaperField(field_id="debtor:reply_channel", value="电话13800001001") in made.all(PaperField)
        assert "drafted" in {entry.act for entry in made.ledger()}


def test_what_was_answered_of_a_contacted_person_stands_in_their_own_paper(
    run: _Run, case: Path, tmp_path: Path
) -> None:
    with Case.open(case, PASSPHRASE) as made:
        made.put(replace(made.all(Person)[1], role=None))
    out = tmp_path / "投诉书.md"
    run("draft", case, "third_party_complaint", "-o", out, "--for", "person-1")
    assert "划去其余" in out.read_text(encoding="utf-8")
    for question, answer in (
        ("recipient_role", "其他人"),  # as ``case person --role`` takes it
        ("recipient_consent", "否"),
        ("number_source", "通讯录"),
    ):
        assert run("answer", case, f"{question}@person-1", answer).exit_code == 0
    run("draft", case, "third_party_complaint", "-o", out, "--for", "person-1")
    paper = out.read_text(encoding="utf-8")
    assert "本人不是借款人，没有为借款提供担保，没有同意作为联系人" in paper
    assert "立即停止以任何方式联系本人" in paper
    assert paper.count("停止使用并删除本人的姓名、电话号码") == 1


def test_a_field_filled_in_once_is_remembered_unless_asked_not_to(run: _Run, case: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    run("draft", case, "cease_letter_lender", "-o", first, "--set", "reply_channel=邮箱一", "--once")
    assert "邮箱一" in first.read_text(encoding="utf-8")
    run("draft", case, "cease_letter_lender", "-o", second)
    assert "邮箱一" not in second.read_text(encoding="utf-8")
    run("draft", case, "cease_letter_lender", "-o", first, "--set", "reply_channel=邮箱二")
    run("draft", case, "pi_request_borrower", "-o", second)
    assert "邮箱二" in second.read_text(encoding="utf-8")


def test_a_case_that_is_open_in_the_workbench_can_still_be_drafted_from(run: _Run, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.md"
    with Case.open(case, PASSPHRASE):
        result = run("draft", case, "cease_letter_lender", "-o", out, "--set", "reply_channel=邮箱")
    assert result.exit_code == 0, result.output
    assert "证据1" in out.read_text(encoding="utf-8")
    with Case.open(case, PASSPHRASE, writable=False) as made:
        assert made.all(PaperField) == ()


def test_a_text_for_a_web_form_says_how_long_it_is(run: _Run, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    result = run("draft", case, "nifa_report", "-o", out)
    assert f"共 {len(out.read_text(encoding='utf-8'))} 字" in result.output


@pytest.mark.parametrize("word", ["母亲", "母亲钱某"])
def test_the_mother_can_be_named_by_the_users_word(run: _Run, case: Path, tmp_path: Path, word: str) -> None:
    out = tmp_path / "投诉书.md"
    result = run("draft", case, "third_party_complaint", "-o", out, "--for", word, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["sender"] == "person-1"
    assert "receiver" in {one["key"] for one in told["missing"]}
    assert "本人不是借款人" in out.read_text(encoding="utf-8")


def test_the_list_names_every_document_without_a_case(run: _Run) -> None:
    listed = json.loads(run("draft", "--list", "--json").output)["documents"]
    assert [one["id"] for one in listed] == list(documents())
    assert "civil_complaint" in run("draft", "--list").output
    assert "civil_complaint" in run("draft", ".", "--list").output  # a folder is a case, not a paper
    fields = run("draft", "--list", "cease_letter_lender").output
    assert "--set reply_channel=" in fields
    assert "civil_complaint" not in fields


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["cease_letter_lender"], "要写明案卷"),
        (["nothing", "-o", "x.pdf"], "没有“nothing”"),
        (["call_script", "-o", "x.rtf"], "不认识的文件格式"),
        (["call_script", "-o", "x.md", "--set", "abc"], "--set 应写成"),
        (["call_script", "-o", "x.md", "--set", "abc=1"], "没有这些可填项"),
        (["call_script", "-o", "x.md", "--for", "姑姑"], "没有人员"),
        (["call_script", "-o", "x.md", "--loan", "loan-9"], "没有借款"),
        (["cease_letter_lender", "-o", "x.md", "--set", "more_demands=这笔钱不用还了"], "不能写进文书"),
    ],
)
def test_wrong_use_is_said_in_chinese(
    run: _Run, case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], problem: str
) -> None:
    monkeypatch.chdir(tmp_path)
    error = run("draft", case, *words).exception
    assert isinstance(error, CuijieError)
    assert problem in str(error)
    assert error.exit_code == 2
    assert not list(tmp_path.glob("x.*"))


def test_the_plan_goes_up_as_steps_are_done_and_answered(run: _Run, case: Path, tmp_path: Path) -> None:
    def steps() -> dict[str, dict[str, object]]:
        plan = json.loads(run("next", case, "--json").output)
        return {step["id"]: step for step in plan["steps"]}

    complaint, regulator = "complaint_lender@loan-1:debtor", "regulator_complaint@loan-1:debtor"
    before = steps()
    assert before[complaint]["document"] == "institution_complaint_letter"
    assert before[complaint]["blocked_by"] == []
    assert before[regulator]["blocked_by"] == [f"step:{complaint}"]
    assert set(before[complaint]) >= {"id", "channel", "document", "due_on", "why", "blocked_by"}

    paper, proof = tmp_path / "投诉书.pdf", tmp_path / "回单.png"
    run("draft", case, "institution_complaint_letter", "-o", paper.with_suffix(".md"))
    paper.write_bytes(paper.with_suffix(".md").read_bytes())
    proof.write_bytes(b"\x89PNG proof")
    sent = today() - timedelta(days=3)
    result = run("next", "done", case, complaint, "--on", sent, "--paper", paper, "--proof", proof, "--reached", sent)
    assert result.exit_code == 0, result.output
    waiting = steps()[complaint]
    assert waiting["blocked_by"] == [f"wait:{complaint}"]
    assert waiting["due_on"] is not None

    paper.write_bytes("后来改过的投诉书".encode())
    with Case.open(case, PASSPHRASE, writable=False) as made:
        done = made.all(StepDone)[0]
        assert done.paper_item is not None
        with made.open_item(done.paper_item) as stream:
            assert "后来改过".encode() not in stream.read()

    replied = run("next", "reply", case, "complaint_lender", "拒绝")
    assert replied.exit_code == 0, replied.output
    assert "向金融监管部门投诉" in replied.output
    assert steps()[regulator]["blocked_by"] == []
    out = tmp_path / "监管投诉.md"
    run("draft", case, "nfra_complaint", "-o", out)
    assert "对方拒绝" in out.read_text(encoding="utf-8")
    assert "证据3" in out.read_text(encoding="utf-8")  # the complaint as sent is evidence of the complaint


def test_the_calendar_holds_the_deadlines(run: _Run, case: Path, tmp_path: Path) -> None:
    sent = today() - timedelta(days=3)
    run("next", "done", case, "complaint_lender", "--on", sent, "--reached", sent)
    out = tmp_path / "期限.ics"
    assert run("next", "ics", case, "-o", out).exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.count("BEGIN:VEVENT") >= 1
    for private in ("赵某", "钱某", "示例消费", "17000001188"):
        assert private not in text


def test_a_paper_that_is_not_there_leaves_the_case_as_it_was(run: _Run, case: Path, tmp_path: Path) -> None:
    error = run("next", "done", case, "complaint_lender", "--paper", tmp_path / "没有.pdf").exception
    assert isinstance(error, CuijieError)
    assert "找不到文件" in str(error)
    with Case.open(case, PASSPHRASE, writable=False) as made:
        assert made.all(StepDone) == ()


def test_a_threat_that_only_the_words_tell_leads_to_the_police_first(run: _Run, tmp_path: Path) -> None:
    source = tmp_path / "CASE.json"
    contact = {
        "contact_id": "1", "channel": "sms", "occurred_at": "2026-03-03T21:30:00+08:00", "direction": "outbound",
        "recipient_role": "debtor", "text": "今晚不还钱就砍死你全家", "text_kind": "verbatim",
    }  # fmt: skip
    loan = {"lender_type": "consumer_finance", "product": "online_consumer"}
    source.write_text(json.dumps({"loan": loan, "contacts": [contact]}), "utf-8")
    steps = json.loads(run("next", source, "--json", "--on", "2026-03-04").output)["steps"]
    assert steps[0]["channel"] == "police_110"


def test_case_json_can_be_planned_and_drafted_from(run: _Run, tmp_path: Path) -> None:
    source = tmp_path / "CASE.json"
    contact = {
        "contact_id": "k1",
        "channel": "sms",
        "direction": "outbound",
        "occurred_at": "2026-03-02T10:00:00+08:00",
        "recipient_role": "other",
        "recipient_id": "p1",
        "text": "让你儿子还款",
        "text_kind": "verbatim",
        "asks_payment": True,
        "actor": "lender",
        "lender_type": "consumer_finance",
    }
    loan = {"lender_type": "consumer_finance", "product": "online_consumer", "debt_settled": False}
    source.write_text(json.dumps({"loan": loan, "contacts": [contact]}, ensure_ascii=False), encoding="utf-8")
    plan = json.loads(run("next", source, "--json").output)
    assert {step["id"].split("@")[0] for step in plan["steps"]} >= {"stop_notice_lender", "keep_evidence"}
    told = run("draft", source, "third_party_complaint", "-o", tmp_path / "a.md", "--for", "p1")
    assert told.exit_code == 0
    assert "先用 cuijie add 收进证据" in told.output
    source.write_text("{", encoding="utf-8")
    error = run("next", source).exception
    assert isinstance(error, CuijieError)
    assert "JSON" in str(error)


def test_a_guarantor_of_one_loan_of_a_case_json_is_none_of_the_other(run: _Run, tmp_path: Path) -> None:
    source = tmp_path / "CASE.json"
    call = {
        "channel": "sms", "direction": "outbound", "occurred_at": "2026-03-02T23:00:00+08:00", "recipient_id": "p1",
        "actor": "lender", "text": "再不还钱就弄死你全家", "text_kind": "verbatim",
    }  # fmt: skip
    guaranteed = {**call, "contact_id": "k1", "loan_id": "A", "recipient_role": "co_debtor"}
    other = {**call, "contact_id": "k2", "loan_id": "B", "recipient_role": "other"}
    loan = {"lender_type": "consumer_finance", "product": "online_consumer"}
    source.write_text(json.dumps({"loan": loan, "contacts": [guaranteed, other]}, ensure_ascii=False), encoding="utf-8")
    letters = {}
    for loan_id in ("A", "B"):
        paper = tmp_path / f"{loan_id}.md"
        told = run("draft", source, "cease_letter_lender", "-o", paper, "--for", "p1", "--loan", loan_id)
        assert told.exit_code == 0, told.output
        letters[loan_id] = paper.read_text(encoding="utf-8")
    assert "是这笔借款的共同借款人或者担保人" in letters["A"]
    assert "没有为借款提供担保" in letters["B"]


def test_the_plan_is_told_in_words_with_all_a_person_needs(run: _Run, case: Path) -> None:
    told = run("next", case).output
    for words in (
        "现在可以做",
        "为什么：",
        "能做到：",
        "做不到：",
        "费用：",
        "带什么：",
        "会被拒绝的情形：",
        "没有答复怎么办：",
    ):
        assert words in told
    assert "母亲可以用自己的名义" in told
    assert "先做“向放款机构正式投诉，拿到编号”" in told
    assert "期限" in told
    assert "以官方最新公告为准" in told
    assert run("next", case, "--all").output.count("为什么：") > told.count("为什么：")


def test_whether_a_child_is_a_minor_is_asked_above_all_that_can_be_done_and_once(run: _Run, case: Path) -> None:
    with open_case(case) as made:
        made.put(*(replace(one, relation_word="女儿") for one in made.all(Person) if one.person_id == "person-1"))
    told = run("next", case).output
    first, _, rest = told.partition("现在可以做")
    assert "先回答：被联系的孩子是不是未满18岁？" in first
    assert "minor@case 是" in first
    assert "孩子也被联系了" not in rest
    run("answer", case, "minor@case", "是")
    assert "● 孩子也被联系了" in run("next", case).output.partition("现在可以做")[2]


def test_an_empty_case_is_told_to_take_in_evidence_first(run: _Run, tmp_path: Path) -> None:
    folder = tmp_path / "空案卷"
    new_case(folder, SystemClock()).close()
    told = run("next", folder).output
    assert "先把证据收好" in told


def test_several_cases_become_one_complaint(run: _Run, case: Path, tmp_path: Path) -> None:
    other, out = tmp_path / "另一案卷", tmp_path / "集体投诉书.md"
    shutil.copytree(case, other)
    result = run("draft", case, "group_complaint", "--also", other, "-o", out)
    assert result.exit_code == 0, result.output
    assert "借款人二" in out.read_text(encoding="utf-8")
    assert isinstance(run("draft", case, "group_complaint", "-o", out).exception, CuijieError)


def test_a_complaint_of_several_that_was_sent_stands_in_each_case_or_the_case_is_named(
    run: _Run, case: Path, tmp_path: Path
) -> None:
    other, third, paper = tmp_path / "乙", tmp_path / "丙", tmp_path / "集体投诉书.pdf"
    shutil.copytree(case, other)
    shutil.copytree(case, third)
    paper.write_bytes(b"%PDF-1.7 signed by all of them")
    words = ("next", "done", case, "nifa_report", "--also", other, "--also", third, "--paper", paper)
    assert "每个人自己做" in str(run(*words[:3], "police_report", *words[4:]).exception)
    with Case.open(third, PASSPHRASE, clock=SystemClock()):  # open elsewhere
        result = run(*words)
    assert result.exit_code == 3
    assert "丙：没有记" in result.output
    for folder, steps in ((case, 1), (other, 1), (third, 0)):
        with Case.open(folder, PASSPHRASE, clock=SystemClock()) as found:
            done = found.all(StepDone)
            assert [one.step for one in done] == ["nifa_report@loan-1:debtor"] * steps
            assert {one.document for one in done} <= {"group_complaint"}
            assert {one.paper_sha256 for one in done} <= {hashlib.sha256(paper.read_bytes()).hexdigest()}
    again = run(*words, "--json")
    assert again.exit_code == 0
    assert [one["done"]["done_id"] for one in json.loads(again.stdout)["done"]] == ["nifa_report@loan-1:debtor#01"] * 3


def test_what_only_the_ladder_asks_can_be_answered_and_opens_its_step(run: _Run, case: Path) -> None:
    told = run("next", case).output
    assert "信用报告里有没有错误" in told
    assert "credit_dispute" not in told
    answered = run("answer", case, "credit_wrong@case", "是")
    assert answered.exit_code == 0, answered.output
    plan = json.loads(run("next", case, "--json").output)
    assert "credit_dispute@loan-1:debtor" in {step["id"] for step in plan["steps"]}
    assert "信用报告里有没有错误" not in run("next", case).output


def test_a_step_of_a_later_rung_says_how_its_paper_is_filled(run: _Run, case: Path) -> None:
    on = today() - timedelta(days=2)
    run("next", "done", case, "police_report", "--on", on)
    run("next", "reply", case, "police_report", "不予立案")
    told = run("next", case, "--all").output
    assert "--set stage=立案监督" in told


def test_a_text_for_a_form_is_kept_to_its_length(run: _Run, case: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.txt"
    result = run("draft", case, "institution_complaint_letter", "-o", out, "--max-chars", "900", "--to", "nifa_report")
    assert result.exit_code == 0, result.output
    assert len(out.read_text(encoding="utf-8")) <= 900
    error = run("draft", case, "institution_complaint_letter", "-o", tmp_path / "a.pdf", "--max-chars", "700").exception
    assert isinstance(error, CuijieError)
    assert ".txt" in str(error)
    error = run("draft", case, "institution_complaint_letter", "-o", out, "--to", "nowhere").exception
    assert isinstance(error, CuijieError)
    assert "nowhere" in str(error)
