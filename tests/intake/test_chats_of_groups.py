"""A title that speaks of a group makes one of a chat in which only two people write: the others read what is said of the debtor."""

from __future__ import annotations

import json

import pytest

from cuijie.intake.chats import bubbles, json_export, table, text
from cuijie.intake.chats.group_titles import group_among, group_named
from cuijie.intake.registry import Importer

from .intake_samples import entries
from .recognising import known

SAID = [("2026-11-02 20:22:05", "王强", "小舟欠钱不还，大家看看"), ("2026-11-02 20:25:05", "张婶", "咋回事")]
LINES = "".join(f"{at} {who}\n{words}\n" for at, who, words in SAID)
ROWS = "时间,发送人,内容\n" + "".join(f"{at},{who},{words}\n" for at, who, words in SAID)
RECORDS = [dict(zip(("时间", "发送人", "内容"), one, strict=True)) for one in SAID]
BLOCKS = "".join(f"<div><span>{who} {at}</span><p>{words}</p></div>" for at, who, words in SAID)
CELLS = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in one) + "</tr>" for one in SAID)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("群聊：柳湾乡亲群(186)", "柳湾乡亲群"),
        ("群名称: 柳湾乡亲（186人）", "柳湾乡亲"),
        ("微信群聊：“一家人”(6)", "一家人"),
        ("【群聊】柳湾乡亲(186)", "柳湾乡亲"),
        ("# 柳湾乡亲群", "柳湾乡亲群"),
        ("相亲相爱一家人(6)", "相亲相爱一家人"),
        ("一家人 5人", "一家人"),
        ("与“柳湾乡亲群”的聊天记录", "柳湾乡亲群"),
        ("聊天对象：柳湾乡亲群(186)", "柳湾乡亲群"),
        ("微信聊天记录 柳湾群(12)", "柳湾群"),
        ("公司群聊记录", "公司群"),
        ("类型：群聊", ""),
        ("群人数：186", ""),
    ],
)
def test_a_title_tells_a_group_and_its_name(title: str, name: str) -> None:
    assert group_named(title) == name


@pytest.mark.parametrize(
    "title",
    [
        "王强", "陈立群", "李群", "小王(2)", "小王(123456)", "17000001188 (3)", "与“王强”的聊天记录", "聊天记录(128)",
        "导出时间：2026-11-02 20:22", "成员：3人", "消息分组:我的QQ群", "请你进群，我们在群里说", "", None,
    ],
)  # fmt: skip
def test_a_title_with_a_name_an_account_or_a_count_of_messages_tells_no_group(title: str | None) -> None:
    assert group_named(title) is None


def test_a_title_that_is_the_name_of_one_who_writes_is_that_persons() -> None:
    assert group_named("王群群(12)", {"王群群"}) is None
    assert group_among(["类型：群聊", "柳湾乡亲群"]) == "柳湾乡亲群"


@pytest.mark.parametrize(
    ("module", "name", "written"),
    [
        (text, "导出.txt", f"群聊：柳湾乡亲群(186)\n{LINES}"),
        (text, "导出.txt", f"微信聊天记录\n聊天对象：柳湾乡亲群（186人）\n导出时间：2026-11-03 10:00:00\n\n{LINES}"),
        (text, "柳湾乡亲群(186).txt", LINES),
        (text, "a.html", f"<html><head><title>群聊：柳湾乡亲群(186)</title></head><body>{BLOCKS}</body></html>"),
        (text, "a.html", f"<html><body><h1>柳湾乡亲群(186)</h1>{BLOCKS}</body></html>"),
        (table, "导出.csv", f"群聊：柳湾乡亲群(186),,\n{ROWS}"),
        (table, "导出.csv", f"群聊,柳湾乡亲群(186),\n{ROWS}"),
        (table, "柳湾乡亲群.csv", ROWS),
        (table, "导出.csv", ROWS.replace("时间,", "会话,时间,").replace("\n2", "\n柳湾乡亲群(186),2")),
        (table, "a.html", f"<html><h1>柳湾乡亲群(186)</h1><table><tr><th>时间<th>发送人<th>内容</tr>{CELLS}</table></html>"),
        (json_export, "导出.json", json.dumps({"title": "群聊：柳湾乡亲群(186)", "messages": RECORDS}, ensure_ascii=False)),
        (json_export, "导出.json", json.dumps({"群名": "柳湾乡亲群", "messages": RECORDS}, ensure_ascii=False)),
        (json_export, "导出.json", json.dumps([{**one, "群聊": "柳湾乡亲群"} for one in RECORDS], ensure_ascii=False)),
    ],
)  # fmt: skip
def test_two_who_write_in_a_titled_group_write_before_all_of_it(module: Importer, name: str, written: str) -> None:
    found = entries(known(written.encode(), module, name))
    assert [(one.group_name, one.counterpart_name) for one in found] == [
        ("柳湾乡亲群", "王强"), ("柳湾乡亲群", "张婶"),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["王强", "陈立群的聊天记录", "与“王强”的聊天记录"])
def test_two_who_write_below_a_name_are_the_two_sides_of_a_private_chat(title: str) -> None:
    assert {one.group_name for one in entries(known(f"{title}\n{LINES}".encode(), text))} == {None}


def test_a_page_of_bubbles_below_the_title_of_a_group_is_one() -> None:
    said = "".join(
        f'<div class="message {side}"><b>{who}</b><p>{words}</p><i>{at}</i></div>'
        for side, (at, who, words) in zip(("left", "right"), SAID, strict=True)
    )
    page = f"<html><head><title>柳湾乡亲群(186)</title></head><body>{said}</body></html>"
    assert {one.group_name for one in entries(known(page.encode(), bubbles))} == {"柳湾乡亲群"}
