"""Invented files in every layout that intake reads, written from scratch; all people and numbers are fictional."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import plistlib
import sqlite3
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import quoteattr

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from cuijie.clock import SHANGHAI
from cuijie.intake import Found, Source
from cuijie.intake.registry import Importer, findings
from cuijie.records import Entry

DEBT = "【晴川消费】尊敬的客户，您的借款已逾期3天，请尽快还款。退订回T"
THREAT = "再不还钱，明天就给你通讯录里的人挨个打电话"


def ms(text: str) -> int:
    """Milliseconds since 1970 of a local time in Shanghai."""
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


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


def android_backup(
    messages: Sequence[Mapping[str, object]],
    *,
    password: str | None = None,
    is_zipped: bool = True,
    name: str = "000000_sms_backup",
) -> bytes:
    """An ``.ab`` with one SMS file; encrypted under *password* if given."""
    packed = zlib.compress(json.dumps(list(messages)).encode())
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        info = tarfile.TarInfo(f"apps/com.android.providers.telephony/d_f/{name}")
        info.size = len(packed)
        archive.addfile(info, io.BytesIO(packed))
    body = zlib.compress(out.getvalue()) if is_zipped else out.getvalue()
    head = f"ANDROID BACKUP\n5\n{int(is_zipped)}\n"
    if password is None:
        return f"{head}none\n".encode() + body
    salt, check, iv, master, master_iv = b"s" * 64, b"c" * 64, b"i" * 16, b"\x91" * 32, b"m" * 16
    key = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 100, 32)
    text = "".join(chr(byte if byte < 128 else 0xFF00 | byte) for byte in master)
    checksum = hashlib.pbkdf2_hmac("sha1", text.encode(), check, 100, 32)
    blob = b"".join(bytes([len(part)]) + part for part in (master_iv, master, checksum))
    lines = [salt.hex(), check.hex(), "100", iv.hex(), _aes(key, iv, blob).hex()]
    return (head + "AES-256\n" + "".join(f"{line}\n" for line in lines)).encode() + _aes(master, master_iv, body)


def _aes(key: bytes, iv: bytes, data: bytes) -> bytes:
    pad = 16 - len(data) % 16
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return cipher.update(data + bytes([pad]) * pad) + cipher.finalize()


def vmsg(number: str, text: str, when: str, *, box: str = "INBOX") -> bytes:
    """One vMsg whose soft line breaks fall inside characters."""
    raw = "".join(f"={byte:02X}" for byte in text.encode())
    lines = [raw[at : at + 73] for at in range(0, len(raw), 73)]
    body = "=\r\n".join(lines)
    return (
        f"BEGIN:VMSG\r\nVERSION:1.1\r\nBEGIN:VCARD\r\nTEL:{number}\r\nEND:VCARD\r\nBEGIN:VBODY\r\nX-BOX:{box}\r\nX-READ:READ\r\n"
        f"Date:{when}\r\nSubject;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:{body}\r\nEND:VBODY\r\nEND:VMSG\r\n"
    ).encode()


def coloros_calls(rows: Sequence[tuple[str, int, int, int]]) -> bytes:
    """The call list of a ColorOS backup: (number, ms, type, seconds)."""
    calls = "".join(
        f'<CALL_RECORDS _id="{n}" number="{number}" duration="{seconds}" type="{kind}" date="{at}" name=" " />'
        for n, (number, at, kind, seconds) in enumerate(rows)
    )
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<callrecord>{calls}</callrecord>".encode()


def coloros_locked(plain: bytes, password: str) -> bytes:
    """The PC tool's container around *plain*."""
    about = json.dumps({"length": len(plain), "md5": hashlib.sha256(plain).hexdigest()}).encode()
    key = hashlib.sha256(password.encode()).hexdigest()[:16].encode()
    whole = len(plain) - len(plain) % 16
    cipher = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305
    return b"5AA5%08d" % len(about) + about + cipher.update(plain[:whole]) + plain[whole:]


def database(path: Path, statements: Iterable[str | tuple[str, Sequence[object]]]) -> bytes:
    """The bytes of an SQLite file made by *statements*."""
    connection = sqlite3.connect(path)
    for one in statements:
        connection.execute(*([one] if isinstance(one, str) else one))
    connection.commit()
    connection.close()
    return path.read_bytes()


def huawei_calls(path: Path, rows: Sequence[tuple[str, int, int, int]]) -> bytes:
    """A Huawei ``calllog.db``: (number, ms, type, seconds)."""
    return database(path, [
        "create table calls_tb (number text, date integer, type integer, duration integer, ring_times integer, mark_content text)",
        *(("insert into calls_tb values (?, ?, ?, ?, 3, '骚扰电话')", row) for row in rows),
    ])  # fmt: skip


def typed_body(text: str) -> bytes:
    """An archived attributed string as iOS 16 keeps a message's words."""
    raw = text.encode()
    size = bytes([len(raw)]) if len(raw) < 0x80 else b"\x81" + struct.pack("<H", len(raw))
    return (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+"
        + size
        + raw
        + b"\x86\x84\x02iI\x01"
    )


def apple_ns(text: str) -> int:
    """Nanoseconds since 2001 of a local time in Shanghai."""
    return (ms(text) - 978_307_200_000) * 1_000_000


def ios_messages(path: Path, rows: Sequence[tuple[str, str | None, bytes | None, int, int]]) -> bytes:
    """An ``sms.db``: (handle, text, body, date, is_from_me)."""
    return database(path, [
        "create table handle (id text, service text)",
        "create table chat (chat_identifier text, display_name text, style integer)",
        "create table chat_message_join (chat_id integer, message_id integer)",
        "create table message (guid text, text text, attributedBody blob, handle_id integer, service text, date integer, "
        "is_from_me integer, error integer, item_type integer)",
        *(("insert into handle values (?, 'SMS')", (handle,)) for handle, *_ in rows),
        *(
            ("insert into message values (?, ?, ?, ?, 'SMS', ?, ?, 0, 0)", (f"g{n}", text, body, n, date, own))
            for n, (_, text, body, date, own) in enumerate(rows, 1)
        ),
    ])  # fmt: skip


def ios_calls(path: Path, rows: Sequence[tuple[object, float, float, int, int, str]]) -> bytes:
    """A ``CallHistory.storedata``: (address, date, seconds, originated, answered, provider)."""
    return database(path, [
        "create table ZCALLRECORD (Z_PK integer primary key, ZADDRESS varchar, ZDATE timestamp, ZDURATION float, "
        "ZORIGINATED integer, ZANSWERED integer, ZSERVICE_PROVIDER varchar)",
        *(("insert into ZCALLRECORD values (null, ?, ?, ?, ?, ?, ?)", row) for row in rows),
    ])  # fmt: skip


def ios_folder(messages: bytes, calls: bytes, *, password: str | None = None) -> dict[str, bytes]:
    """The files of an iPhone backup with these databases, encrypted under *password* if given."""
    parts = {
        ("HomeDomain", "Library/SMS/sms.db"): messages,
        ("HomeDomain", "Library/CallHistoryDB/CallHistory.storedata"): calls,
    }
    class_key, manifest_key = b"k" * 32, b"n" * 32
    files: dict[str, bytes] = {}
    listed = []
    for number, ((domain, path), data) in enumerate(parts.items(), 1):
        file_id = hashlib.sha1(f"{domain}-{path}".encode()).hexdigest()  # noqa: S324
        own_key = bytes([number]) * 32
        record = {"Size": len(data), "ProtectionClass": 3, "EncryptionKey": plistlib.UID(2)}
        blob = plistlib.dumps(
            {
                "$top": {"root": plistlib.UID(1)},
                "$objects": ["$null", record, {"NS.data": b"\3\0\0\0" + aes_key_wrap(class_key, own_key)}],
            },
            fmt=plistlib.FMT_BINARY,
        )
        files[f"{file_id[:2]}/{file_id}"] = _cbc0(own_key, data) if password else data
        listed.append((file_id, domain, path, 1, blob))
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "create table Files (fileID text primary key, domain text, relativePath text, flags integer, file blob)"
    )
    connection.executemany("insert into Files values (?, ?, ?, ?, ?)", listed)
    connection.commit()
    manifest = connection.serialize()
    files["Manifest.db"] = _cbc0(manifest_key, manifest) if password else manifest
    about: dict[str, object] = {"IsEncrypted": password is not None}
    if password is not None:
        key = hashlib.pbkdf2_hmac("sha256", password.encode(), b"d" * 20, 10, 32)
        key = hashlib.pbkdf2_hmac("sha1", key, b"s" * 20, 10, 32)
        bag = [("UUID", b"b" * 16), ("SALT", b"s" * 20), ("ITER", _int4(10)), ("DPSL", b"d" * 20), ("DPIC", _int4(10)),
               ("UUID", b"c" * 16), ("CLAS", _int4(3)), ("WRAP", _int4(2)), ("WPKY", aes_key_wrap(key, class_key))]  # fmt: skip
        about["BackupKeyBag"] = b"".join(tag.encode() + _int4(len(value)) + value for tag, value in bag)
        about["ManifestKey"] = struct.pack("<I", 3) + aes_key_wrap(class_key, manifest_key)
    files["Manifest.plist"] = plistlib.dumps(about, fmt=plistlib.FMT_BINARY)
    files["Info.plist"] = plistlib.dumps({"Product Version": "17.5.1"})
    return files


def _int4(number: int) -> bytes:
    return struct.pack(">I", number)


def _cbc0(key: bytes, data: bytes) -> bytes:
    data += bytes(-len(data) % 16)
    cipher = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return cipher.update(data) + cipher.finalize()


def table(rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig") -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def html_table(rows: Sequence[Sequence[str]]) -> bytes:
    """A web page named .xls, in GBK."""
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<html><head><meta charset="gbk"></head><body><table>{body}</table></body></html>'.encode("gb18030")


def zipped(files: Mapping[str, bytes], *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


OPERATOR_HEADER = ["起始时间", "通信地点", "通信方式", "对方号码", "通信时长", "通信类型", "实收通信费(元)"]
CHAT_HEADER = ["消息ID", "类型", "发送人", "时间", "内容", "备注", "昵称", "更多信息"]
BILL_HEADER = [
    "交易时间",
    "交易分类",
    "交易对方",
    "对方账号",
    "商品说明",
    "收/支",
    "金额",
    "收/付款方式",
    "交易状态",
    "交易订单号",
    "商家订单号",
    "备注",
    "",
]
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:林;舟妈妈;;;\r\nFN:林 舟妈妈\r\nTEL;type=CELL:138 0000 1002\r\nEND:VCARD\r\n"


MAIL = (
    "From: a@example.invalid\r\nTo: b@example.invalid\r\nReceived: by x\r\nSubject: test\r\n"
    "Date: Tue, 04 Mar 2025 21:30:00 +0800\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
)
CONTACT = {
    "contact_id": "1",
    "occurred_at": "2025-03-04T21:30:00+08:00",
    "channel": "call",
    "direction": "outbound",
    "from_number": "17000001188",
}


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
        "document": ("mail.eml", (MAIL + THREAT + "\r\n").encode()),
    }
