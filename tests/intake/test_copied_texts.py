"""Texts copied out of a phone below their number: whose they are, when, which way, and what is no such copy."""

from __future__ import annotations

from datetime import datetime

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import Note
from cuijie.intake.contact_lists import call_lines, copied_texts
from cuijie.intake.diaries import notes_text
from cuijie.intake.documents import letters
from cuijie.intake.registry import Importer, recognise

from .intake_samples import entries, source_of
from .recognising import known, local

_WRITTEN = datetime(2025, 11, 22, 20, tzinfo=SHANGHAI)


def _read(text: str) -> list[object]:
    return list(known(text.encode(), copied_texts, modified_at=_WRITTEN, taken_in_at=_WRITTEN))


def test_one_number_above_holds_for_every_text_below_it_and_the_year_is_a_proposal() -> None:
    found = _read(
        "1065502012345678\n10月3日 14:22 【小舟借款】您的欠款已逾期15天。\n10月4日 9:01 【小舟借款】请还款\n回T退订\n"
        "10月4日 18:40 最后通知：今晚8点前不还，后果自负！\n"
    )
    read = entries(found)  # type: ignore[arg-type]
    assert [local(one)[:16] for one in read] == ["2025-10-03 14:22", "2025-10-04 09:01", "2025-10-04 18:40"]
    assert {(one.kind, one.number, one.inbound, one.is_inferred) for one in read} == {
        ("sms", "1065502012345678", True, True)
    }
    assert (read[1].text, read[1].signature) == ("【小舟借款】请还款\n回T退订", "小舟借款")
    assert any(isinstance(one, Note) and one.is_asked and "2025 年" in one.text for one in found)


def test_each_number_has_its_own_texts_and_a_copy_without_a_word_for_the_side_leaves_the_way_open() -> None:
    first, second, third = entries(_read(  # type: ignore[arg-type]
        "号码：17000002101\n2025年10月3日 14:22\n你再不还钱我就打给你公司\n回电\n02100002001\n2025年10月3日 14:25\n你爸妈电话我都有\n\n"
        "号码：17000002102\n2025/10/5 上午8:10\n02100002002 是我，我是法务部，今天派人上门找你\n"
    ))  # fmt: skip
    assert [one.number for one in (first, second, third)] == ["17000002101", "17000002101", "17000002102"]
    assert (first.text or "").endswith("回电\n02100002001"), "a number that a text names is no sender"
    assert {one.inbound for one in (first, second, third)} == {None}


def test_texts_that_dun_are_no_letter_whatever_stands_above_them() -> None:
    body = "2025-11-02 08:12\n你好 你的欠款拖了很久了\n2025-11-03 07:30\n你考虑清楚\n"
    first, second = entries(_read("联系人 催收张 17000002101\n" + body))  # type: ignore[arg-type]
    assert [(one.kind, one.number, one.counterpart_name) for one in (first, second)] == [
        ("sms", "17000002101", "催收张"), ("sms", "17000002101", "催收张"),
    ]  # fmt: skip
    assert not entries(list(letters.read(source_of(("催收张\n" + body).encode(), "a.txt"))))


def test_a_word_for_the_side_tells_the_way_of_all() -> None:
    first, second = entries(_read(  # type: ignore[arg-type]
        "发件人：17000002101\n[2025-08-31 22:40:11] 你妈的电话我有\n[2025-08-31 22:41:00] 我：你们这样违法\n"
    ))  # fmt: skip
    assert (first.inbound, second.inbound, second.text) == (True, False, "你们这样违法")


@pytest.mark.parametrize(
    ("text", "importer"),
    [
        ("17000002101\n8月30日 10:12 打来电话骂我，说你不还就上门\n8月31日 9:00 没接\n", notes_text),
        ("17000002101\n8月30日 10:12 呼入 1分5秒\n8月31日 09:00 未接\n", call_lines),
    ],
)
def test_what_the_owner_tells_of_calls_is_no_copy(text: str, importer: Importer) -> None:
    assert recognise(source_of(text.encode(), "f.txt").head()) is importer
