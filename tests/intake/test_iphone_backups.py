"""iPhone backups, plain and locked: what they give, and what is said of one that is damaged, cut off or too old."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cuijie.intake import IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.iphone import backup as ios_backup
from cuijie.intake.iphone.messages import message_text
from cuijie.intake.registry import findings, recognise

from . import intake_samples as samples
from .intake_samples import entries, folder_of, ms, source_of

LONG = "催" * 60


def _ios(tmp_path: Path, password: str | None = None) -> dict[str, bytes]:
    messages = samples.ios_messages(tmp_path / "sms.db", [
        ("+8617000001188", samples.THREAT, None, samples.apple_ns("2025-03-03 21:03:11"), 0),
        ("106900000001001", None, samples.typed_body(LONG), samples.apple_ns("2025-03-04 09:00:00"), 0),
        ("17000001188", "我没有逃避", None, samples.apple_ns("2025-03-04 09:01:00") // 1_000_000_000, 1),
        ("17000001188", "没有时间", None, 0, 0),
    ])  # fmt: skip
    seconds = samples.apple_ns("2025-03-03 12:30:05") / 1e9
    calls = samples.ios_calls(tmp_path / "c.db", [
        (b"17000001188", seconds, 125.0, 0, 1, "com.apple.Telephony"), (None, seconds + 100, 0.0, 0, 0, "com.apple.Telephony"),
        ("wxid_invented", seconds + 200, 0.0, 0, 0, "com.tencent.xin"),
    ])  # fmt: skip
    return samples.ios_folder(messages, calls, password=password)


@pytest.mark.parametrize("password", [None, "1234"])
def test_iphone_backups_give_messages_and_calls_plain_or_locked(tmp_path: Path, password: str | None) -> None:
    folder = folder_of(_ios(tmp_path, password), password=password)
    assert recognise(folder.head()) is ios_backup
    found = entries(findings(ios_backup, folder))
    assert [one.text for one in found[:3]] == [samples.THREAT, LONG, "我没有逃避"]
    assert [one.inbound for one in found[:3]] == [True, True, False]
    assert found[0].occurred_at is not None
    assert found[0].occurred_at.timestamp() * 1000 == ms("2025-03-03 21:03:11")
    assert [(one.kind, one.number, one.connected) for one in found[3:]] == [
        ("call", "17000001188", True),
        ("call", None, False),
        ("im", None, False),
    ]


def _damaged(files: dict[str, bytes], part: str, start: int) -> dict[str, bytes]:
    """*files* with one database overwritten from *start* on."""
    name = next(name for name in files if name.endswith(part))
    return files | {name: files[name][:start] + b"\xff" * (len(files[name]) - start)}


@pytest.mark.parametrize("password", [None, "1234"])
def test_one_damaged_database_of_an_iphone_backup_is_named_and_keeps_the_others_not_out(
    tmp_path: Path, password: str | None
) -> None:
    files = _damaged(_ios(tmp_path, password), "3d0d7e5fb2ce288813306e4d4636395e047a3d28", 4096)
    found = list(findings(ios_backup, folder_of(files, password=password)))
    assert [one.kind for one in entries(found)] == ["call", "call", "im"]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["短信"]


def test_what_stands_before_the_damage_of_an_iphones_messages_is_taken_in_and_said_to_be_a_part(tmp_path: Path) -> None:
    when = samples.apple_ns("2025-03-03 21:03:11")
    messages = samples.ios_messages(
        tmp_path / "m.db", [("1", f"第{n}条" + "x" * 3000, None, when, 0) for n in range(20)]
    )
    files = samples.ios_folder(messages, samples.ios_calls(tmp_path / "c.db", []))
    found = list(findings(ios_backup, folder_of(_damaged(files, "3d28", len(messages) - 4096 * 8))))
    read = len(entries(found))
    assert 0 < read < 20
    assert [f"读出的 {read} 条收下了" in one.why for one in found if isinstance(one, SetAside)] == [True]


def test_an_iphone_backup_of_which_no_database_is_whole_is_refused(tmp_path: Path) -> None:
    files = {name: data for name, data in _ios(tmp_path).items() if "5a4935c7" not in name}
    with pytest.raises(IntakeError, match=r"短信的数据库.*损坏"):
        list(findings(ios_backup, folder_of(_damaged(files, "3d28", 4096))))


def test_a_damaged_manifest_of_a_plain_iphone_backup_is_said_and_its_databases_are_read(tmp_path: Path) -> None:
    found = list(findings(ios_backup, folder_of(_damaged(_ios(tmp_path), "Manifest.db", 2000))))
    assert len(entries(found)) == 6
    assert any("Manifest.db）损坏" in one.text for one in found if isinstance(one, Note))


def test_a_picture_that_an_iphones_messages_name_and_the_backup_lacks_is_told(tmp_path: Path) -> None:
    when = samples.apple_ns("2025-03-03 21:03:11")
    samples.ios_messages(
        tmp_path / "m.db",
        [("1700", "看照片", None, when, 0), ("1700", "链接", None, when, 0), ("1700", "我的", None, when, 1)],
    )
    with closing(sqlite3.connect(tmp_path / "m.db")) as connection:
        connection.executescript(
            "create table attachment (filename text); create table message_attachment_join (message_id, attachment_id);"
            "insert into attachment values ('~/Library/SMS/Attachments/ab/1.jpg'), ('x.pluginPayloadAttachment');"
            "insert into message_attachment_join values (1, 1), (2, 2), (3, 1);"
        )
    data = (tmp_path / "m.db").read_bytes()
    (said,) = (one.text for one in findings(ios_backup, source_of(data, "sms.db")) if isinstance(one, Note))
    assert "1 个图片或附件（2025-03-03 21:03收到）" in said


@pytest.mark.parametrize("password", [None, "1234"])
def test_an_iphone_backup_whose_copy_lacks_a_listed_database_says_which(tmp_path: Path, password: str | None) -> None:
    files = _ios(tmp_path, password)
    gone = next(name for name in files if name.startswith("5a/"))  # the call log
    del files[gone]
    found = list(findings(ios_backup, folder_of(files, password=password)))
    said = [one.text for one in found if isinstance(one, Note)]
    assert len(entries(found)) == 3
    assert any("不完整" in text and gone in text for text in said)
    assert not any("加密的备份" in text for text in said)


def test_an_iphone_backup_without_its_manifest_is_said_to_be_incomplete(tmp_path: Path) -> None:
    files = _ios(tmp_path)
    del files["Manifest.db"], files[next(name for name in files if name.startswith("5a/"))]
    said = [one.text for one in findings(ios_backup, folder_of(files)) if isinstance(one, Note)]
    assert any("没有 Manifest.db" in text for text in said)
    assert not any("加密的备份" in text for text in said)


def test_a_locked_iphone_backup_without_its_manifest_cannot_be_opened_and_says_why(tmp_path: Path) -> None:
    files = _ios(tmp_path, "1234")
    del files["Manifest.db"]
    with pytest.raises(IntakeError, match=r"没有 Manifest\.db"):
        list(findings(ios_backup, folder_of(files, password="1234")))


def test_an_iphone_backup_of_before_ios_10_is_said_to_be_too_old(tmp_path: Path) -> None:
    flat = {name.rpartition("/")[2]: data for name, data in _ios(tmp_path).items() if name != "Manifest.db"}
    with pytest.raises(IntakeError, match="太旧"):
        list(findings(ios_backup, folder_of(flat)))


@pytest.mark.parametrize("given", [None, "4321"])
def test_a_locked_iphone_backup_asks_for_its_password(tmp_path: Path, given: str | None) -> None:
    with pytest.raises(PasswordNeeded, match=r"密码|加密"):
        list(findings(ios_backup, folder_of(_ios(tmp_path, "1234"), password=given)))


def test_an_archived_body_of_every_length_class_is_read() -> None:
    for length in (1, 42, 43, 127, 128, 5000):
        text = "a" * length
        assert message_text(None, samples.typed_body(text)) == text
    assert message_text(None, b"\x04\x0bstreamtyped NSString\x01\x94\x84\x01+\x90short") is None
    assert message_text("\ufffc", None) is None
