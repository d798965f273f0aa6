"""The main job as a user does it, each step a command of its own: phone export → what was unlawful → complaint → proof."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from docx import Document

from cuijie.clock import SHANGHAI

pytestmark = pytest.mark.slow

CALLER = "17000002255"
THREAT = "周远，快松分期的钱今天再不处理，我带人上你家堵门，打断你的腿！"
TOLD_SISTER = "你好，我是快松分期的，你弟弟周远欠我们8000元已经逾期，你作为姐姐先帮他还一下"
OLD_FRIEND = "周五聚餐的钱记得还我啊，不还弄死你哈哈"


def run(*words: object, expect: int | None = 0, **environment: str) -> str:
    """One command of a fresh process, as typed; its stdout."""
    done = subprocess.run(
        [sys.executable, "-m", "cuijie", *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, "CUIJIE_PASSPHRASE": "一句 足够长的 密码", "PYTHONUTF8": "1", **environment},
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in ((0, 1) if expect is None else (expect,)), done.stderr + done.stdout
    return done.stdout


def plain(*words: object, expect: int | None = 0) -> Any:
    return json.loads(run(*words, "--json", expect=expect))


def ms(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=SHANGHAI).timestamp() * 1000)


def sms(number: str, at: str, body: str, kind: int = 1) -> str:
    return f'<sms address={quoteattr(number)} date="{ms(at)}" type="{kind}" body={quoteattr(body)} read="1" />'


def call(number: str, at: str, seconds: int, kind: int) -> str:
    return f'<call number={quoteattr(number)} duration="{seconds}" date="{ms(at)}" type="{kind}" presentation="1" />'


def export(path: Path, root: str, *entries: str) -> Path:
    inside = "\n".join(entries)
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?>\n<{root} count=\"{len(entries)}\">\n{inside}\n</{root}>\n", "utf-8"
    )
    return path


def exports(folder: Path) -> dict[str, Path]:
    """What came off two phones: lawful reminders, private life, and what a collector did to a borrower and his sister."""
    return {
        "texts": export(
            folder / "短信 备份.xml",
            "smses",
            sms(
                "106900000002222", "2026-04-21 10:00:00", "【快松分期】周远您好，本期应还812.40元，请于4月25日前还款。"
            ),
            sms("10690000003333", "2026-04-22 12:00:00", "【顺达快递】您的包裹已到驿站，取件码3-2-1102"),
            sms("13800003003", "2026-04-24 20:00:00", OLD_FRIEND),
            sms(f"+86{CALLER}", "2026-05-05 14:20:00", THREAT),
            sms(CALLER, "2026-05-09 11:30:00", "草稿里的话", 3),
        ),
        "calls": export(
            folder / "通话.xml",
            "calls",
            call(f"0086 {CALLER}", "2026-05-06 09:00:00", 60, 1),
            call(CALLER, "2026-05-09 21:59:59", 20, 1),
            call("170-0000-2255", "2026-05-10 22:00:00", 0, 3),
            call(CALLER, "2026-05-11 08:00:00", 20, 1),
            call("13800003003", "2026-05-06 23:30:00", 600, 1),
        ),
        "sister": export(
            folder / "姐姐的短信.xml",
            "smses",
            sms(CALLER, "2026-05-06 19:00:00", TOLD_SISTER),
            sms(CALLER, "2026-05-06 19:10:00", "我跟这笔钱没关系，请不要再联系我", 2),
            sms(CALLER, "2026-05-07 09:00:00", "那你转告他今天给我们回电话"),
        ),
    }


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case with the exports taken in; made once, copied for each test."""
    folder = tmp_path_factory.mktemp("filled") / "我的 案卷"
    brought = exports(folder.parent)
    run(
        "case", "new", folder, "--lender", "云杉消费金融有限公司", "--lender-type", "消费金融", "--platform", "快松分期",
        "--product", "网络消费贷款", "--overdue-since", "2026-04-25", "--agreed-hours", "none", "--principal", "8000",
    )  # fmt: skip
    run("add", folder, brought["texts"], brought["calls"])
    run("add", folder, brought["sister"], "--of", "姐姐")
    return folder


@pytest.fixture
def case(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "我的 案卷"))


def by_rule(assessed: Any) -> dict[str, tuple[str, int]]:
    return {one["rule"]: (one["certainty"], len(one["contacts"])) for one in assessed["findings"]}


def findings(case: Path) -> dict[str, tuple[str, int]]:
    return by_rule(plain("assess", case, expect=None))


def test_from_two_phone_exports_to_a_complaint_with_its_evidence(case: Path, tmp_path: Path) -> None:
    # nothing but the lender's own signature is tied; a stranger's number is shown and never judged
    states = [one["text"] for one in plain("timeline", case)["contacts"]]
    assert OLD_FRIEND in states
    assert findings(case) == {}

    run("case", "tie", case, CALLER, "--to", "快松分期")
    first = plain("assess", case, expect=1)
    before = by_rule(first)
    assert before["cn.threat.violence"] == ("likely", 1)
    assert before["cn.time.quiet-hours"] == ("established", 1)  # 22:00:00, neither 21:59:59 nor 08:00:00
    assert "cn.third-party.not-agreed" not in before  # who she is to the loan was not said: a question, no guess

    (sister,) = (one["person_id"] for one in plain("case", "info", case)["persons"])
    assert f"recipient_role@{sister}" in {one["id"] for one in first["questions"]}
    run("answer", case, f"recipient_role@{sister}", "没有约定过的其他人")
    after = findings(case)
    assert after["cn.third-party.not-agreed"] == ("established", 2)
    assert after["cn.third-party.debt-disclosed"] == ("likely", 1)
    assert after["cn.third-party.asked-to-pay"] == ("likely", 1)
    assert after["cn.third-party.after-refusal"] == ("likely", 1)  # the one after her reply, not the one before
    run("answer", case, f"recipient_refused@{sister}", "2026-05-06 19:10")
    assert findings(case)["cn.third-party.after-refusal"] == ("established", 1)

    steps = plain("next", case)["steps"]
    assert {"cease_letter_lender", "institution_complaint_letter"} <= {step["document"] for step in steps}

    papers = [tmp_path / f"{name}.docx" for name in ("cease_letter_lender", "institution_complaint_letter")]
    for paper in papers:
        run("draft", case, paper.stem, "-o", paper)
    run("draft", case, "evidence_catalog", "-o", tmp_path / "目录.pdf")
    assert (tmp_path / "目录.pdf").read_bytes().startswith(b"%PDF")
    document = Document(str(papers[1]))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert THREAT in text
    assert "证据" in text
    assert "疑似" in text
    assert "消费金融公司管理办法" in text
    assert OLD_FRIEND not in text

    out = tmp_path / "证据 包.zip"
    run("bundle", case, "-o", out, "--paper", papers[1])
    assert {one["state"] for one in plain("verify", out)["items"]} <= {"intact", "untimed"}
    assert {one["state"] for one in plain("verify", case)["items"]} <= {"intact", "untimed"}
    originals = [name for name in zipfile.ZipFile(out).namelist() if name.endswith(".xml")]
    assert len(originals) == 3


def test_a_bundle_with_one_changed_byte_does_not_verify(case: Path, tmp_path: Path) -> None:
    run("case", "tie", case, CALLER, "--to", "快松分期")
    whole, changed = tmp_path / "a.zip", tmp_path / "b.zip"
    run("bundle", case, "-o", whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace("堵门".encode(), "开门".encode()) if name.endswith(".xml") else data)
    assert "altered" in {one["state"] for one in plain("verify", changed, expect=1)["items"]}


def test_a_wrong_passphrase_opens_nothing(case: Path) -> None:
    assert run("timeline", case, expect=2, CUIJIE_PASSPHRASE="别的密码") == ""


def test_what_cannot_be_used_is_named_and_leaves_the_case_as_it_was(case: Path, tmp_path: Path) -> None:
    bad = {
        "空.xml": (b"", "空文件"),
        "空图.jpg": (b"", "空文件"),
        "炸弹.xml": (b'<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><smses><sms body="&b;"/></smses>', "实体"),
        "偷看.xml": (b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///x">]><smses><sms body="&x;"/></smses>', "实体"),
    }
    for name, (content, _) in bad.items():
        (tmp_path / name).write_bytes(content)
    before = plain("case", "info", case)
    shown = run("add", case, *(tmp_path / name for name in bad), expect=2)
    for name, (_, said) in bad.items():
        (line,) = (line for line in shown.splitlines() if f"“{name}”" in line)
        assert said in line
    after = plain("case", "info", case)
    assert (after["entries"], after["items"]) == (before["entries"], before["items"])


def test_hints_can_be_pasted_and_name_the_command_as_it_was_called(tmp_path: Path) -> None:
    folder = tmp_path / "带 空格"
    made = run("case", "new", folder, "--no-ask", CUIJIE_CALLED="./run")
    assert f"./run add '{folder}' " in made
    assert "用法： ./run add" in run("add", "--help", CUIJIE_CALLED="./run")
    assert "cuijie add" in run("add", "--help")
    (tmp_path / "登记.csv").write_text(
        "日期,来电/来访,号码/证件,事由\n2026-03-04,来电,17000001188,催款\n", encoding="utf-8"
    )
    asked = run("add", folder, tmp_path / "登记.csv", CUIJIE_CALLED="./run")
    assert "./run case person" in asked
    assert "cuijie case" not in asked


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps file names that are not UTF-8")
def test_a_file_named_in_gbk_is_shown_by_its_chinese_name(case: Path, tmp_path: Path) -> None:
    named = os.fsdecode(os.fsencode(tmp_path) + b"/" + "短信.xml".encode("gbk"))
    export(Path(named), "smses", sms(CALLER, "2026-05-20 10:00:00", "请回电"))
    shown = run("add", case, named).splitlines()[0]
    assert shown.endswith("短信.xml")
