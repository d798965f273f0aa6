from __future__ import annotations

from datetime import date

import pytest

from cuijie.rulebook import PredicateError
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.loading.parsing import parse_predicate, parse_threshold
from cuijie.rulebook.predicate import And, Atom, Not, OneOf, Or, Span


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("connected", Atom("connected", OneOf((True,)))),
        ("connected = false", Atom("connected", OneOf((False,)))),
        ("NOT connected", Not(Atom("connected", OneOf((True,))))),
        ("hour < 8", Atom("hour", Span(None, 7))),
        ("8 <= hour", Atom("hour", Span(8, None))),
        ("hour > 21", Atom("hour", Span(22, None))),
        ("hour BETWEEN 1 AND 3", Atom("hour", Span(1, 3))),
        ("day >= '2026-01-01'", Atom("day", Span(date(2026, 1, 1), None))),
        ("channel <> 'sms'", Not(Atom("channel", OneOf(("sms",))))),
        ("channel NOT IN ('sms', 'im')", Not(Atom("channel", OneOf(("sms", "im"))))),
        (
            "(connected OR recorded) AND entered",
            And(
                (
                    Or((Atom("connected", OneOf((True,))), Atom("recorded", OneOf((True,))))),
                    Atom("entered", OneOf((True,))),
                )
            ),
        ),
    ],
)
def test_what_the_language_admits_is_read_as_it_stands(text: str, tree: object) -> None:
    assert parse_predicate(text, CONTACT_COLUMNS) == tree


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "空"),
        ("true", "不能这样写"),
        ("connected IS NULL", "IS NULL"),
        ("connected IS TRUE", "IS NULL、IS TRUE"),
        ("connected IS NOT DISTINCT FROM true", "不能用"),
        ("channel = NULL", "NULL"),
        ("channel IN ('sms', NULL)", "NULL"),
        ("channel IN (SELECT 1)", "列出值"),
        ("channel = 'fax'", "没有 'fax' 这个值"),
        ("chanel = 'sms'", "是不是 channel"),
        ("occurred_at > '2026-01-01'", "minute_of_day"),
        ("channel", "不是是非列"),
        ("channel > 'sms'", "不分大小"),
        ("connected > false", "不分大小"),
        ("hour = 24", "最大是 23"),
        ("hour = '8'", "非负整数"),
        ("hour = -1", "算术"),
        ("duration_s + 1 > 2", "算术"),
        ("from_number = recipient_id", "另一列"),
        ("lower(text) = 'x'", "函数"),
        ("coalesce(connected, false)", "函数"),
        ("connected::int = 1", "转换"),
        ("CASE WHEN connected THEN true END", "CASE"),
        ("text LIKE '%钱%'", "LIKE"),
        ("c.connected", "不带表名"),
        ("day = '2026-02-30'", "不是日期"),
        ("month = '2026-13'", "2026-01"),
        ("hour BETWEEN 9 AND 3", "大于上限"),
        ("connected; DROP TABLE x", "分号"),
        ("((((", "不是可读"),
        ("（connected）", "全角标点“（”"),
        ("channel = “sms”", "半角"),
        ('channel = "sms"', "单引号"),
        ("@connected", "函数"),
        ("day > 2026-01-01", "算术"),
        ("NOT " * 950 + "connected", "不是可读"),
        ("connected AND " * 500 + "connected", "太长"),
    ],
)
def test_what_would_swallow_the_unknown_or_mean_nothing_is_refused_by_name(text: str, complaint: str) -> None:
    with pytest.raises(PredicateError, match=complaint):
        parse_predicate(text, CONTACT_COLUMNS)


@pytest.mark.parametrize(("text", "limit"), [("> 3", 3), (">= 4", 3), ("> 0", 0)])
def test_a_window_condition_is_one_count_against_one_limit(text: str, limit: int) -> None:
    threshold = parse_threshold(f"contacts() filter (where connected) {text}", CONTACT_COLUMNS)
    assert (threshold.limit, threshold.counted) == (limit, Atom("connected", OneOf((True,))))


@pytest.mark.parametrize(
    "text",
    [
        "contacts() > 3",
        "contacts() filter (where connected) < 3",
        "contacts() filter (where connected) = 3",
        "contacts() filter (where connected) > 3.5",
        "contacts() filter (where connected) > -1",
        "contacts() filter (where connected) >= 0",
        "contacts(1) filter (where connected) > 3",
        "count(*) filter (where connected) > 3",
        "contacts() filter (where connected) > 3 AND hour > 2",
    ],
)
def test_any_other_window_condition_is_refused(text: str) -> None:
    with pytest.raises(PredicateError):
        parse_threshold(text, CONTACT_COLUMNS)
