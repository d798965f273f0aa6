"""Reads a rule's condition: SQL text, parsed by sqlglot, admitted node by node.

Only what is monotone in knowledge comes through: columns, literals, AND OR NOT, comparisons, BETWEEN and
IN without NULL.  Everything else is refused by name, and every comparison is checked against the type and
the closed list of its column.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from cuijie.rulebook.columns import FactColumn
from cuijie.rulebook.errors import PredicateError
from cuijie.rulebook.predicate import Atom, Bound, Node, Not, OneOf, Span, all_of, any_of, stepped

__all__ = ["Threshold", "parse_predicate", "parse_threshold"]

_LONGEST = 4000
_FULL_WIDTH = re.compile("[“”‘’（），；：＝＜＞！　]")
_QUOTED = re.compile("'[^']*'")
_ALLOWED = "可以写：列名、字面量、AND、OR、NOT、=、<>、<、<=、>、>=、BETWEEN、IN（不含 NULL）和括号"
_THRESHOLD = (
    "窗口条件写成 contacts() filter (where 条件) > n（或 >= n），n 是非负整数；"
    "数不同的人写成 count(distinct recipient_id) filter (where 条件) > n"
)
_FLIPPED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.EQ: exp.EQ,
    exp.NEQ: exp.NEQ,
}
_REFUSED: dict[type[object], str] = {
    exp.Is: "IS NULL、IS TRUE 会把“不知道”当成“没有”，不能用",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM 会吞掉“不知道”，不能用",
    exp.NullSafeNEQ: "IS DISTINCT FROM 会吞掉“不知道”，不能用",
    exp.Null: "NULL 不能写进条件",
    exp.Cast: "不能转换类型",
    exp.TryCast: "不能转换类型",
    exp.Like: "不能用 LIKE；文字由阅读部分读成 says_… 列",
    exp.Case: "不能用 CASE",
    exp.Neg: "不能有算术",
    exp.Binary: "不能有算术或列之间的运算",
    exp.Func: "不能有函数（窗口规则的 contacts() 和 count(distinct …) 除外）",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """``contacts() filter (where counted) > limit``: breached once more than *limit* are counted.

    ``distinct``: of ``count(distinct column) filter (where counted) > limit`` the column.
    """

    counted: Node
    limit: int
    distinct: str | None = None


def parse_predicate(text: str, columns: Mapping[str, FactColumn]) -> Node:
    """The predicate written in *text* over *columns*.  Raises PredicateError."""
    return _admitted(_parse(text), columns)


def parse_threshold(text: str, columns: Mapping[str, FactColumn]) -> Threshold:
    """The window condition written in *text*.  Raises PredicateError."""
    tree = _parse(text)
    if not isinstance(tree, exp.GT | exp.GTE) or not isinstance(tree.this, exp.Filter):
        raise PredicateError(_THRESHOLD)
    counted, limit = tree.this.this, tree.expression
    distinct = _distinct(counted, columns) if isinstance(counted, exp.Count) else None
    is_contacts = isinstance(counted, exp.Anonymous) and counted.name.lower() == "contacts" and not counted.expressions
    if not (distinct or is_contacts) or not isinstance(limit, exp.Literal) or not _whole(limit):
        raise PredicateError(_THRESHOLD)
    lowest = int(limit.name) - (1 if isinstance(tree, exp.GTE) else 0)
    if lowest < 0:
        raise PredicateError("限额太小：>= 0 对任何窗口都成立")
    return Threshold(counted=_admitted(tree.this.expression.this, columns), limit=lowest, distinct=distinct)


def _distinct(counted: exp.Count, columns: Mapping[str, FactColumn]) -> str:
    """The column of ``count(distinct column)``: an id, for only of ids the number of possible values is open."""
    inner = counted.this
    if not isinstance(inner, exp.Distinct) or len(inner.expressions) != 1 or counted.expressions:
        raise PredicateError(_THRESHOLD)
    column = _Reader(columns).column(inner.expressions[0])
    if column.kind != "string" or column.values or column.name in {"text", "contact_id", "month"}:
        raise PredicateError(f"count(distinct …) 数的是不同的人、号码或机构（如 recipient_id），不能数 {column.name}")
    return column.name


def _admitted(tree: exp.Expr, columns: Mapping[str, FactColumn]) -> Node:
    try:
        return _Reader(columns).node(tree)
    except RecursionError as error:
        raise PredicateError("条件套得太深") from error


def _whole(literal: exp.Literal) -> bool:
    return not literal.is_string and re.fullmatch(r"\d{1,9}", literal.name) is not None


def _parse(text: str) -> exp.Expr:
    if not text.strip():
        raise PredicateError("条件是空的")
    if len(text) > _LONGEST:
        raise PredicateError(f"条件太长（{len(text)} 字，最多 {_LONGEST} 字）")
    wide = _FULL_WIDTH.search(_QUOTED.sub("''", text))
    if wide is not None:
        raise PredicateError(f"条件里有全角标点“{wide[0]}”，请改用半角")
    try:
        trees = sqlglot.parse(text, read="duckdb")
    except (SqlglotError, RecursionError) as error:
        raise PredicateError(f"不是可读的 SQL 条件：{' '.join(text.split())[:80]}。{_ALLOWED}") from error
    if len(trees) != 1 or trees[0] is None:
        raise PredicateError("只能写一个条件，不能有分号")
    return trees[0]


class _Reader:
    """Turns an admitted sqlglot tree into ours, against one set of columns."""

    def __init__(self, columns: Mapping[str, FactColumn]) -> None:
        self._columns = columns

    def node(self, tree: exp.Expr) -> Node:
        match tree:
            case exp.Paren():
                return self.node(tree.this)
            case exp.And():
                return all_of(self.node(tree.left), self.node(tree.right))
            case exp.Or():
                return any_of(self.node(tree.left), self.node(tree.right))
            case exp.Not():
                return Not(self.node(tree.this))
            case exp.Column():
                return self._truth(tree)
            case exp.Between():
                return self._between(tree)
            case exp.In():
                return self._among(tree)
            case _ if type(tree) in _FLIPPED:
                return self._comparison(tree)
        raise _refusal(tree)

    def column(self, tree: exp.Expr) -> FactColumn:
        """The column that *tree* names."""
        if not isinstance(tree, exp.Column):
            raise _refusal(tree)
        if tree.table or tree.args.get("db"):
            raise PredicateError(f"列名不带表名：{tree.sql()}")
        name = tree.name
        found = self._columns.get(name)
        if found is not None:
            return found
        if name == "occurred_at":
            raise PredicateError("occurred_at 不能直接比较，请用 day、month、hour、minute_of_day（北京时间）")
        near = difflib.get_close_matches(name.lower(), self._columns, n=1)
        hint = f"，是不是 {near[0]}？" if near else "；可用的列见 docs/rule-language.md"
        raise PredicateError(f"没有 {name} 这一列{hint}")

    def _truth(self, tree: exp.Column) -> Node:
        column = self.column(tree)
        if column.kind != "bool":
            raise PredicateError(f"{column.name} 不是是非列，不能单独作条件，要与值比较")
        return Atom(column.name, OneOf((True,)))

    def _comparison(self, tree: exp.Expr) -> Node:
        left, right, kind = tree.this, tree.expression, type(tree)
        if isinstance(left, exp.Literal | exp.Boolean | exp.Null):
            left, right, kind = right, left, _FLIPPED[kind]
        if isinstance(right, exp.Column) and right.this.quoted:
            raise PredicateError(f"文字用单引号：'{right.name}'")
        if isinstance(right, exp.Column):
            raise PredicateError(f"不能拿一列与另一列比较：{tree.sql()}")
        column = self.column(left)
        value = _literal(column, right)
        if kind is exp.EQ:
            return Atom(column.name, OneOf((value,)))
        if kind is exp.NEQ:
            return Not(Atom(column.name, OneOf((value,))))
        bound = _ordered(column, value)
        if kind is exp.LT or kind is exp.LTE:
            return Atom(column.name, Span(None, stepped(bound, -1) if kind is exp.LT else bound))
        return Atom(column.name, Span(stepped(bound, 1) if kind is exp.GT else bound, None))

    def _between(self, tree: exp.Between) -> Node:
        if tree.args.get("symmetric"):
            raise PredicateError("BETWEEN 不能带 SYMMETRIC")
        column = self.column(tree.this)
        low = _ordered(column, _literal(column, tree.args["low"]))
        high = _ordered(column, _literal(column, tree.args["high"]))
        if low > high:  # type: ignore[operator]
            raise PredicateError(f"BETWEEN 的下限 {low} 大于上限 {high}")
        return Atom(column.name, Span(low, high))

    def _among(self, tree: exp.In) -> Node:
        if not tree.expressions or any(tree.args.get(other) for other in ("query", "unnest", "field")):
            raise PredicateError("IN 后面要列出值，如 IN ('call', 'robot_call')")
        column = self.column(tree.this)
        return Atom(column.name, OneOf(tuple(dict.fromkeys(_literal(column, item) for item in tree.expressions))))


def _literal(column: FactColumn, tree: exp.Expr) -> str | bool | int | date:
    wanted = {"string": "单引号文字", "bool": "TRUE 或 FALSE", "int": "非负整数", "date": "日期 '2026-01-01'"}[
        column.kind
    ]
    match column.kind, tree:
        case "bool", exp.Boolean():
            return bool(tree.this)
        case "int", exp.Literal() if _whole(tree):
            return _in_range(column, int(tree.name))
        case "date", exp.Literal() if tree.is_string:
            try:
                return date.fromisoformat(tree.name)
            except ValueError as error:
                raise PredicateError(f"{column.name} 要与日期比较，{tree.name} 不是日期") from error
        case "string", exp.Literal() if tree.is_string:
            return _in_list(column, tree.name)
        case _, exp.Null():
            raise PredicateError(_REFUSED[exp.Null])
        case _, exp.Literal() | exp.Boolean() | exp.Column():
            raise PredicateError(f"{column.name} 要与{wanted}比较，这里是 {tree.sql()}")
    raise _refusal(tree)


def _in_list(column: FactColumn, value: str) -> str:
    if column.values and value not in column.values:
        raise PredicateError(f"{column.name} 没有 '{value}' 这个值；可以是 {'、'.join(column.values)}")
    if column.name == "month" and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise PredicateError(f"month 写成 '2026-01'，这里是 '{value}'")
    return value


def _in_range(column: FactColumn, value: int) -> int:
    if column.highest is not None and value > column.highest:
        raise PredicateError(f"{column.name} 最大是 {column.highest}，这里是 {value}")
    return value


def _ordered(column: FactColumn, value: str | bool | int | date) -> Bound:
    if isinstance(value, bool | str):
        raise PredicateError(f"{column.name} 不分大小，只能用 =、<>、IN")
    return value


def _refusal(tree: exp.Expr) -> PredicateError:
    said = " ".join(tree.sql().split())[:60]
    for kind in type(tree).__mro__:
        if kind in _REFUSED:
            return PredicateError(f"{_REFUSED[kind]}：{said}")
    return PredicateError(f"不能这样写：{said}。{_ALLOWED}")
