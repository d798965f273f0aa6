"""Screenshots in a case: proposals that wait for the user; what is there twice stays twice, overlaps join."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from cuijie.casefile import Case, KdfCost
from cuijie.intake import add
from cuijie.records import Entry

from . import drawing
from .drawing import draw, draw_calls

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not drawing.FONT.exists(), reason="did not run: the fonts of set-up are not there"),
]

TWICE = [("time", "昨天 21:03"), ("L", "今天必须还钱，听见没有"), ("L", "今天必须还钱，听见没有"), ("R", "请停止骚扰")]


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as made:
        yield made


def put(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_the_same_words_sent_twice_stay_two_messages(case: Case, tmp_path: Path) -> None:
    picture = draw(TWICE, title="催收-小张").png()
    add(case, [put(tmp_path, "Screenshot_2026-03-04-09-15-00-000_com.tencent.mm.png", picture)])
    entries = case.all(Entry)
    assert sorted(entry.text or "" for entry in entries) == sorted(words for kind, words in TWICE if kind in "LR")
    assert all(entry.is_inferred and entry.zone_basis == "inferred" for entry in entries)


def test_a_second_picture_of_the_same_screen_adds_evidence_and_no_messages(case: Case, tmp_path: Path) -> None:
    drawn = draw(TWICE, title="催收-小张")
    add(case, [put(tmp_path, "Screenshot_2026-03-04-09-15-00-000_com.tencent.mm.png", drawn.png())])
    add(case, [put(tmp_path, "Screenshot_2026-03-04-09-16-00-000_com.tencent.mm.jpg", drawn.jpeg(70))])
    entries = case.all(Entry)
    assert len(entries) == 3
    assert [len(entry.places) for entry in entries] == [2, 2, 2]


def test_two_rows_of_one_number_in_a_call_list_stay_two(case: Case, tmp_path: Path) -> None:
    rows = [
        ("170 0000 2101", "上海 移动", "昨天"),
        ("170 0000 2101", "上海 移动", "昨天"),
        ("021-0000 2001", "上海", "8:30"),
    ]
    add(case, [put(tmp_path, "Screenshot_20260304_091500_com.android.dialer.png", draw_calls(rows).png())])
    numbers = sorted(entry.number or "" for entry in case.all(Entry))
    assert numbers == ["02100002001", "17000002101", "17000002101"]


@pytest.mark.parametrize("later_first", [False, True])
def test_pictures_of_one_conversation_that_overlap_show_each_message_once(
    case: Case, tmp_path: Path, later_first: bool
) -> None:
    both = [("L", "那我帮你问，你同学电话我都有"), ("R", "你敢联系他们我就报警")]
    first = draw([("time", "昨天 21:03"), ("L", "借到没有"), *both], title="委外阿凯")
    second = draw([*both, ("time", "今天 08:40"), ("L", "已经联系了三个")], title="委外阿凯")
    pictures = [
        put(tmp_path, "Screenshot_2026-03-04-09-15-00-000_com.tencent.mm.png", first.png()),
        put(tmp_path, "Screenshot_2026-03-04-09-15-08-000_com.tencent.mm.png", second.png()),
    ]
    for picture in reversed(pictures) if later_first else pictures:
        add(case, [picture])
    shown = {entry.text: len(entry.places) for entry in case.all(Entry)}
    assert shown == {"借到没有": 1, both[0][1]: 2, both[1][1]: 2, "已经联系了三个": 1}
    assert all(entry.occurred_at is not None for entry in case.all(Entry))
    add(case, pictures)
    assert {entry.text: len(entry.places) for entry in case.all(Entry)} == shown


@pytest.mark.parametrize(
    ("name", "shot", "day"),
    [
        ("a.jpg", "2026:03:04 09:15:00", "2026-03-03"),
        ("a.jpg", "2099:12:31 09:15:00", None),
        ("a.jpg", "1970:01:01 00:00:00", None),
        ("Screenshot_2026-03-04-09-15-00-000_com.tencent.mm.jpg", "2024:03:04 09:15:00", None),
    ],
    ids=["told by EXIF", "later than today", "never set", "against the file name"],
)
def test_a_clock_that_cannot_be_right_tells_no_day(
    case: Case, tmp_path: Path, name: str, shot: str, day: str | None
) -> None:
    exif = Image.Exif()
    exif[306] = shot  # DateTime
    held = io.BytesIO()
    Image.open(io.BytesIO(draw(TWICE, title="催收-小张").png())).convert("RGB").save(
        held, "JPEG", quality=90, exif=exif
    )
    report = add(case, [put(tmp_path, name, held.getvalue())])
    days = {None if one.occurred_at is None else f"{one.occurred_at:%Y-%m-%d}" for one in case.all(Entry)}
    assert days == {day}
    assert ("没有用来推算时间" in str(report.files[0].notes)) is (day is None)
