"""The long form (详版) of a credit report: a table for each account, and a grid of its months.

Columns are told by their headings wherever these stand, cells run over lines and pages, and a grid that begins in the
middle of a year is placed by the months that its title names.  What is met inside an account and not understood is told:
rows under headings we do not know, months that the title of a grid names and the grid does not show.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from cuijie.prevention.credit.layout import Line, Word
from cuijie.prevention.credit.report import Account, AccountKind, MonthState

__all__ = ["detailed_accounts"]

_ACCOUNT = re.compile(r"^账户\s*(\d{1,3})(?:\s*[(（].*[)）])?$")
_SECTIONS: tuple[tuple[str, AccountKind], ...] = (
    ("非循环贷账户", "loan"), ("循环额度下分账户", "revolving"), ("循环贷账户", "revolving"),
    ("准贷记卡账户", "quasi_credit_card"), ("贷记卡账户", "credit_card"), ("被追偿信息", "loan"),
)  # fmt: skip
_END = re.compile(
    r"^[(（]?[一二三四五六七八九十]*[)）、]?\s*(?:非信贷交易信息明细|公共信息明细|本人声明|异议标注|查询记录|机构查询记录明细|说明|授信协议信息|相关还款责任信息)"
)
_SPAN = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*[-—–－~至]+\s*(\d{4})\s*年\s*(\d{1,2})\s*月.{0,6}还款记录")
_AS_OF = re.compile(r"截至\s*(\d{4})\s*年\s*(\d{1,2})\s*月")
_STATE = re.compile(r"^[N1-7BCDGMZA*#/\-]$")
_DAY = re.compile(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})")
_HEADINGS: dict[str, str] = {
    "管理机构": "lender", "发卡机构": "lender", "债权机构": "lender", "账户标识": "", "开立日期": "opened", "到期日期": "due",
    "债权接收日期": "opened", "借款金额": "amount", "债权金额": "amount", "账户授信额度": "amount", "授信额度": "amount",
    "共享授信额度": "", "账户币种": "", "币种": "", "业务种类": "business", "担保方式": "", "还款期数": "", "还款频率": "",
    "还款方式": "", "共同借款标志": "", "账户状态": "status", "五级分类": "", "余额": "balance", "已用额度": "balance",
    "剩余还款期数": "", "本月应还款": "", "应还款日": "", "本月实还款": "", "最近一次还款日期": "", "当前逾期期数": "",
    "当前逾期总额": "overdue", "账户关闭日期": "closed", "未出单的大额专项分期余额": "", "剩余分期期数": "",
    "最近6个月平均使用额度": "", "最大使用额度": "", "账单日": "", "逾期31—60天未还本金": "", "逾期61—90天未还本金": "",
    "逾期91—180天未还本金": "", "逾期180天以上未还本金": "", "转出月份": "closed", "透支余额": "balance",
    "最近6个月平均透支余额": "", "最大透支余额": "", "债权转移时的还款状态": "",
}  # fmt: skip
_VALUES = frozenset({
    "正常", "逾期", "关注", "次级", "可疑", "损失", "结清", "销户", "呆账", "未激活", "冻结", "止付", "转出", "催收", "未分类",
    "不区分还款频率", "月", "季", "人民币元", "美元", "信用/无担保", "信用/免担保", "抵押", "质押", "保证", "无", "个人消费贷款",
    "其他个人消费贷款", "个人住房贷款", "按期计算还本付息", "分期等额本息", "分期等额本金", "到期一次还本付息",
})  # fmt: skip
"""Cells, not headings."""
_TABLE_ROW = 2  # words of a row of a table
_MOST_TOLD, _LINE = 5, 60  # lines of an account that are quoted, and characters of each
_LATE_STATES, _OVER_90 = frozenset("1234567BDGZ"), frozenset("4567BDGZ")


@dataclass(slots=True)
class _Draft:
    """One account while its lines are being read."""

    number: str
    section: str
    kind: AccountKind
    cells: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    span: tuple[tuple[int, int], tuple[int, int]] | None = None
    months: dict[str, str] = field(default_factory=dict)
    columns: list[tuple[str, float]] = field(default_factory=list)
    places: dict[int, float] = field(default_factory=dict)  # month → middle of its column
    waiting: list[Word] = field(default_factory=list)  # states whose year stands below them
    is_grid: bool = False
    has_row: bool = False  # the table under ``columns`` has had a row
    unread: list[str] = field(default_factory=list)


def detailed_accounts(lines: Iterable[Line]) -> tuple[tuple[Account, ...], tuple[str, ...]]:
    """Every account of the long form in *lines* (none if it is not the long form), and what of it was not understood."""
    section, kind = "", "loan"
    drafts: list[_Draft] = []
    now: _Draft | None = None
    for line in lines:
        whole = "".join(word.text for word in line)
        if not whole or whole.startswith(("报告编号", "报告时间")):
            continue
        found = _ACCOUNT.match(" ".join(word.text for word in line)) or _ACCOUNT.match(whole)
        heading = next(((name, one) for name, one in _SECTIONS if _is_section(whole, name)), None)
        if heading is not None:
            (section, kind), now = heading, None
        elif found and section:
            now = _Draft(number=found[1], section=section, kind=_kind(kind))
            drafts.append(now)
        elif _END.match(whole) and len(whole) < 24:
            now = None
        elif now is not None:
            _take(now, line, whole)
    return tuple(_account(one) for one in drafts if one.cells), tuple(_unread(drafts))


def _unread(drafts: Iterable[_Draft]) -> Iterator[str]:
    for one in drafts:
        where = f"{one.section} 账户{one.number}："
        if not one.cells:
            yield f"{where}整个账户没有读懂，请对照原件"
            continue
        for line in one.unread[:_MOST_TOLD]:
            yield f"{where}没有读懂“{line[:_LINE]}”"
        if len(one.unread) > _MOST_TOLD:
            yield f"{where}还有 {len(one.unread) - _MOST_TOLD} 行没有读懂"
        if missing := _missing_months(one):
            yield f"{where}还款记录里有 {len(missing)} 个月没有读出（{missing[0]} 至 {missing[-1]} 之间）"


def _missing_months(draft: _Draft) -> list[str]:
    """The months that the title of the grid names and the grid does not show."""
    if draft.span is None:
        return []
    years = range(draft.span[0][0], draft.span[1][0] + 1)
    named = [f"{year}-{month:02d}" for year in years for month in _months_of(draft.span, year)]
    return [month for month in named if month not in draft.months]


def _kind(name: str) -> AccountKind:
    return next((kind for _, kind in _SECTIONS if kind == name), "loan")


def _is_section(whole: str, name: str) -> bool:
    bare = re.sub(r"^[(（]?[一二三四五六七八九十\d]+[)）、.．]?", "", whole)
    return bare.rstrip("一二") in (name, name + "信息", name + "明细")  # 循环贷账户一, 循环贷账户二


def _take(now: _Draft, line: Line, whole: str) -> None:
    if span := _SPAN.search(whole):
        now.span = ((int(span[1]), int(span[2])), (int(span[3]), int(span[4])))
        now.columns, now.is_grid, now.waiting, now.places = [], True, [], {}
    elif found := _AS_OF.search(whole):
        now.as_of, now.columns = f"{found[1]}-{int(found[2]):02d}", []
    elif headings := _headings(line):
        now.columns, now.is_grid, now.has_row = headings, False, False
    elif now.is_grid:
        if not _grid(now, line):
            now.unread.append(" ".join(word.text for word in line))
    elif _is_unknown_heading(now, line):
        now.columns = []
        now.unread.append(" ".join(word.text for word in line))
    elif now.columns:
        now.has_row = True
        names = [name for name, _ in now.columns]
        if len(line) != len(names):  # a cell that is empty, or one that runs on: by the column it stands under
            names = [_above(now.columns, word) for word in line]
        for name, word in zip(names, line, strict=True):
            if name:
                now.cells[name] = now.cells.get(name, "") + word.text
    elif len(line) >= _TABLE_ROW:
        now.unread.append(" ".join(word.text for word in line))


def _is_unknown_heading(now: _Draft, line: Line) -> bool:
    """True for a row of words without a figure, after the table had its row: headings that we do not know."""
    plain = all(not any(char.isdigit() for char in word.text) for word in line)
    return now.has_row and plain and len(line) >= _TABLE_ROW and not any(word.text in _VALUES for word in line)


def _above(columns: Sequence[tuple[str, float]], word: Word) -> str:
    return min(columns, key=lambda column: abs(column[1] - word.middle))[0]


def _headings(line: Line) -> list[tuple[str, float]]:
    """(field, middle) of a row of headings; empty for any other row."""
    known = [(_HEADINGS[word.text], word.middle) for word in line if word.text in _HEADINGS]
    return known if len(known) >= 2 and len(known) * 2 >= len(line) else []


def _grid(now: _Draft, line: Line) -> bool:
    """True if *line* is a part of the grid."""
    texts = [word.text for word in line]
    if len(texts) >= 6 and all(text.isdecimal() and 1 <= int(text) <= 12 for text in texts) and not now.places:
        now.places = {int(word.text): word.middle for word in line}
        return True
    year = int(texts[0]) if texts and re.fullmatch(r"(?:19|20)\d{2}", texts[0]) else None
    rest = list(line[1:] if year else line)
    states = [word for word in rest if _STATE.match(word.text)]
    is_states = bool(states) and len(states) == len(rest)
    if year and is_states:
        _place(now, year, states)
    elif year and now.waiting:  # the cell of the year is as high as two rows: its states stood above
        _place(now, year, now.waiting)
        now.waiting = []
    elif is_states and not year:
        now.waiting = states
    else:
        return _is_harmless(now, texts)
    return True


def _is_harmless(now: _Draft, texts: Sequence[str]) -> bool:
    """True for what stands about a grid and says nothing of a month: its months again after a page break, sums, a year."""
    months = all(text.isdecimal() and 1 <= int(text) <= 12 for text in texts)
    return (months and bool(now.places)) or all(re.fullmatch(r"(?:19|20)\d{2}|[\d,.]+|--", text) for text in texts)


def _place(now: _Draft, year: int, states: Sequence[Word]) -> None:
    expected = _months_of(now.span, year)
    for order, word in enumerate(states):
        if len(expected) == len(states):
            month = expected[order]
        elif now.places:
            month = min(now.places, key=lambda one: abs(now.places[one] - word.middle))
        else:
            month = order + 1
        now.months[f"{year}-{month:02d}"] = word.text


def _months_of(span: tuple[tuple[int, int], tuple[int, int]] | None, year: int) -> list[int]:
    """The months of *year* that the title of the grid names."""
    if span is None:
        return []
    (first, from_month), (last, to_month) = span
    return [month for month in range(1, 13) if (first, from_month) <= (year, month) <= (last, to_month)]


def _number(cells: dict[str, str], name: str) -> int | None:
    found = re.fullmatch(r"([\d,，]+)(?:\.\d+)?", cells.get(name, ""))
    return int(re.sub(r"[,，]", "", found[1])) if found else None


def _day(cells: dict[str, str], name: str) -> date | None:
    found = _DAY.search(cells.get(name, ""))
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _account(draft: _Draft) -> Account:
    cells = draft.cells
    grid = tuple(MonthState(month=month, state=state) for month, state in sorted(draft.months.items()))
    late = sum(one.state in _LATE_STATES for one in grid)
    return Account(
        number=draft.number,
        kind=draft.kind,
        section=draft.section,
        lender=cells.get("lender") or None,
        opened_on=_day(cells, "opened"),
        due_on=_day(cells, "due"),
        as_of=draft.as_of,
        amount_yuan=_number(cells, "amount"),
        balance_yuan=_number(cells, "balance"),
        overdue_yuan=_number(cells, "overdue"),
        overdue_months=late if grid else None,
        over_90_days_months=sum(one.state in _OVER_90 for one in grid) if grid else None,
        closed=_closed(draft, grid),
        never_overdue=None if not grid else late == 0,
        grid=grid,
    )


def _closed(draft: _Draft, grid: Sequence[MonthState]) -> str | None:
    """The month of settlement: as written, else of the C in the grid; None for an account that is open."""
    written = re.search(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})", draft.cells.get("closed", ""))
    if written:
        return f"{written[1]}-{int(written[2]):02d}"
    if not re.search(r"结清|销户", draft.cells.get("status", "")):
        return None
    ended = next((one.month for one in grid if one.state == "C"), None)
    return ended or draft.as_of
