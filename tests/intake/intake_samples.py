"""Invented files in every layout that intake reads, written from scratch; all people and numbers are fictional."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from cuijie.intake import Found, Source
from cuijie.intake.registry import Importer, findings
from cuijie.records import Entry

from .phone_samples import android_backup as android_backup
from .phone_samples import apple_ns as apple_ns
from .phone_samples import coloros_calls as coloros_calls
from .phone_samples import coloros_locked as coloros_locked
from .phone_samples import database as database
from .phone_samples import huawei_calls as huawei_calls
from .phone_samples import ios_calls as ios_calls
from .phone_samples import ios_folder as ios_folder
from .phone_samples import ios_messages as ios_messages
from .phone_samples import ms as ms
from .phone_samples import typed_body as typed_body
from .phone_samples import vmsg as vmsg
from .table_samples import BILL_HEADER as BILL_HEADER
from .table_samples import CARD as CARD
from .table_samples import CHAT_HEADER as CHAT_HEADER
from .table_samples import CONTACT as CONTACT
from .table_samples import MAIL as MAIL
from .table_samples import OPERATOR_HEADER as OPERATOR_HEADER
from .table_samples import html_table as html_table
from .table_samples import locked_zip as locked_zip
from .table_samples import table as table
from .table_samples import workbook as workbook
from .table_samples import zipped as zipped

DEBT = "【晴川消费】尊敬的客户，您的借款已逾期3天，请尽快还款。退订回T"
THREAT = "再不还钱，明天就给你通讯录里的人挨个打电话"


def source_of(
    data: bytes, name: str = "f", *, owner: str = "debtor", password: str | None = None, **more: object
) -> Source:
    """A source over *data* that no case stands behind."""
    return Source(
        name=name,
        item_id="item",
        owner=owner,
        opener=lambda: io.BytesIO(data),
        size=len(data),
        password=password,
        **more,  # type: ignore[arg-type]
    )


def folder_of(files: Mapping[str, bytes], *, password: str | None = None) -> Source:
    """A folder source over *files*."""
    members = {name: source_of(data, name.rpartition("/")[2]) for name, data in files.items()}
    return Source(
        name="folder", item_id="", owner="debtor", opener=io.BytesIO, is_folder=True, members=members, fetch=members.get,
        password=password,
    )  # fmt: skip


def read_all(importer: Importer, data: bytes, name: str = "f", **more: object) -> list[Found]:
    """Everything *importer* finds in *data*."""
    return list(findings(importer, source_of(data, name, **more)))  # type: ignore[arg-type]


def entries(found: Iterable[Found]) -> list[Entry]:
    """Only the entries."""
    return [one for one in found if isinstance(one, Entry)]


def xml(root: str, rows: Sequence[str], *, count: int | None = None) -> bytes:
    """A backup app's file around *rows*."""
    number = len(rows) if count is None else count
    body = "\n".join(f"  {row}" for row in rows)
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<{root} count=\"{number}\">\n{body}\n</{root}>\n".encode()


def sms_row(address: str, body: str, at: int, *, box: int = 1, **more: str) -> str:
    """One sms element."""
    fields = {"protocol": "0", "address": address, "date": str(at), "type": str(box), "subject": "null", "body": body,
              "toa": "null", "read": "1", "status": "-1", "date_sent": "0", "sub_id": "1", "contact_name": "(Unknown)", **more}  # fmt: skip
    return "<sms " + " ".join(f"{name}={_quoted(value)}" for name, value in fields.items()) + " />"


def call_row(number: str, at: int, *, kind: int = 1, duration: int = 30, **more: str) -> str:
    """One call element."""
    fields = {"number": number, "duration": str(duration), "date": str(at), "type": str(kind), "presentation": "1",
              "subscription_id": "1", "contact_name": "(Unknown)", **more}  # fmt: skip
    return "<call " + " ".join(f"{name}={_quoted(value)}" for name, value in fields.items()) + " />"


def mms_row(address: str, text: str, at: int, *, picture: bytes = b"", box: int = 1, to: Sequence[str] = ()) -> str:
    """One mms element with a text and perhaps a picture."""
    data = base64.b64encode(picture).decode()
    image = f'<part seq="0" ct="image/jpeg" name="p.jpg" cl="p.jpg" text="null" data="{data}" />' if picture else ""
    addresses = f'<addr address="{address}" type="137" />' + "".join(
        f'<addr address="{one}" type="151" />' for one in to
    )
    return (
        f'<mms date="{at}" msg_box="{box}" address="{address}" sub="null" m_type="132" contact_name="(Unknown)"><parts>'
        f'<part seq="-1" ct="application/smil" text="&lt;smil/&gt;" />{image}'
        f'<part seq="0" ct="text/plain" text={_quoted(text)} /></parts><addrs>{addresses}</addrs></mms>'
    )


def _quoted(value: str) -> str:
    """An attribute value as these apps write it: emoji as two numeric references."""
    text = quoteattr(value, {"\n": "&#10;"})
    return "".join(
        c
        if ord(c) < 0x10000
        else "".join(f"&#{int.from_bytes(c.encode('utf-16-be')[i : i + 2], 'big')};" for i in (0, 2))
        for c in text
    )


def adb_rows(rows: Sequence[Mapping[str, object]]) -> bytes:
    """What ``content query`` prints."""
    lines = (
        f"Row: {n} " + ", ".join(f"{k}={'NULL' if v is None else v}" for k, v in row.items())
        for n, row in enumerate(rows)
    )
    return ("\n".join(lines) + "\n").encode()


def adb_sms(body: str, at: int, *, number: str = "17000001188", box: int = 1, row_id: int = 1) -> dict[str, object]:
    """One row of content://sms."""
    return {"_id": row_id, "thread_id": 1, "address": number, "person": None, "date": at, "date_sent": 0, "read": 1, "type": box,
            "subject": None, "body": body, "service_center": None, "locked": 0, "sub_id": 1, "creator": "com.android.mms"}  # fmt: skip


def small_files() -> dict[str, tuple[str, bytes]]:
    """One small file of each text layout: importer kind → (file name, bytes)."""
    day = ms("2025-03-03 12:30:05")
    sms = [sms_row("106900000001001", DEBT, day), mms_row("17000001188", THREAT, day, picture=b"\xff\xd8\xff\xe0x")]
    rows = [adb_sms("第一行\n第二行, type=9", day), adb_sms(DEBT, day + 1, row_id=2)]
    chat = [{"CreateTime": "2025-03-07 20:58:01", "msg": THREAT, "talker": "小周", "is_sender": 0}]
    calls = [
        ["查询月份：2025-03-01 至 2025-03-31"],
        OPERATOR_HEADER,
        ["2025-03-03 12:30:05", "深圳", "被叫", "17000001188", "2分5秒", "国内", "0"],
    ]
    paid = [
        "2025-03-18 10:00:00",
        "信用借还",
        "晴川消费金融",
        "/",
        "还款",
        "支出",
        "538.52",
        "银行卡",
        "交易成功",
        "2025030001\t",
        "M1\t",
        "",
        "",
    ]
    return {
        "sms_backup": ("sms.xml", xml("smses", sms)),
        "adb_query": ("sms.txt", adb_rows(rows)),
        "android_backup": (
            "b.ab",
            android_backup(
                [{"address": "17000001188", "body": THREAT, "date": str(day), "type": "1"}], is_zipped=False
            ),
        ),
        "vmsg": ("sms.vmsg", vmsg("17000001188", THREAT, "2025/03/03 21:03:11")),
        "coloros": ("callrecord_backup.xml", coloros_calls([("17000001188", day, 1, 125), ("", day + 9, 3, 0)])),
        "vcard": ("c.vcf", CARD.encode()),
        "chat_table": (
            "chat.csv",
            table([CHAT_HEADER, ["8000000000000000001", "文本", "小周", "2025-03-07 20:58:01", THREAT, "", "", ""]]),
        ),
        "chat_json": ("chat.json", json.dumps(chat, ensure_ascii=False).encode()),
        "chat_text": (
            "chat.txt",
            f"2025-03-07 20:58:01 '小周'\n{THREAT}\n\n2025-03-07 21:03:00 '我'\n你是谁\n".encode(),
        ),
        "chat_bubbles": (
            "chat.html",
            f'<html><body><p class="msg left">{THREAT}<i>2025-03-07 20:58:01</i></p>'
            '<p class="msg right">你是谁<i>2025-03-07 21:03:00</i></p></body></html>'.encode(),
        ),
        "operator_list": ("list.csv", table(calls, "gb18030")),
        "bill": ("bill.csv", table([["共1笔记录"], BILL_HEADER, paid], "gb18030")),
        "contact_table": (
            "log.csv",
            table(
                [
                    ["时间", "方式", "号码", "被联系人", "内容"],
                    ["2025-03-04 21:30", "电话", "17000001188", "母亲", "说欠钱"],
                ]
            ),
        ),
        "contact_json": ("log.json", json.dumps({"contacts": [CONTACT]}).encode()),
        "operator_json": (
            "detail.json",
            json.dumps(
                {
                    "pageMap": {
                        "result": [
                            {
                                "calldate": "2025-03-03",
                                "calltime": "21:03:11",
                                "calltypeName": "被叫",
                                "othernum": "17000001188",
                                "calllonghour": "1分2秒",
                            }
                        ]
                        * 2
                    }
                }
            ).encode(),
        ),
        "contact_xml": (
            "sms.xml",
            f"<smss><sms><address>17000001188</address><date>{day}</date><type>1</type><body>{THREAT}</body></sms></smss>".encode(),
        ),
        "document": ("mail.eml", (MAIL + THREAT + "\r\n").encode()),
        "call_lines": (
            "sms.csv",
            f'sms,deliver,"17000001188","","","2025.03.03 21:03","","{THREAT}"\nsms,submit,"","17000001188","","2025.03.03 21:05","","下月还"\n'.encode(),
        ),
        "voice_page": (
            "x - Text.html",
            '<html><body><div class="hChatLog hfeed"><div class="message"><abbr class="dt" title="2025-03-03T08:03:11-05:00">x</abbr>'
            f'<cite class="sender vcard"><a class="tel" href="tel:+8617000001188"><span class="fn">王</span></a></cite><q>{THREAT}</q>'
            "</div></div></body></html>".encode(),
        ),
    }
