"""A message that a picture shows without its time is one with the backup's text that it can only be, whichever comes first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import add
from cuijie.intake.entries import make_entry
from cuijie.intake.registry import Importer
from cuijie.intake.source import Source
from cuijie.intake.take import Ledger, take_records
from cuijie.intake.tally import Tally
from cuijie.intake.times.written import UNKNOWN, parse_time
from cuijie.records import Entry

from .adding import put
from .intake_samples import ms, sms_row, source_of, xml

NUMBER = "17000001188"
THREAT = "别装睡，已经通知王丽和你公司人事了，下午6点前不还后果自负"


class _Picture:
    """What a reader of pictures gives for one picture."""

    KIND, TITLE = "screenshot", "截图"

    def __init__(self, *entries: Entry) -> None:
        self._entries = entries

    def sniff(self, _: bytes) -> bool:
        return True

    def read(self, _: Source) -> list[Entry]:
        return list(self._entries)


def _shown(day: str | None = None, words: str = THREAT, order: int = 0, **said: str) -> Entry:
    source = replace(source_of(b"x"), item_id="2" * 32)
    when = UNKNOWN if day is None else replace(parse_time(day), basis="inferred")
    who = {"name": said["name"]} if "name" in said else {"number_raw": said.get("number", NUMBER)}
    entry = make_entry(
        source, f"{order}@0", "im" if "name" in said else "sms", when=when, inbound=True, text=words, is_inferred=True,
        extra=(("read_by", "ocr"),), **who,
    )  # fmt: skip
    return replace(entry, entry_id=f"{entry.entry_id}{order or ''}")


def _backup(*texts: tuple[str, str]) -> bytes:
    rows = [sms_row(NUMBER, words, ms(time), contact_name="催收王") for time, words in texts]
    return xml("smses", rows)


def _taken(case: Case, tmp_path: Path, shown: list[Entry], backup: bytes, *, picture_first: bool) -> list[Entry]:
    """What the case holds after the picture and the backup, and the same once more."""
    importer: Importer = _Picture(*shown)
    sms = put(tmp_path, "sms.xml", backup)

    def take_picture() -> None:
        take_records(Ledger(case), importer, replace(source_of(b"x"), item_id="2" * 32), Tally("screenshot", "截图"))

    steps = [take_picture, lambda: add(case, [sms])]
    for step in steps if picture_first else reversed(steps):
        step()
    entries = list(case.all(Entry))
    take_picture()
    add(case, [put(tmp_path, "again.xml", backup + b"\n")])
    assert len(list(case.all(Entry))) == len(entries), "taking in again adds nothing"
    return entries


@pytest.mark.parametrize("picture_first", [True, False])
@pytest.mark.parametrize(
    "shown", [_shown("2025-03-04"), _shown(), _shown("2025-03-04", name="催收王"), _shown(name="催收王")]
)
def test_of_a_day_or_without_a_time_it_is_the_one_text_that_fits(
    case: Case, tmp_path: Path, shown: Entry, picture_first: bool
) -> None:
    backup = _backup(("2025-03-04 02:14:37", THREAT), ("2025-03-04 03:00:00", "另外一条完全不同的短信内容"))
    entries = _taken(case, tmp_path, [shown], backup, picture_first=picture_first)
    (one,) = [entry for entry in entries if entry.text == THREAT]
    assert (one.kind, one.number, one.time_precision, one.is_inferred) == ("sms", NUMBER, "second", False)
    assert len(one.places) == len(entries) == 2


@pytest.mark.parametrize("picture_first", [True, False])
def test_the_words_of_two_days_are_told_apart_by_the_day_and_not_without_it(
    case: Case, tmp_path: Path, picture_first: bool
) -> None:
    backup = _backup(("2025-03-03 09:00:00", THREAT), ("2025-03-04 02:14:37", THREAT))
    shown = [_shown("2025-03-04"), _shown(order=1)]
    entries = _taken(case, tmp_path, shown, backup, picture_first=picture_first)
    assert sorted(len(entry.places) for entry in entries) == [1, 1, 2]
    (joined,) = [entry for entry in entries if len(entry.places) == 2]
    assert joined.time_raw == str(ms("2025-03-04 02:14:37"))


@pytest.mark.parametrize("picture_first", [True, False])
def test_two_of_one_day_in_both_stay_two_each_with_two_places(case: Case, tmp_path: Path, picture_first: bool) -> None:
    backup = _backup(("2025-03-04 09:00:00", THREAT), ("2025-03-04 12:00:00", THREAT))
    shown = [_shown("2025-03-04"), _shown("2025-03-04", order=1)]
    entries = _taken(case, tmp_path, shown, backup, picture_first=picture_first)
    assert [len(entry.places) for entry in entries] == [2, 2]


@pytest.mark.parametrize("picture_first", [True, False])
@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (_shown("2025-03-05"), THREAT),
        (_shown(number="17000001189"), THREAT),
        (_shown(name="催收李"), THREAT),
        (_shown(words="在吗"), "在吗"),
        (_shown(words="您已逾期3天，请今日处理借款"), "您已逾期2天，请今日处理借款"),  # a template of another day
        (replace(_shown(), inbound=False), THREAT),
        (replace(_shown(), extra=()), THREAT),  # not read off a picture
    ],
)
def test_what_may_be_another_message_stays_two(
    case: Case, tmp_path: Path, shown: Entry, words: str, picture_first: bool
) -> None:
    backup = _backup(("2025-03-04 02:14:37", words))
    assert len(_taken(case, tmp_path, [shown], backup, picture_first=picture_first)) == 2
