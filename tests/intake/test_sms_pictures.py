"""Pictures of a phone's backup are named by their place in it, and read exactly as if they were decoded whole."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.bundle import export, verify
from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.parts import open_part
from cuijie.intake import Attachment, Choice, Found, IntakeError, add
from cuijie.intake.android import sms_backup
from cuijie.intake.registry import findings
from cuijie.records import Entry

from .adding import AT, put
from .intake_samples import mms_row, sms_row, source_of, xml

PICTURE = random.Random(7).randbytes(200_001)  # noqa: S311
SMALL = random.Random(8).randbytes(301)  # noqa: S311
FILE = xml(
    "smses",
    [
        sms_row("106900000001001", "先来一条", AT),
        mms_row("17000001188", "大图", AT + 5_000_000, picture=PICTURE),
        "<!-- <part data=\"AAAA\" /> -->",
        mms_row("17000001189", "小图", AT + 9_000_000, picture=SMALL),
        sms_row("106900000001001", "再来一条", AT + 12_000_000),
    ],
)  # fmt: skip


def told(data: bytes, *, is_item: bool) -> tuple[list[Found], list[bytes]] | str:
    """What is read, the bytes of attachments apart; or the error."""
    found: list[Found] = []
    pictures = []
    try:
        for one in findings(sms_backup, source_of(data, is_item=is_item)):  # type: ignore[arg-type]
            if isinstance(one, Attachment):
                plain = one.data if isinstance(one.data, bytes) else open_part(io.BytesIO(data), one.data, "x").read()
                pictures.append(plain)
                found.append(Attachment(key=one.key, name=one.name, media_type=one.media_type, data=b"", at=one.at))
            else:
                found.append(one)
    except IntakeError as error:
        return error.message
    return found, pictures


def places(data: bytes) -> list[bool]:
    """Of each attachment, whether it is named by its place."""
    read = sms_backup.read(source_of(data, is_item=True))
    return [not isinstance(one.data, bytes) for one in read if isinstance(one, Attachment)]


def test_pictures_of_an_item_are_named_by_their_place_and_come_back_to_the_byte() -> None:
    assert places(FILE) == [True, True]
    assert told(FILE, is_item=True) == told(FILE, is_item=False)
    assert told(FILE, is_item=True)[1] == [PICTURE, SMALL]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b' data="', b" data='", []),  # the other quote does not match: the message is broken
        (b' data="', b'\n data = "', [True, True]),
        (b' data="', b' data="&#10;', [False, False]),
        (b' data="', b' data="\n', [False, False]),
        (b' data="', b' data="=', [False, False]),
        (b' data="', b' data="QUJD" data="', [True, True]),
        (b' data="', b' x="\xff" data="', [True, True]),
        (b' data="', b' data="\xef\xbf\xbd', []),
        (b"image/jpeg", b"application/smil", []),
        (b"<smses", b"<!-- data=\"QUJD\" --><smses", [True, True]),
    ],
)  # fmt: skip
def test_whatever_is_written_unusually_is_read_as_before(old: bytes, new: bytes, expected: list[bool]) -> None:
    data = FILE.replace(old, new)
    assert places(data) == expected
    assert told(data, is_item=True) == told(data, is_item=False)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_places_are_those_of_the_file_or_none(encoding: str) -> None:
    data = FILE.decode().replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding)
    assert places(data) == [encoding == "utf-8-sig"] * 2
    assert told(data, is_item=True) == told(data, is_item=False)
    assert told(data, is_item=True)[1] == [PICTURE, SMALL]


_BITS = [b'"', b"'", b"<", b">", b"/>", b"&", b"&#55357;", b"=", b"==", b" ", b"\n", b"\x00", b"\xff", b"<!--", b"-->",
         b"<part ", b"</mms>", b'data="QUJD"', b"<![CDATA[", b"\xed\xa0\xbd"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), st.sampled_from(_BITS)), max_size=4), st.floats(0.3, 3))
def test_hostile_files_give_the_very_same_with_and_without_places(
    changes: list[tuple[float, int, bytes]], end: float
) -> None:
    data = xml("smses", [sms_row("1", "前", AT), mms_row("2", "图", AT, picture=SMALL), mms_row("3", "图", AT, picture=b"ab"),
                         sms_row("4", "后", AT)])  # fmt: skip
    for where, gone, put_in in changes:
        at = int(where * len(data))
        data = data[:at] + put_in + data[at + gone :]
    data = data[: int(end * len(data))]
    assert told(data, is_item=True) == told(data, is_item=False)


def test_a_picture_is_evidence_of_its_own_and_takes_no_room(case: Case, tmp_path: Path) -> None:
    (report,) = add(case, [put(tmp_path, "sms.xml", FILE)]).files
    assert report.kept == 4
    pictures = [entry.attachments[0] for entry in case.each(Entry) if entry.attachments]
    for item_id, plain in zip(pictures, (PICTURE, SMALL), strict=True):
        assert case.open_item(item_id).read() == plain
        assert case.item(item_id).parent_id == report.item_id
    assert len(list((case.folder / "vault").rglob("*.age"))) == 1
    assert check_case(case).holds
    export(case, tmp_path / "证据包.zip")
    assert verify(tmp_path / "证据包.zip").holds
    (again,) = add(case, [tmp_path / "sms.xml"]).files
    assert again.is_known


def test_where_the_backup_is_not_kept_its_chosen_pictures_are(case: Case, tmp_path: Path) -> None:
    choice = Choice(numbers=frozenset({"17000001188"}), only_matching=True)
    (report,) = add(case, [put(tmp_path, "sms.xml", FILE)], choice=choice).files
    (entry,) = case.each(Entry)
    assert report.kept == 1
    assert case.open_item(entry.attachments[0]).read() == PICTURE
    assert len(list((case.folder / "vault").rglob("*.age"))) == 2
    assert check_case(case).holds
