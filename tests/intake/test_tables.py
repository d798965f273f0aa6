"""Operators' lists, bills, chats and contact logs as tables: columns by their titles, values as they are written."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from docx import Document  # only to have a real DOCX at hand

from cuijie.intake import (
    Found,
    IntakeError,
    Note,
    SetAside,
    bills,
    chat_json,
    chat_table,
    chat_text,
    documents,
    operator_calls,
    vcard,
)
from cuijie.intake.found import Card
from cuijie.intake.registry import Importer
from cuijie.records import Payment

from . import intake_samples as samples
from .intake_samples import entries, read_all, source_of, table
from .recognising import known, local


def payments(found: list[Found]) -> list[Payment]:
    return [one for one in found if isinstance(one, Payment)]


# -- operators -------------------------------------------------------------------------------------

UNICOM = [
    "序号",
    "业务类型",
    "calldate",
    "calltime",
    "通话时长",
    "呼叫类型",
    "对方号码",
    "本机通话地",
    "通话类型",
    "小计",
]
TELECOM = ["序号", "呼叫类型", "对方号码", "起始时间", "通话时长(秒)", "通话地点", "通话类型", "费用(元)"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_operator_list_is_read_in_any_encoding(encoding: str) -> None:
    rows = [
        ["查询月份：2025-03"],
        samples.OPERATOR_HEADER,
        ["2025-03-03 12:30:05", "深圳", "被叫", "\t17000001188", "2分5秒", "国内", "0"],
    ]
    (entry,) = entries(known(table(rows, encoding), operator_calls))
    assert (entry.number, entry.inbound, entry.connected, entry.duration_s) == ("17000001188", True, True, 125)
    assert (local(entry), entry.zone_basis) == ("2025-03-03 12:30:05", "local_assumed")


@pytest.mark.parametrize(
    ("query", "written", "understood"),
    [
        ("查询月份：2025年09月", "09-18 14:07:37", "2025-09-18 14:07:37"),
        ("查询月份：202509", "09-18 14:07:37", "2025-09-18 14:07:37"),
        ("查询时段：2024-12-20 至 2025-01-19", "12-31 23:59:59", "2024-12-31 23:59:59"),
        ("查询时段：2024-12-20 至 2025-01-19", "01-02 08:00:00", "2025-01-02 08:00:00"),
        ("查询周期：2025-03-01至2025-03-31", "2025/3/3 8:03", "2025-03-03 08:03:00"),
        ("详单 2025年9月1日-2025年9月30日", "09-18 14:07:37", "2025-09-18 14:07:37"),
    ],
)
def test_a_missing_year_comes_from_the_queried_months(query: str, written: str, understood: str) -> None:
    rows = [[query], samples.OPERATOR_HEADER, [written, "深圳", "主叫", "13800001002", "62秒", "国内", "0"]]
    (entry,) = entries(known(table(rows), operator_calls))
    assert local(entry) == understood


def test_a_year_that_nothing_tells_is_not_guessed() -> None:
    rows = [["通话详单"], samples.OPERATOR_HEADER, ["09-18 14:07:37", "深圳", "主叫", "13800001002", "62", "国内", "0"]]
    (aside,) = [one for one in known(table(rows), operator_calls) if isinstance(one, SetAside)]
    assert "没有年份" in aside.why


def test_day_rows_fee_rows_and_forwarded_calls() -> None:
    rows = [
        ["通话详单 13800001001"], samples.OPERATOR_HEADER, ["2025-03-03"],
        ["08:03:42", "深圳", "被叫", "075500001234", "1'02\"", "国内", "0"], ["12:00:00", "深圳", "呼转", "13800001004", "00:00:09", "国内", "0"],
        ["2025-03-04"], ["08:25:30", "深圳", "VoLTE主叫", "13800001002", "5分18秒", "国内", "0"],
        ["23:59:59", "--", "--", "--", "--", "--", "1.00"], ["合计", "", "", "", "389", "", "1.00"],
    ]  # fmt: skip
    found = known(samples.html_table(rows), operator_calls, "详单.xls")
    assert [(local(one), one.inbound, one.duration_s) for one in entries(found)] == [
        ("2025-03-03 08:03:42", True, 62), ("2025-03-03 12:00:00", None, 9), ("2025-03-04 08:25:30", False, 318),
    ]  # fmt: skip
    assert any("2 行" in one.text for one in found if isinstance(one, Note))


def test_date_and_time_in_two_columns_and_spoilt_numbers() -> None:
    rows = [
        UNICOM,
        ["1", "语音", "2025-03-03", "08:03:42", "1分2秒", "被叫", "19900002277.0", "深圳", "国内", "0"],
        ["2", "语音", "20250303", "080400", "62", "被叫", "1.7E10", "深圳", "国内", "0"],
        ["3", "语音", "2025-03-03", "09:00:00", "9", "被叫", "138****0001", "深圳", "国内", "0"],
    ]
    found = known(table(rows), operator_calls)
    assert [(one.number, one.number_raw) for one in entries(found)] == [
        ("19900002277", "19900002277.0"),
        ("138****0001", "138****0001"),
    ]
    assert ["科学计数法" in one.why for one in found if isinstance(one, SetAside)] == [True]


def test_a_list_of_texts_has_no_words_and_no_duration() -> None:
    rows = [["起始时间", "通信地点", "对方号码", "通信方式", "信息类型", "业务名称", "套餐", "通信费"],
            ["2025-03-03 09:15:02", "深圳", "106900000001001", "接收", "短信", "", "", "0"],
            ["2025-03-03 09:16:02", "深圳", "17000001188", "发送", "短信", "", "", "0.1"]]  # fmt: skip
    assert [(one.kind, one.inbound, one.text) for one in entries(known(table(rows), operator_calls))] == [
        ("sms", True, None),
        ("sms", False, None),
    ]


def test_the_columns_may_stand_in_any_order() -> None:
    rows = [TELECOM, ["1", "被叫", "075500001234", "2025/03/03 08:03:42", "62", "深圳", "国内", "0"]]
    (entry,) = entries(known(table(rows), operator_calls))
    assert (entry.number, entry.duration_s, dict(entry.extra)["place"]) == ("075500001234", 62, "深圳")


def test_the_sample_lists_of_every_operator_agree(shared: Path) -> None:
    folder = shared / "formats/operator_cdr/synthetic"
    read = {
        path.suffix + str(n): entries(known(path.read_bytes(), operator_calls, path.name))
        for n, path in enumerate(sorted(folder.iterdir()))
    }
    facts = [[(local(one), one.number, one.inbound, one.duration_s) for one in found] for found in read.values()]
    assert len(facts) == 5
    assert all(one == facts[0] for one in facts)
    assert len(facts[0]) == 6


# -- bills -----------------------------------------------------------------------------------------


def test_alipay_lines_keep_state_flow_and_order_number_as_text() -> None:
    rows = [
        ["导出信息："], ["共4笔记录"], ["----支付宝（中国）网络技术有限公司  电子客户回单----"], samples.BILL_HEADER,
        ["2025-03-18 10:00:00", "信用借还", "晴川消费金融有限公司", "fin***@example.com", "贷款还款,第3期", "支出", "5386.52", "银行卡(1001)", "交易成功",
         "202503000000000003\t",
         "M3\t", "", ""],
        ["2025-03-18 09:59:00", "信用借还", "晴川消费金融有限公司", "/", "贷款还款", "支出", "5386.52", "", "交易关闭", "202503000000000004\t", "M4\t", "", ""],
        ["2025-03-20 11:05:00 ", "转账红包", "*强", "138****1188", "转账", "支出", "2,000.00", "余额", "交易成功", "5\t", "", "", ""],
        ["2025-03-02 00:00:01", "退款", "商家*店", "/", "退款-数据线", "不计收支", "19.90", "花呗", "退款成功", "6\t", "", "", ""],
    ]  # fmt: skip
    found = known(table(rows, "gb18030"), bills)
    assert [(one.amount_fen, one.flow, one.is_completed, one.suggested) for one in payments(found)] == [
        (538_652, "out", True, "repayment"), (538_652, "out", False, None), (200_000, "out", True, "to_person"), (1_990, "neutral", True, "refund"),
    ]  # fmt: skip
    assert payments(found)[0].order_no == "202503000000000003"


def test_wechat_amounts_refunds_and_neutral_lines() -> None:
    header = [
        "交易时间",
        "交易类型",
        "交易对方",
        "商品",
        "收/支",
        "金额(元)",
        "支付方式",
        "当前状态",
        "交易单号",
        "商户单号",
        "备注",
    ]
    rows = [
        ["微信支付账单明细"], ["----微信支付账单明细列表----"], header,
        ["2025-03-22 21:40:10", "转账", "小周", "转账备注:微信转账", "支出", "¥2000.00", "零钱", "对方已收钱", "1000050001\t", "1\t", "/"],
        ["2025-03-18 10:01:00", "信用卡还款", "某银行信用卡还款", "/", "/", "¥1000.00", "零钱", "支付成功", "42\t", "1\t", "服务费¥1.00"],
        ["2025-03-10 08:00:00", "商户消费", "便利店", "早餐,豆浆", "支出", "¥99.00", "零钱", "已退款(￥9.00)", "43\t", "1\t", "/"],
    ]  # fmt: skip
    first, second, third = payments(known(table(rows), bills))
    assert (first.amount_fen, first.suggested, first.payee) == (200_000, "to_person", "小周")
    assert (second.flow, second.suggested) == ("neutral", "repayment")
    assert (third.refunded_fen, third.is_completed) == (900, True)


@pytest.mark.parametrize(
    ("header", "line", "fen", "flow"),
    [
        (["记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息"], ["2024-01-01", "CNY", "-1,000.00", "271.66", "转账汇款", "张三"], 100_000, "out"),
        (["顺序号", "交易日期", "交易类型", "存入金额", "取出金额", "余额", "交易对手名称"],
         ["1", "2025/12/05  07:22:32", "汇入", "10.00", "", "1991.33", "某公司"], 1_000, "in"),
        (["交易日期", "交易时间", "交易金额", "本次余额", "对方户名", "对方账号"], ["20250318", "100102", "+500.00", "9", "某公司", "62"], 50_000, "in"),
        (["交易日期", "摘要", "记账金额(收入)", "记账金额(支出)", "余额", "对方户名"], ["2025-03-18", "放款", "5,000.00", "", "9", "某小额贷款公司"], 500_000, "in"),
        (["序号", "摘要", "币别", "交易日期", "交易金额", "账户余额", "对方账号与户名"], ["1", "消费", "人民币元", "20250318", "-20.5", "9", "62/某店"], 2_050, "out"),
    ],
)  # fmt: skip
def test_statements_of_several_banks(header: list[str], line: list[str], fen: int, flow: str) -> None:
    (payment,) = payments(known(table([["户名：某某"], header, line, ["合计"]]), bills))
    assert (payment.amount_fen, payment.flow) == (fen, flow)
    assert payment.time_precision in ("day", "second")


def test_amounts_never_pass_through_floats_and_odd_ones_are_set_aside() -> None:
    rows = [
        samples.BILL_HEADER,
        *(
            ["2025-03-18 10:00:00", "x", "y", "", "", "支出", amount, "", "交易成功", str(n), "", "", ""]
            for n, amount in enumerate(["0.29", "1e3", "12.345", "￥8"])
        ),
    ]
    found = known(table(rows), bills)
    assert [one.amount_fen for one in payments(found)] == [29, 800]
    assert len([one for one in found if isinstance(one, SetAside)]) == 2


# -- chats -----------------------------------------------------------------------------------------

WORDS = [
    ("2025-03-07 20:58:01", "小周", samples.THREAT, False),
    ("2025-03-07 21:03:00", "我", "请出示授权委托书", True),
]


def _chats() -> dict[str, tuple[Importer, bytes, str]]:
    seconds = [samples.ms(at) // 1000 for at, *_ in WORDS]
    flags = [
        [
            "localId",
            "TalkerId",
            "Type",
            "SubType",
            "IsSender",
            "CreateTime",
            "Status",
            "StrContent",
            "StrTime",
            "Remark",
            "NickName",
            "Sender",
        ],
        *(
            [str(n), "7", "1", "0", str(int(own)), str(seconds[n]), "3", text, at]
            for n, (at, _, text, own) in enumerate(WORDS)
        ),
    ]
    titles = [
        samples.CHAT_HEADER,
        *([f"80000000000000000{n}", "文本", who, at, text, "", "", ""] for n, (at, who, text, _) in enumerate(WORDS)),
    ]
    names = ["id", "MsgSvrID", "type_name", "is_sender", "talker", "room_name", "msg", "src", "CreateTime"]
    plain = [
        names,
        *(
            [str(n), "81", "文本", str(int(own)), who, "wxid_x", text, "", at]
            for n, (at, who, text, own) in enumerate(WORDS)
        ),
    ]
    session = {
        "session": {"displayName": "小周", "type": "私聊", "messageCount": 2},
        "messages": [
            {
                "localId": n,
                "createTime": seconds[n],
                "localType": 1,
                "content": text,
                "isSend": int(own),
                "senderDisplayName": who,
            }
            for n, (_, who, text, own) in enumerate(WORDS)
        ],
    }
    nested = {
        "chatInfo": {"name": "小周", "type": "private", "selfUin": "2000000009"},
        "messages": [
            {"id": "75", "timestamp": seconds[n] * 1000, "sender": {"uin": "2000000009" if own else "3000000001", "name": who},
             "type": "type_1", "content": {"text": text}, "recalled": False, "system": False}
            for n, (_, who, text, own) in enumerate(WORDS)
        ],
    }  # fmt: skip
    quoted = "\n\n".join(f"{at} '{who}'\n{text}" for at, who, text, _ in WORDS)
    numbered = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:小周(3000000001)\n\n" + "\n\n".join(
        f"{at} {who if not own else '林舟'}({2000000009 if own else 3000000001})\n{text}"
        for at, who, text, own in WORDS
    )
    labelled = "\n\n".join(f"名字: {who}\n时间: {at}\n内容: {text}" for at, who, text, _ in WORDS)
    inline = "\n".join(f"[{at}] {who}: {text}" for at, who, text, _ in WORDS)
    return {
        "flags": (chat_table, table(flags), "小周_utf8.csv"),
        "titles": (chat_table, table(titles), "小周.csv"),
        "names": (chat_table, table(plain, "utf-8"), "wxid_x_0_5000.csv"),
        "session": (chat_json, json.dumps(session, ensure_ascii=False).encode(), "小周.json"),
        "nested": (chat_json, json.dumps(nested, ensure_ascii=False).encode(), "friend.json"),
        "lines": (
            chat_json,
            "\n".join(json.dumps(one, ensure_ascii=False) for one in session["messages"]).encode(),
            "小周.jsonl",
        ),
        "quoted": (chat_text, quoted.encode(), "小周.txt"),
        "numbered": (
            chat_text,
            numbered.replace("消息对象:小周(3000000001)", "消息对象:小周").encode("utf-8-sig"),
            "小周.txt",
        ),
        "labelled": (chat_text, labelled.encode(), "小周.txt"),
        "inline": (chat_text, inline.encode(), "小周.txt"),
    }


@pytest.mark.parametrize("layout", _chats())
def test_every_chat_layout_gives_the_same_conversation(layout: str) -> None:
    importer, data, name = _chats()[layout]
    found = entries(known(data, importer, name))
    assert [(local(one), one.text, one.inbound) for one in found] == [(at, text, not own) for at, _, text, own in WORDS]
    assert all(one.is_user_converted and one.kind == "im" and one.group_name is None for one in found)


_MAILED = """如下是与王经理的聊天记录：

—————  2026-03-06  —————

王经理  21:03

你妈电话我有，明天打给她

我  21:05

别打我家里人

—————  2026-03-07  —————

王经理  上午8:10

[语音通话] 通话时长 01:23
"""
_PAGES = {
    "blocks": '<div class="m"><span>2026-03-06 21:03</span> <span>王经理</span><div>你妈电话我有，明天打给她</div></div>'
    "<div><span>2026-03-06 21:05</span> <b>我</b><div>别打我家里人</div></div>"
    "<div><span>2026-03-07 08:10</span> <span>王经理</span><div>[语音通话] 通话时长 01:23</div></div>",
    "breaks": "<p><span>王经理</span> <span>2026-03-06 21:03</span><br>你妈电话我有，明天打给她</p>"
    "<p><span>我</span> <span>2026-03-06 21:05</span><br>别打我家里人</p>"
    "<p><span>王经理</span> 2026-03-07 08:10<br>[语音通话] 通话时长 01:23</p>",
}


@pytest.mark.parametrize("layout", ["mailed", *_PAGES])
def test_chats_sent_by_mail_and_free_form_pages(layout: str) -> None:
    data = _MAILED if layout == "mailed" else f"<html><meta charset=utf-8><body>{_PAGES[layout]}</body></html>"
    theirs, ours, call = entries(known(data.encode(), chat_text))
    assert [local(one) for one in (theirs, ours, call)] == [
        "2026-03-06 21:03:00", "2026-03-06 21:05:00", "2026-03-07 08:10:00",
    ]  # fmt: skip
    assert (theirs.inbound, ours.inbound, theirs.counterpart_name) == (True, False, "王经理")
    assert (theirs.text, call.duration_s, call.connected) == ("你妈电话我有，明天打给她", 83, True)


def test_an_article_with_dated_comments_is_no_chat() -> None:
    body = "".join(f"<p>第 {number} 段，讲催收的规定。</p>" for number in range(40))
    comments = "<p>甲 2026-03-06 21:03</p><p>说得对</p><p>乙 2026-03-06 21:05</p><p>学习了</p>"
    assert not chat_text.sniff(source_of(f"<html><body>{body}{comments}</body></html>".encode()).head())


def test_a_group_keeps_its_senders_and_its_name() -> None:
    rows = [
        samples.CHAT_HEADER,
        *(
            [str(n), "文本", who, f"2025-03-07 20:58:0{n}", f"第{n}句", "", "", ""]
            for n, who in enumerate(["小周", "老同学", "我", "表姐"])
        ),
    ]
    found = entries(known(table(rows), chat_table, "相亲相爱一家人.csv"))
    assert {one.group_name for one in found} == {"相亲相爱一家人"}
    assert [(one.counterpart_name, one.inbound) for one in found] == [
        ("小周", True),
        ("老同学", True),
        (None, False),
        ("表姐", True),
    ]


def test_calls_recalls_and_pictures_of_a_chat_are_said_to_be_such() -> None:
    rows = [
        samples.CHAT_HEADER, ["1", "音视频通话", "小周", "2025-03-08 23:59:59", "[语音通话] 未接听", "", "", ""],
        ["2", "音视频通话", "小周", "2025-03-09 00:10:59", "[语音通话] 通话时长 01:02", "", "", ""],
        ["3", "系统消息", "小周", "2025-03-09 00:11:59", "\"小周\"撤回了一条消息", "", "", ""], ["4", "图片", "小周", "2025-03-09 00:12:00", "<msg/>", "", "", ""],
    ]  # fmt: skip
    missed, answered, recall, picture = entries(known(table(rows), chat_table))
    assert (missed.connected, answered.connected, answered.duration_s) == (False, True, 62)
    assert (recall.inbound, dict(recall.extra)["message_kind"]) == (None, "system")
    assert picture.text == "[图片]"


def test_a_cut_off_chat_keeps_its_whole_messages() -> None:
    _, data, name = _chats()["session"]
    found = read_all(chat_json, data[:-30], name)
    assert [one.text for one in entries(found)] == [samples.THREAT]
    assert any(isinstance(one, SetAside) for one in found)


def test_lines_about_the_chat_and_its_members_are_no_messages() -> None:
    lines = [{"_type": "header", "meta": {"name": "小周"}}, {"_type": "member", "platformId": "wxid_a", "accountName": "小周"},
             {"_type": "message", "sender": "wxid_a", "accountName": "小周", "timestamp": samples.ms(WORDS[0][0]) // 1000,
              "type": 0, "content": samples.THREAT}]  # fmt: skip
    found = known("\n".join(json.dumps(one, ensure_ascii=False) for one in lines).encode(), chat_json, "chat.jsonl")
    assert [(one.text, one.counterpart_name, local(one)) for one in entries(found)] == [
        (samples.THREAT, "小周", WORDS[0][0])
    ]
    assert not [one for one in found if isinstance(one, SetAside)]


def test_english_windows_times_are_read() -> None:
    head = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n消息对象:小周\n\n"
    text = head + "2025-03-07 8:43:38 PM 小周(3000000001)\n第一句\n\n2025-03-08 9:00:00 AM 小周(3000000001)\n第二句\n"
    assert [local(one) for one in entries(known(text.encode(), chat_text))] == [
        "2025-03-07 20:43:38",
        "2025-03-08 09:00:00",
    ]


# -- cards and letters -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "numbers"),
    [
        (
            "VERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9E=97;=E8=88=\r\n=9F;;;\r\nTEL;CELL:138 0000 1002",
            "林舟",
            ("13800001002",),
        ),
        (
            "VERSION:2.1\r\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C1=D6=D6=DB\r\nTEL;CELL:13800001002",
            "林舟",
            ("13800001002",),
        ),
        (
            "VERSION:3.0\r\nFN:林\r\n 舟\r\nitem1.TEL;type=pref:+86 138-0000-1002\r\nitem1.X-ABLabel:催收\r\nTEL:0755-00008888",
            "林舟",
            ("13800001002", "075500008888"),
        ),
        (
            "VERSION:4.0\r\nFN:Lin Zhou\r\nTEL;VALUE=uri;TYPE=cell:tel:+86-138-0000-1002;ext=1",
            "Lin Zhou",
            ("13800001002",),
        ),
        ("VERSION:3.0\r\nN:Doe;John;;;\r\nTEL:123456", "John Doe", ("123456",)),
    ],
)
def test_cards_of_every_version(text: str, name: str, numbers: tuple[str, ...]) -> None:
    (person,) = [
        one.person for one in known(f"BEGIN:VCARD\r\n{text}\r\nEND:VCARD\r\n".encode(), vcard) if isinstance(one, Card)
    ]
    assert (person.name, person.numbers) == (name, numbers)


def test_a_mail_keeps_its_own_time_sender_and_attachment() -> None:
    found = known((samples.MAIL + samples.THREAT).encode(), documents, "x.eml")
    (entry,) = entries(found)
    assert (entry.kind, entry.inbound, entry.zone_basis, local(entry)) == (
        "email",
        True,
        "stated",
        "2025-03-04 21:30:00",
    )
    assert entry.text == f"test\n{samples.THREAT}"


def test_a_letter_as_docx_is_read_with_the_day_at_its_end() -> None:
    document = Document()
    for line in ("催收函", "您于2025年1月5日的借款已逾期，请尽快还款。", "某某资产管理有限公司", "2025年3月6日"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    (entry,) = entries(known(out.getvalue(), documents, "函.docx"))
    assert (entry.kind, local(entry), entry.time_precision, entry.is_inferred) == (
        "letter",
        "2025-03-06 00:00:00",
        "day",
        True,
    )
    with pytest.raises(IntakeError):
        read_all(documents, out.getvalue()[:-200], "函.docx")


def test_a_saved_page_is_evidence_and_its_scripts_are_no_words() -> None:
    page = "<!DOCTYPE html><html><head><script>var a='secret'</script></head><body><p>还钱</p></body></html>"
    (note,) = known(page.encode(), documents, "x.html")
    assert isinstance(note, Note)
    assert "2 字" in note.text


# -- tables with several parts ---------------------------------------------------------------------


def _workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A minimal xlsx with inline texts and plain numbers."""
    names = list(sheets)
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(names) + 1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}">'
        f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>{parts}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
    }
    for number, lines in enumerate(sheets.values(), 1):
        rows = "".join(
            f'<row r="{r}">' + "".join(_cell(cell, f"{chr(65 + c)}{r}") for c, cell in enumerate(line)) + "</row>"
            for r, line in enumerate(lines, 1)
        )
        files[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return samples.zipped({name: text.encode() for name, text in files.items()})


def _cell(value: object, place: str) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def test_a_wechat_workbook_with_serial_times_and_plain_numbers() -> None:
    header = [
        "交易时间",
        "交易类型",
        "交易对方",
        "商品",
        "收/支",
        "金额(元)",
        "支付方式",
        "当前状态",
        "交易单号",
        "商户单号",
        "备注",
    ]
    line = [45738.9031250, "转账", "小周", "/", "支出", 2000.5, "零钱", "对方已收钱", "1000050001", "1", "/"]
    (payment,) = payments(
        known(_workbook({"微信支付账单": [["微信支付账单明细"], ["共1笔记录"], header, line]}), bills, "微信.xlsx")
    )
    assert (payment.amount_fen, local(payment)) == (200_050, "2025-03-22 21:40:30")


def test_every_sheet_has_its_own_header_and_other_sheets_are_left_alone() -> None:
    chat = [
        samples.CHAT_HEADER,
        *([f"8{n}", "文本", who, at, text, "", "", ""] for n, (at, who, text, _) in enumerate(WORDS)),
    ]
    people = [["wxid", "昵称", "备注"], ["wxid_a", "AAA", "小周"], ["wxid_b", "林舟", ""]]
    found = known(_workbook({"聊天记录": chat, "成员信息": people}), chat_table, "小周.xlsx")
    assert [one.text for one in entries(found)] == [text for _, _, text, _ in WORDS]
    assert not [one for one in found if isinstance(one, SetAside)]


def test_a_second_table_in_one_file_has_its_own_columns() -> None:
    rows = [["查询月份：2025-03"], samples.OPERATOR_HEADER, ["2025-03-03 12:30:05", "深圳", "被叫", "17000001188", "2分5秒", "国内", "0"],
            ["短信详单"], ["起始时间", "通信地点", "对方号码", "通信方式", "信息类型", "业务名称", "通信费"],
            ["2025-03-03 09:15:02", "深圳", "106900000001001", "接收", "短信", "", "0"]]  # fmt: skip
    assert [(one.kind, one.number) for one in entries(known(table(rows), operator_calls))] == [
        ("call", "17000001188"),
        ("sms", "106900000001001"),
    ]
