"""Exhibit numbers: given once, never given again, and only to what is evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cuijie.records import Entry, Tie
from cuijie.remedies.exhibits import Place, number_exhibits, places_of
from tests.remedies.sample import at


@dataclass(frozen=True)
class _About:
    name: str = "a.xml"
    kind: str = "original"
    media_type: str | None = "text/xml"
    owner: str | None = "debtor"
    device: str | None = None
    obtained: str | None = None


@dataclass(frozen=True)
class _Item:
    item_id: str
    kept_at: datetime
    sha256: str = "0" * 64
    size_bytes: int = 1
    parent_id: str | None = None
    about: _About = field(default_factory=_About)


def _entry(id: str, item: str, *, tied: bool, attachments: tuple[str, ...] = ()) -> Entry:
    return Entry(
        entry_id=id,
        kind="sms",
        owner="debtor",
        places=(f"{item}#sms:7",),
        attachments=attachments,
        tie=Tie(collector_id="c", basis="user") if tied else None,
    )


_DAY = at(2026, 3, 1)


def test_an_export_in_which_nothing_is_tied_is_private_and_stays_out() -> None:
    items = (_Item("a", _DAY), _Item("b", _DAY + timedelta(hours=1)))
    entries = (_entry("1", "a", tied=False), _entry("2", "b", tied=True))
    assert [one.exhibit_id for one in number_exhibits(items, entries)] == ["b"]


def test_a_file_that_was_brought_on_purpose_is_an_exhibit() -> None:
    assert [one.number for one in number_exhibits((_Item("contract", _DAY),), ())] == [1]


def test_a_thumbnail_is_not_an_exhibit_of_its_own() -> None:
    items = (_Item("a", _DAY), _Item("b", _DAY, parent_id="a"))
    assert [one.exhibit_id for one in number_exhibits(items, ())] == ["a"]


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_a_number_once_given_never_changes(first: list[str], later: list[str]) -> None:
    def items(names: list[str]) -> list[_Item]:
        return [_Item(name, _DAY + timedelta(minutes=ord(name))) for name in names]

    before = number_exhibits(items(first), ())
    after = number_exhibits(items([*first, *later]), (), before)
    assert after[: len(before)] == before
    assert [one.number for one in after] == list(range(1, len(after) + 1))


def test_a_place_names_the_exhibit_and_the_record_in_it() -> None:
    exhibits = number_exhibits(
        (_Item("a", _DAY), _Item("p", _DAY, parent_id="a")), (_entry("1", "a", tied=True, attachments=("p",)),)
    )
    places = places_of(_entry("1", "a", tied=True, attachments=("p",)), exhibits)
    assert [place.label() for place in places] == ["证据1第7条", "证据2"]


def test_a_bubble_of_a_picture_is_a_record_and_its_box_is_not_told() -> None:
    (exhibit,) = number_exhibits((_Item("a", _DAY),), ())
    assert Place(exhibit=exhibit, locator="2@149,301,828,519").label() == "证据1第2条"


def test_a_mail_within_a_mail_is_cited_in_words() -> None:
    (exhibit,) = number_exhibits((_Item("a", _DAY),), ())
    places = {
        "mail/quoted:1": "证据1里引用的第1封邮件",
        "mail:3/mail:2/attachment:1": "证据1的第3封邮件里转来的第2封邮件的附件1",
    }
    assert {locator: Place(exhibit=exhibit, locator=locator).label() for locator in places} == places


def test_of_a_letter_the_whole_is_cited() -> None:
    (exhibit,) = number_exhibits((_Item("a", _DAY),), ())
    assert Place(exhibit=exhibit, locator="letter").label() == "证据1"
