"""Archives and folders: taken in file by file, within limits, a known backup as one thing."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import add
from cuijie.records import Entry, Payment, Person

from . import intake_samples as samples
from .adding import AT, one, put
from .intake_samples import call_row, sms_row, xml, zipped
from .office_samples import compound
from .table_samples import far, workbook_with


def test_the_files_of_a_zip_are_taken_in_one_by_one(case: Case, tmp_path: Path) -> None:
    files = {
        "备份/sms.xml": xml("smses", [sms_row("1", "x", AT)]),
        "../../逃出去.xml": xml("smses", [sms_row("2", "y", AT)]),
        "空.txt": b"",
        "图.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    }
    report = add(case, [put(tmp_path, "全部.zip", samples.zipped(files))])
    assert report.files[0].kind == "archive"
    kinds = {file.path.rpartition("/")[2]: (file.kind, file.error or "") for file in report.files[1:]}
    assert kinds["sms.xml"] == ("sms_backup", "")
    assert "压缩包以外" in kinds["逃出去.xml"][1]
    assert kinds["空.txt"][0] == "error"
    assert [entry.text for entry in case.all(Entry)] == ["x"]
    again = add(case, [tmp_path / "全部.zip"])
    assert again.files[0].is_known


def test_the_files_of_a_tar_are_taken_in_one_by_one_also_packed_or_cut_off(case: Case, tmp_path: Path) -> None:
    out = io.BytesIO()
    texts = [xml("smses", [sms_row(str(number), word, AT)]) for number, word in enumerate("一二三")]
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT, encoding="gbk") as archive:
        for name, data in zip(("备份/短信.xml", "../逃出去.xml", "后.xml"), texts, strict=True):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        info = tarfile.TarInfo("链接")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)
    report = add(case, [put(tmp_path, "全部.tar.gz", gzip.compress(out.getvalue()))])
    kinds = {file.path.rpartition("/")[2]: (file.kind, file.error or "") for file in report.files[2:]}
    assert [kinds["短信.xml"], kinds["后.xml"]] == [("sms_backup", "")] * 2
    assert ("压缩包以外" in kinds["逃出去.xml"][1], "链接" in kinds["链接"][1]) == (True, True)
    assert sorted(entry.text or "" for entry in case.all(Entry)) == ["一", "三"]
    cut = add(case, [put(tmp_path, "断.tar", out.getvalue()[: 512 * 5 + 100])])
    assert any("断了" in (file.error or "") for file in cut.files)


def test_two_files_of_one_name_in_a_zip_are_both_taken_in(case: Case, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("函.txt", "催收函一 逾期")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("函.txt", "催收函二 逾期")
    add(case, [put(tmp_path, "两份.zip", out.getvalue())])
    assert sorted(entry.text or "" for entry in case.all(Entry)) == ["催收函一 逾期", "催收函二 逾期"]


def test_a_zip_bomb_is_not_opened(case: Case, tmp_path: Path) -> None:
    bomb = samples.zipped({"bomb.xml": b"<smses>" + b" " * (64 * 2**20)})
    report = one(add(case, [put(tmp_path, "bomb.zip", bomb)]))
    assert "炸弹" in (report.error or "")
    assert case.items() == ()


def test_a_single_file_packed_with_gzip_is_unpacked_within_limits(case: Case, tmp_path: Path) -> None:
    packed = gzip.compress(samples.small_files()["bill"][1])
    report = add(case, [put(tmp_path, "bill.csv.gz", packed)])
    assert [(file.path.rpartition("/")[2], file.kind) for file in report.files] == [
        ("bill.csv.gz", "archive"),
        ("bill.csv", "bill"),
    ]
    cut = one(add(case, [put(tmp_path, "cut.csv.gz", packed[:-20])]))
    assert "损坏" in (cut.error or "")
    bomb = one(add(case, [put(tmp_path, "bomb.gz", gzip.compress(bytes(24 * 2**20)))]))
    assert "炸弹" in (bomb.error or "")


def _old_rar(*names: bytes) -> bytes:
    blocks = (
        struct.pack("<HBHHIIBIIBBHI", 0, 0x74, 0x8000, 32 + len(name), 4, 4, 2, 0, 0, 29, 0x30, len(name), 32) + name + b"abcd"
        for name in names
    )  # fmt: skip
    return b"Rar!\x1a\x07\x00" + bytes((0, 0, 0x73, 0, 0, 13, 0)) + bytes(6) + b"".join(blocks)


def _new_rar(*names: bytes) -> bytes:
    blocks = (bytes((2, 2, 4, 0, 4, 32, 0, 0, len(name))) + name for name in names)
    heads = (bytes(4) + bytes((len(block),)) + block + b"abcd" for block in blocks)
    return b"Rar!\x1a\x07\x01\x00" + bytes(4) + bytes((3, 1, 0, 0)) + b"".join(heads)


_RAR_OLD = _old_rar("短信\\通话.csv".encode("gbk"), "短信.xml".encode("gbk"))
_RAR_NEW = _new_rar("短信.xml".encode(), "通话.csv".encode())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped({"Index/Document.iwa": b"x", "a.txt": b""}), "Keynote"),
        (compound({"Workbook": b"\x09\x08\x10\x00\x00\x06" + bytes(14) + b"\x2f\x00" + bytes(5000)}), "去掉密码"),
        (compound({"WordDocument": bytes(6000)})[:2000], "没有下载完整"),
        (workbook_with(""), "没有认得出的列名"),
        (workbook_with(far(1_048_576)), "没有读出：打开它要的内存"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(50), "解压"),
        (_RAR_OLD, "里面有：短信/通话.csv、短信.xml。"),
        (_RAR_NEW, "里面有：短信.xml、通话.csv。"),
        (_RAR_NEW[:-30], "里面有：短信.xml。"),
        (b"<?xml version='1.0'?><manifest package='a'><uses-permission/></manifest>", "phone read"),
        (b"Rar!\x1a\x07\x01\x00" + bytes(50), "解压"),
    ],
)
def test_what_cannot_be_read_is_kept_and_what_to_do_is_said(
    case: Case, tmp_path: Path, data: bytes, words: str
) -> None:
    report = one(add(case, [put(tmp_path, "文件.bin", data)]))
    assert (report.kind, report.error) == ("unread", None)
    assert words in " ".join(report.notes)


def test_a_locked_zip_asks_for_its_password_and_opens_with_it(case: Case, tmp_path: Path) -> None:
    import pyzipper

    path = tmp_path / "账单.zip"
    with pyzipper.AESZipFile(path, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"123456")
        archive.writestr("bill.csv", samples.small_files()["bill"][1])
    assert "有密码" in (one(add(case, [path])).error or "")
    assert "密码不对" in (one(add(case, [path], password="000000")).error or "")
    report = add(case, [path], password="123456")
    assert [file.kind for file in report.files] == ["archive", "bill"]
    assert [payment.amount_fen for payment in case.all(Payment)] == [53_852]


def test_a_locked_file_in_an_open_zip_leaves_the_others(case: Case, tmp_path: Path) -> None:
    files = {"锁.zip": samples.locked_zip({"a.txt": b"x"}, "1234"), "短信.xml": xml("smses", [sms_row("1", "x", AT)])}
    report = add(case, [put(tmp_path, "全部.zip", samples.zipped(files))])
    assert [file.kind for file in report.files] == ["archive", "error", "sms_backup"]
    assert "有密码" in (report.files[1].error or "")
    report = add(case, [tmp_path / "全部.zip"], password="1234")
    assert [file.kind for file in report.files] == ["archive", "archive", "document", "sms_backup"]


def test_a_database_in_a_zip_is_read_with_what_lies_beside_it(case: Case, tmp_path: Path) -> None:
    files = {
        "库/sms.db": samples.ios_messages(
            tmp_path / "m", [("17000001188", samples.THREAT, None, samples.apple_ns("2025-03-03 21:03:11"), 0)]
        ),
        "库/sms.db-wal": b"",
    }
    report = add(case, [put(tmp_path, "库.zip", samples.zipped(files))])
    assert [(file.kind, file.kept) for file in report.files] == [("archive", 0), ("ios_backup", 1)]


def test_an_address_book_in_a_folder_or_a_zip_is_held_against_what_comes_with_it(case: Case, tmp_path: Path) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:妈妈\r\nTEL:13800001002\r\nEND:VCARD\r\n".encode()
    files = {"a/通讯录.vcf": card, "b/calls.xml": xml("calls", [call_row("13800001002", AT)])}
    add(case, [put(tmp_path, "全部.zip", samples.zipped(files))])
    assert [person.name for person in case.all(Person)] == ["妈妈"]
    for name, data in files.items():
        put(tmp_path, f"夹/{name}", data)
    report = add(case, [tmp_path / "夹"], whole_folders=True)
    assert [Path(file.path).name for file in report.files] == ["calls.xml", "通讯录.vcf"]


def test_a_folder_of_files_comes_in_only_when_asked_for(case: Case, tmp_path: Path) -> None:
    put(tmp_path, "夹/里/sms.xml", xml("smses", [sms_row("1", "x", AT)]))
    put(tmp_path, "夹/calls.xml", xml("calls", [call_row("1", AT)]))
    assert add(case, [tmp_path / "夹"]).failed
    assert [file.kept for file in add(case, [tmp_path / "夹"], whole_folders=True).files] == [1, 1]


def test_an_iphone_backup_folder_is_one_thing_and_only_what_matters_is_kept(case: Case, tmp_path: Path) -> None:
    messages = samples.ios_messages(
        tmp_path / "m", [("17000001188", samples.THREAT, None, samples.apple_ns("2025-03-03 21:03:11"), 0)]
    )
    calls = samples.ios_calls(
        tmp_path / "c",
        [("17000001188", samples.apple_ns("2025-03-03 12:30:05") / 1e9, 9.0, 0, 1, "com.apple.Telephony")],
    )
    files = {**samples.ios_folder(messages, calls, password="1234"), "aa/" + "a" * 40: b"a private photo"}
    for name, data in files.items():
        put(tmp_path, f"backup/{name}", data)
    report = one(add(case, [tmp_path / "backup"], password="1234"))
    assert (report.kind, report.kept) == ("ios_backup", 2)
    assert any("没有收进" in note for note in report.notes)
    assert len(case.items()) == 5
    sms = put(tmp_path, "sms.xml", xml("smses", [sms_row("17000001188", samples.THREAT, AT)]))
    assert one(add(case, [sms])).merged == 1


def test_an_archive_in_an_archive_is_opened_and_too_deep_ones_are_not(case: Case, tmp_path: Path) -> None:
    data = samples.zipped({"sms.xml": xml("smses", [sms_row("17000001188", samples.THREAT, AT)])})
    report = add(case, [put(tmp_path, "外.zip", samples.zipped({"内.zip": data}))])
    assert [(file.kind, file.kept) for file in report.files] == [("archive", 0), ("archive", 0), ("sms_backup", 1)]
    for name in "三二一零":
        data = samples.zipped({f"{name}.zip": data})
    assert "太多层" in (add(case, [put(tmp_path, "深.zip", data)]).files[-1].error or "")


@pytest.mark.parametrize(
    ("data", "why"), [(b"\n\r\n  \n", "只有空白"), (samples.workbook({"a": [["时间"]]})[:300], "完整")]
)
def test_what_has_nothing_in_it_or_was_cut_off_is_not_kept(case: Case, tmp_path: Path, data: bytes, why: str) -> None:
    report = one(add(case, [put(tmp_path, "空.xlsx", data)]))
    assert why in (report.error or "")
    assert case.items() == ()
