"""adb output, Android and makers' backups: the same calls and texts by other roads."""

from __future__ import annotations

import sqlite3
import zlib
from pathlib import Path

import pytest

from cuijie.intake import IntakeError, Note, PasswordNeeded
from cuijie.intake.android import adb_query, coloros, huawei, vmsg
from cuijie.intake.android import backup as android_backup
from cuijie.intake.android import database as android_database
from cuijie.intake.containers.sqlite_image import open_tables
from cuijie.intake.found import Card
from cuijie.intake.iphone import backup as ios_backup
from cuijie.intake.registry import findings, recognise

from . import intake_samples as samples
from .intake_samples import entries, folder_of, ms, read_all, source_of
from .recognising import known, local

AT = ms("2025-03-03 12:30:05")
HARD_BODY = 'a, type=9, b=c\nRow: 5 _id=7, x=y\nRow: 1 address=1\n最后 "引号", service_center=假的'


def test_a_body_with_commas_line_breaks_and_a_false_row_stays_whole() -> None:
    data = samples.adb_rows([samples.adb_sms(HARD_BODY, AT), samples.adb_sms("下一条", AT + 1, row_id=2)])
    assert [one.text for one in entries(read_all(adb_query, data))] == [HARD_BODY, "下一条"]


@pytest.mark.parametrize("ending", [b"\r\n", b"\r\r\n"])
def test_old_windows_line_ends_change_nothing(ending: bytes) -> None:
    data = samples.adb_rows([samples.adb_sms("一", AT), samples.adb_sms("二", AT + 1)]).replace(b"\n", ending)
    assert [one.text for one in entries(read_all(adb_query, data))] == ["一", "二"]


@pytest.mark.parametrize("columns", ["address date body type", "address date type body"])
def test_a_projection_without_service_center_still_finds_the_end_of_the_body(columns: str) -> None:
    row = {"address": "17000001188", "date": AT, "type": 1, "body": "钱, 还钱, date=今天"}
    data = samples.adb_rows([{name: row[name] for name in columns.split()}])
    (entry,) = entries(read_all(adb_query, data))
    assert (entry.text, entry.inbound, entry.number) == ("钱, 还钱, date=今天", True, "17000001188")


def test_makers_own_call_columns_do_not_spoil_their_neighbours() -> None:
    row = {
        "_id": 1,
        "number": "-2",
        "date": AT,
        "maker_column": 3,
        "duration": 0,
        "type": 3,
        "cloud_antispam_type_tag": "骚扰",
    }
    (entry,) = entries(read_all(adb_query, samples.adb_rows([row])))
    assert (entry.number, entry.number_shown, entry.connected) == (None, False, False)
    assert dict(entry.extra)["cloud_antispam_type_tag"] == "骚扰"


def test_a_blocked_call_is_one_that_did_not_get_through() -> None:
    row = {"_id": 1, "number": "19500001177", "date": AT, "duration": 0, "type": 1, "block_reason": 1}
    (entry,) = entries(read_all(adb_query, samples.adb_rows([row])))
    assert (entry.inbound, entry.connected) == (True, False)


@pytest.mark.parametrize(
    "text", ["No result found.\n", "Error while accessing provider:sms\njava.lang.SecurityException\n"]
)
def test_an_empty_or_refused_query_says_what_to_do(text: str) -> None:
    importer = recognise(source_of(text.encode()).head())
    assert importer is adb_query
    with pytest.raises(IntakeError) as error:
        read_all(adb_query, text.encode())
    assert error.value.remedy


MESSAGES = [
    {"address": "17000001188", "body": samples.THREAT, "date": str(AT), "type": "1", "self_phone": "+8613800001001"}
]


@pytest.mark.parametrize("is_zipped", [True, False])
@pytest.mark.parametrize("password", [None, "一二三abc"])
def test_android_backups_give_their_texts(password: str | None, is_zipped: bool) -> None:
    data = samples.android_backup(MESSAGES, password=password, is_zipped=is_zipped)
    (entry,) = entries(read_all(android_backup, data, password=password))
    assert (entry.text, entry.number) == (samples.THREAT, "17000001188")


@pytest.mark.parametrize("given", [None, "wrong"])
def test_a_locked_android_backup_asks_for_its_password(given: str | None) -> None:
    with pytest.raises(PasswordNeeded, match="密码"):
        read_all(android_backup, samples.android_backup(MESSAGES, password="right"), password=given)


@pytest.mark.parametrize("is_zipped", [True, False])
def test_a_backup_that_was_cut_off_gives_what_was_whole_and_says_so(is_zipped: bool) -> None:
    whole = samples.android_backup(MESSAGES, is_zipped=False)
    body = whole.removeprefix(b"ANDROID BACKUP\n5\n0\nnone\n")[:1024]  # a header and its file, no end of the tar
    if is_zipped:
        packed = zlib.compressobj()
        body = packed.compress(body) + packed.flush(zlib.Z_SYNC_FLUSH)
    reading = findings(android_backup, source_of(f"ANDROID BACKUP\n5\n{int(is_zipped)}\nnone\n".encode() + body))
    found: list[object] = []
    with pytest.raises(IntakeError, match="中间断了"):
        found.extend(reading)
    assert [one.text for one in entries(found)] == [samples.THREAT]


def test_a_backup_cut_in_its_first_file_is_not_taken_for_one_without_texts() -> None:
    with pytest.raises(IntakeError, match="中间断了"):
        read_all(android_backup, samples.android_backup(MESSAGES, is_zipped=False)[:600])


def test_a_maker_wrapped_app_backup_is_said_to_hold_no_texts() -> None:
    inner = samples.android_backup([], is_zipped=False, name="settings")
    data = "MIUI BACKUP\n2\ncom.example.loan 某借款\n-1\n0\n".encode() + inner
    with pytest.raises(IntakeError, match=r"com\.example\.loan"):
        read_all(android_backup, data)


def _field(number: int, value: int | str | bytes) -> bytes:
    """One field of a protobuf message."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _varint(value >> 7)


def _xiaomi(package: str, content: bytes) -> bytes:
    inner = samples.android_backup([], is_zipped=False, path=f"apps/{package}/miui_bak/_tmp_bak", content=content)
    return f"MIUI BACKUP\n2\n{package} 短信\n-1\n0\n".encode() + inner


def test_xiaomis_own_files_give_texts_calls_and_people() -> None:
    text: list[tuple[int, int | str]] = [
        (1, ""),
        (2, "11"),
        (3, 1),
        (4, "17000001188"),
        (6, samples.THREAT),
        (7, AT),
        (8, 1),
        (11, AT - 1500),
    ]
    call: list[tuple[int, int | str]] = [(2, "6"), (3, "17000001188"), (4, AT), (5, 62), (6, 1), (7, 1)]
    person = _field(2, "1") + _field(5, _field(1, "妈妈")) + _field(6, _field(1, "138 0000 1002") + _field(2, 2))
    texts = _field(4, _field(1, b"".join(_field(*one) for one in text)) * 2)
    calls = _field(2, _field(1, b"".join(_field(*one) for one in call)))
    (entry, again) = entries(read_all(android_backup, _xiaomi("com.android.mms", texts)))
    assert (entry.kind, entry.text, entry.inbound, local(entry)) == ("sms", samples.THREAT, True, "2025-03-03 12:30:05")
    assert again.text == entry.text
    (entry,) = entries(read_all(android_backup, _xiaomi("com.android.contacts", calls)))
    assert (entry.kind, entry.number, entry.duration_s, entry.connected) == ("call", "17000001188", 62, True)
    (card,) = read_all(android_backup, _xiaomi("com.android.contacts", _field(1, _field(2, person))))
    assert isinstance(card, Card)
    assert (card.person.name, card.person.numbers) == ("妈妈", ("13800001002",))
    for broken in (texts[:-5], b'{"packageName":"com.android.mms"}', b"\x20\x00\x2a\x00"):
        with pytest.raises(IntakeError, match="对不上"):
            read_all(android_backup, _xiaomi("com.android.mms", broken))


def test_vmsg_characters_split_by_soft_breaks_are_put_together() -> None:
    data = samples.vmsg("17000001188", samples.THREAT, "2025/03/03 21:03:11") + samples.vmsg(
        "1", "发出的", "2025/03/04 09:00:00", box="SENDBOX"
    )
    first, second = entries(read_all(vmsg, data))
    assert (first.text, first.inbound, first.zone_basis) == (samples.THREAT, True, "local_assumed")
    assert first.occurred_at is not None
    assert first.occurred_at.timestamp() * 1000 == ms("2025-03-03 21:03:11")
    assert (second.text, second.inbound) == ("发出的", False)


@pytest.mark.parametrize(
    ("dated", "basis"),
    [("Date:03.03.2025 21:03:11", "local_assumed"), ("X-NOK-DT:20250303T130311Z", "stated")],
)
def test_old_nokia_messages_in_utf16_are_read(dated: str, basis: str) -> None:
    head = ["BEGIN:VMSG", "VERSION:1.1", "X-IRMC-STATUS:READ", "X-IRMC-BOX:INBOX", "X-MESSAGE-TYPE:DELIVER"]
    card = ["BEGIN:VCARD", "VERSION:3.0", "TEL:17000001188", "END:VCARD"]
    body = [
        "BEGIN:VENV",
        "BEGIN:VBODY",
        dated,
        "还钱，听见没有",
        "END:VBODY",
        "END:VENV",
        "END:VMSG",
        "",
    ]
    text = "\r\n".join(head + card + body)
    found = read_all(vmsg, text.encode("utf-16"))
    assert [(one.text, local(one), one.zone_basis) for one in entries(found)] == [
        ("还钱，听见没有", "2025-03-03 21:03:11", basis)
    ]


def test_coloros_calls_and_their_locked_form_are_the_same() -> None:
    plain = samples.coloros_calls([("17000001188", AT, 1, 125), ("", AT + 1, 3, 0)])
    locked = samples.coloros_locked(plain, "123456")
    assert recognise(source_of(locked).head()) is coloros
    ids = [one.entry_id for one in entries(read_all(coloros, plain))]
    assert [one.entry_id for one in entries(read_all(coloros, locked, password="123456"))] == ids
    assert len(ids) == 2
    with pytest.raises(PasswordNeeded):
        read_all(coloros, locked, password="654321")


def test_a_huawei_folder_gives_calls_with_ring_time_and_mark(tmp_path: Path) -> None:
    calls = samples.huawei_calls(tmp_path / "calllog.db", [("17000001188", AT, 3, 0)])
    folder = folder_of({"x/info.xml": b"<info.xml/>", "x/db/calllog.db": calls})
    assert recognise(folder.head()) is huawei
    (entry,) = entries(findings(huawei, folder))
    assert (entry.number, entry.connected) == ("17000001188", False)
    assert {"ring_s": "3", "mark_content": "骚扰电话"}.items() <= dict(entry.extra).items()


def test_a_locked_huawei_folder_says_so() -> None:
    with pytest.raises(PasswordNeeded, match="密码"):
        list(findings(huawei, folder_of({"info.xml": b"<i/>", "calllog.enc": b"x"})))


def test_a_database_whose_rows_stand_only_in_its_log_is_read(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma wal_autocheckpoint = 0")
    connection.execute("create table ABPerson (First text, Last text)")
    connection.execute("create table ABMultiValue (record_id integer, property integer, value text)")
    connection.executemany(
        "insert into ABPerson values (?, ?)", [("舟", "林")] + [("x" * 500, str(n)) for n in range(50)]
    )
    connection.execute("insert into ABMultiValue values (1, 3, '138 0000 1002')")
    connection.commit()
    main, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    connection.close()
    with open_tables(source_of(main), source_of(log)) as tables:
        assert len(list(tables.rows("ABPerson"))) == 51
    with open_tables(source_of(main)) as tables:
        assert "ABPerson" not in tables.names
    source = source_of(main, "AddressBook.sqlitedb", members={"-wal": source_of(log)})
    people = [one.person for one in findings(ios_backup, source) if isinstance(one, Card)]
    assert (people[0].name, people[0].numbers) == ("林舟", ("13800001002",))
    with open_tables(source_of(main), source_of(log[:-1000])) as tables:
        assert len(tables.names) < 3  # an unfinished tail of the log does not count


def test_triggers_views_and_writes_of_a_hostile_database_are_never_run(tmp_path: Path) -> None:
    data = samples.database(tmp_path / "h.db", [
        "create table real (a)", "insert into real values (1)", "create view message as select load_extension('x') as text, 1 as date from real",
        "create table handle (id text)", "create table chat_message_join (a)",
    ])  # fmt: skip
    with open_tables(source_of(data)) as tables:
        assert "message" not in tables.names
        assert list(tables.rows("message")) == []
    with pytest.raises(IntakeError):
        list(findings(ios_backup, source_of(data)))


def test_a_cut_off_database_is_an_error_and_no_crash(tmp_path: Path) -> None:
    data = samples.ios_messages(
        tmp_path / "m.db", [("1", "x" * 3000, None, samples.apple_ns("2025-03-03 21:03:11"), 0)] * 20
    )
    for end in (10, 100, 4096, 5000, len(data) // 2):
        with pytest.raises(IntakeError):
            list(findings(ios_backup, source_of(data[:end], "sms.db")))


def test_the_real_samples_give_their_known_counts(shared: Path) -> None:
    folder = shared / "formats"
    log = read_all(adb_query, (folder / "adb/synthetic/content_query_call_log.txt").read_bytes())
    sms = read_all(adb_query, (folder / "adb/synthetic/content_query_sms_powershell_utf16.txt").read_bytes())
    backup = read_all(android_backup, (folder / "android_backup_ab/synthetic/telephony_backup.ab").read_bytes())
    real = read_all(android_backup, (folder / "android_backup_ab/real/mvt_backup_plain.ab").read_bytes())
    assert [len(entries(one)) for one in (log, sms, backup, real)] == [10, 10, 11, 2]
    assert any(isinstance(one, Note) and "UTF-16" in one.text for one in sms)


def test_androids_own_databases_are_read_whatever_they_are_called(tmp_path: Path) -> None:
    calls = samples.database(tmp_path / "c", [
        "create table calls (_id integer primary key, number text, date integer, duration integer, type integer)",
        ("insert into calls values (1, '17000001188', ?, 62, 1)", [AT]),
    ])  # fmt: skip
    texts = samples.database(tmp_path / "t", [
        "create table sms (_id integer primary key, address text, date integer, type integer, body text)",
        "create table pdu (_id integer primary key, date integer)",
        "insert into pdu values (1, 1)",
        ("insert into sms values (1, '17000001188', ?, 1, ?)", [AT, samples.THREAT]),
    ])  # fmt: skip
    (call,) = entries(known(calls, android_database, "contacts2.db"))
    assert (call.number, call.duration_s, call.connected, local(call)) == (
        "17000001188",
        62,
        True,
        "2025-03-03 12:30:05",
    )
    assert [one.text for one in entries(known(texts, android_database, "mmssms.db"))] == [samples.THREAT]
