"""Picture messages in Android's own database: who, when, which way, the subject and the words."""

from __future__ import annotations

from pathlib import Path

from cuijie.intake import Note, SetAside
from cuijie.intake.android import database as android_database

from . import intake_samples as samples
from .intake_samples import entries
from .phone_samples import ms
from .recognising import known, local

_AT = ms("2025-03-03 21:14:11") // 1000
_LATIN = "逾期通知".encode().decode("latin-1")  # as Android keeps a subject


def _database(path: Path) -> bytes:
    return samples.database(path / "m", [
        "create table sms (_id integer primary key, address text, date integer, type integer, body text)",
        "create table pdu (_id integer primary key, date integer, msg_box integer, sub text, sub_cs integer, m_type integer)",
        "create table addr (_id integer primary key, msg_id integer, address text, type integer)",
        "create table part (_id integer primary key, mid integer, seq integer, ct text, cl text, _data text, text text)",
        ("insert into pdu values (7, ?, 1, ?, 106, 132)", [_AT, _LATIN]),
        ("insert into pdu values (8, ?, 2, null, null, 128)", [_AT + 60]),
        ("insert into pdu values (9, ?, 1, null, null, 130)", [_AT + 120]),
        "insert into pdu values (10, 0, 1, null, null, 132)",
        "insert into addr values (1, 7, '17000001188', 137), (2, 7, 'insert-address-token', 151), (3, 8, 'insert-address-token', 137)",
        "insert into addr values (4, 8, '13800001002', 151), (5, 8, '13800001003', 151), (6, 9, '10690001', 137)",
        "insert into part values (1, 7, -1, 'application/smil', null, null, '<smil/>'), (2, 7, 2, 'text/plain', 'b', null, '第二页')",
        "insert into part values (3, 7, 1, 'text/plain', 'a', null, '这是你家吧'), (4, 7, 0, 'image/jpeg', 'c', '/x/PART_1', null)",
        "insert into part values (5, 8, 0, 'image/png', 'c', '/x/PART_2', null)",
    ])  # fmt: skip


def test_a_picture_message_has_its_sender_its_subject_and_its_words_in_order(tmp_path: Path) -> None:
    found = known(_database(tmp_path), android_database, "mmssms.db")
    came, sent, waiting = entries(found)
    assert (came.kind, local(came), came.inbound, came.number) == ("mms", "2025-03-03 21:14:11", True, "17000001188")
    assert came.text == "逾期通知\n这是你家吧\n第二页"
    assert (sent.inbound, sent.number, sent.text) == (False, None, "[图片]")
    assert dict(sent.extra)["recipients"] == "13800001002、13800001003"
    assert (waiting.number, waiting.text) == ("10690001", None)
    assert [one.why for one in found if isinstance(one, SetAside)] == ["没有写时间或时间读不出"]
    notes = " ".join(one.text for one in found if isinstance(one, Note))
    assert "2 条彩信带图片" in notes
    assert "1 条彩信当时没有下载" in notes
