"""Contact logs whose titles are phrases or questions, as form tools and relatives write them."""

from __future__ import annotations

import csv
import io

from cuijie.intake.contact_lists import operator_calls
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.registry import recognise

from .intake_samples import entries, source_of, table
from .recognising import known, local

NUMBER, OTHER = "17000001188", "17000001199"
AT, THEN = "2026-09-28 20:47:13", "再不还就去你单位"


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def test_the_time_asked_for_is_the_calls_and_not_when_the_form_was_sent_in() -> None:
    rows = [
        ["序号", "提交答卷时间", "来自IP", "1、您和借款人是什么关系？", "2、您是什么时候接到催收电话的？（必填）", "3、来电号码是多少？", "4、对方是怎么说的？"],
        ["1", "2026/10/6 10:11:12", "192.0.2.5", "母亲", AT, NUMBER, THEN],
        ["2", "2026/10/6 12:00:00", "192.0.2.9", "同事", "2026-09-29 09:15:00", OTHER, "转告他还钱"],
    ]  # fmt: skip
    found = entries(known(_csv(rows), contact_table))
    assert [(local(one), one.number, one.text) for one in found] == [
        (AT, NUMBER, THEN),
        ("2026-09-29 09:15:00", OTHER, "转告他还钱"),
    ]
    assert all(one.owner != "debtor" for one in found)


def test_how_often_a_number_called_and_who_was_called_are_taken_from_their_phrases() -> None:
    rows = [["被催的时间", "催收电话", "来电次数", "打到谁那里"], [AT, NUMBER, "3", "爸爸"], [AT, OTHER, "1", "爸爸"]]
    found = entries(known(table(rows), contact_table))
    assert [(one.number, one.count) for one in found] == [(NUMBER, 3), (OTHER, 1)]
    assert len({one.owner for one in found} - {"debtor"}) == 1


def test_counts_of_a_day_below_their_units_are_no_numbers_that_called() -> None:
    rows = [["日期", "电话（次）", "短信（条）", "上门（次）", "主要内容"], ["5月3日", "11", "3", "0", "威胁爆通讯录"]]
    assert recognise(source_of(_csv(rows)).head()) is not contact_table


def test_a_call_centres_own_list_is_no_operators_list_of_this_phone() -> None:
    rows = [
        ["坐席工号", "呼叫类型", "对方号码", "开始时间", "通话时长"],
        ["8021", "呼出", NUMBER, AT, "30"],
        ["8021", "呼出", OTHER, AT, "12"],
    ]
    assert recognise(source_of(_csv(rows)).head()) is not operator_calls
