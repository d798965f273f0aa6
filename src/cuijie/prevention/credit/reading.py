"""Reads the text of a personal credit report, 简版 above all: items that run over lines and pages are put together.

Page footers fall inside tables and sentences, lines break anywhere, older reports write 2017.12.06: the text is
joined first and read by its own sentences after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from cuijie.pdfs import UnreadPdf, pdf_pages
from cuijie.prevention.credit.detailed import detailed_accounts
from cuijie.prevention.credit.layout import Line, lines_of_pdf, lines_of_text
from cuijie.prevention.credit.report import (
    Account,
    AccountKind,
    CreditReport,
    CreditUnreadable,
    Inquiry,
    MonthState,
)

__all__ = ["read_credit_file", "read_credit_text"]

_FOOTER = re.compile(r"^\s*第?\s*\d+\s*页\s*[，,/]?\s*共\s*\d+\s*页\s*$|^\s*\d+\s*/\s*\d+\s*$")
_DAY = r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?"
_MONTH = r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*月?"
_ITEM = re.compile(r"^\s*(\d{1,3})\s*[.．、]\s*(?=\d{4}\s*[年.\-/]|(?:(?:19|20)\d{0,2}|[12])?\s*$)")
_SECTIONS = ("信用卡", "购房贷款", "其他贷款", "其他业务", "为他人担保", "相关还款责任")
_ENDS = ("非信贷交易记录", "公共记录", "查询记录", "说明", "资产处置信息", "保证人代偿信息", "声明信息", "异议标注")
_INQUIRY = re.compile(rf"^\s*(\d{{1,4}})\s+{_DAY}\s+(\S.*?)\s*$")
_TABLE_HEAD = re.compile(r"^\s*编号\s*查询日期")
_REASONS = (
    "贷后管理", "贷款审批", "信用卡审批", "担保资格审查", "保前审查", "保后管理", "融资审批", "资信审查", "本人查询", "异议核查",
    "司法调查", "公积金提取复核", "特约商户实名审查", "客户准入资格审查", "法人代表", "反洗钱",
)  # fmt: skip
_LONG = re.compile(r"^\s*账户\s*\d{1,3}\s*(?:[(（].*[)）])?\s*$", re.MULTILINE)  # the long form numbers its accounts
_Detailed = tuple[tuple[Account, ...], tuple[str, ...]]  # accounts of the long form, what was not understood
_NOT_LONG: _Detailed = ((), ())
_GRID = re.compile(r"^\s*(20\d{2})\s+((?:[N1-7BCDGMZA*#/\-]\s+){2,11}[N1-7BCDGMZA*#/\-])\s*$")


def read_credit_file(path: Path, password: str | None = None) -> CreditReport:
    """The report in the PDF (or text) at *path*.  Raises CreditUnreadable."""
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CreditUnreadable(f"打不开 {name}（不存在、是文件夹，或没有权限）。") from error
    if not data:
        raise CreditUnreadable(f"{name} 是空文件。")
    if not data.startswith(b"%PDF"):
        try:
            return read_credit_text(data.decode("utf-8-sig"), name)
        except UnicodeDecodeError:
            return read_credit_text(data.decode("gb18030", "replace"), name)
    try:
        text = "\n".join(page.text for page in pdf_pages(data, name, password))
        found = _NOT_LONG
        if _LONG.search(text):
            pages = pdf_pages(data, name, password, what="tight")
            found = detailed_accounts(_without_footers(lines_of_pdf(pages)))
    except UnreadPdf as error:
        where = "信用报告的密码常是证件号码后六位，或由短信、App 告知；用 --file-password 给出。"
        raise CreditUnreadable(error.message, remedy=where if error.is_locked else error.remedy) from error
    if not text.strip():
        raise CreditUnreadable(f"{name} 里没有文字，像是扫描件。", remedy="请用征信中心或银行 App 发的原始 PDF。")
    return _report(text, name, found)


def read_credit_text(text: str, name: str) -> CreditReport:
    """The report in *text*.  Raises CreditUnreadable if it is none."""
    found = detailed_accounts(_without_footers(lines_of_text(text))) if _LONG.search(text) else _NOT_LONG
    return _report(text, name, found)


def _without_footers(lines: Iterable[Line]) -> Iterator[Line]:
    return (line for line in lines if not _FOOTER.match(" ".join(word.text for word in line)))


def _report(text: str, name: str, found: _Detailed) -> CreditReport:
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text) if not _FOOTER.match(line)]
    whole = "\n".join(lines)
    if "信用报告" not in whole and "信贷记录" not in whole:
        raise CreditUnreadable(f"{name} 不像个人信用报告。", remedy="请给出人民银行征信中心的个人信用报告。")
    detailed, unread_rows = found
    accounts, unread = (list(detailed), list(unread_rows)) if detailed or unread_rows else _accounts(lines)
    number = re.search(r"报告编号\s*[:：]\s*(\w+)", whole)
    made = re.search(rf"报告时间\s*[:：]\s*{_DAY}", whole)
    return CreditReport(
        number=number[1] if number else None,
        made_on=_date(*made.groups()) if made else None,
        accounts=detailed or tuple(_with_grids(lines, accounts)),
        inquiries=tuple(_inquiries(lines)),
        summary=tuple(_summary(lines)),
        unread=tuple(unread),
    )


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _accounts(lines: list[str]) -> tuple[list[Account], list[str]]:
    accounts, unread = [], []
    for section, heading, item in _items(lines):
        account = _account(section, heading, item)
        if account is None:
            unread.append(item[:80])
        else:
            accounts.append(account)
    return accounts, unread


def _items(lines: list[str]) -> Iterator[tuple[str, str, str]]:
    """(section, sub-heading, whole item) of every numbered item under the credit headings."""
    section, heading, item = "", "", ""
    for line in lines:
        bare = line.strip()
        starts = _ITEM.match(line)
        is_heading = bare.endswith(("如下：", "如下:")) or bare in _SECTIONS or bare in _ENDS
        if (starts or is_heading) and item:
            yield section, heading, item
            item = ""
        if bare in _SECTIONS:
            section, heading = bare, ""
        elif bare in _ENDS:
            section = ""
        elif is_heading:
            heading = bare
        elif starts and (section or heading):
            item = bare
        elif item:
            item += bare
    if item:
        yield section, heading, item


def _amount(text: str, *words: str) -> int | None:
    for word in words:
        found = re.search(rf"{word}(?:为|：|:)?\s*([\d,，]+)", text)
        if found:
            return int(re.sub(r"[,，]", "", found[1]))
    return None


def _month(found: re.Match[str] | None) -> str | None:
    return f"{found[1]}-{int(found[2]):02d}" if found else None


def _account(section: str, heading: str, item: str) -> Account | None:
    text = re.sub(r"\s+", "", item)
    head = re.match(rf"(\d{{1,3}})[.．、]{_DAY}(.+?)(?:发放的|为|授信)", text)
    if head is None:
        return None
    kind: AccountKind = (
        "quasi_credit_card" if "准贷记卡" in text.split("。")[0]
        else "credit_card" if "贷记卡" in text.split("。")[0]
        else "revolving" if "授信" in text else "loan"
    )  # fmt: skip
    lent = re.search(r"发放的([\d,，]+)元", text)
    due = re.search(rf"{_DAY}到期", text) or re.search(rf"有效期至{_DAY}", text)
    overdue = re.search(r"最近5年内有(\d+)个月(?:处于逾期状态|透支超过60天)", text)
    over_90 = re.search(r"其中(\d+)个月(?:逾期|透支)超过90天", text)
    closed = re.search(rf"{_MONTH}(?:已)?(?:结清|销户)", text) or re.search(
        rf"截至{_MONTH}[^。]*?[，,]已(?:结清|销户)", text
    )
    never = (
        True
        if heading.startswith("从未逾期") or "当前无逾期" in text
        else False
        if heading.startswith(("发生过逾期", "透支超过"))
        else None
    )
    return Account(
        number=head[1],
        kind=kind,
        section=section,
        lender=head[5].strip("，,") or None,
        opened_on=_date(head[2], head[3], head[4]),
        due_on=_date(*due.groups()) if due else None,
        as_of=_month(re.search(rf"截至{_MONTH}(?!已)", text)),
        amount_yuan=int(re.sub(r"[,，]", "", lent[1])) if lent else _amount(text, "信用额度"),
        balance_yuan=_amount(text, "余额", "已使用额度"),
        overdue_yuan=_amount(text, "逾期金额"),
        overdue_months=int(overdue[1]) if overdue else 0 if never else None,
        over_90_days_months=int(over_90[1])
        if over_90
        else 0
        if re.search(r"没有发生过90天以上(?:逾期|透支)", text) or never
        else None,
        closed=_month(closed),
        never_overdue=never,
        text=text,
    )


def _with_grids(lines: list[str], accounts: list[Account]) -> list[Account]:
    """A detailed report prints its months below each account, year by year; rows are given to the accounts in order."""
    rows = [match for line in lines if (match := _GRID.match(line))]
    if not rows or not accounts:
        return accounts
    grids: list[list[MonthState]] = [[]]
    last = 9999
    for row in rows:
        year, states = int(row[1]), row[2].split()
        if year > last and grids[-1]:
            grids.append([])
        last = year
        grids[-1] += [MonthState(month=f"{year}-{number:02d}", state=state) for number, state in enumerate(states, 1)]
    return [
        replace(account, grid=tuple(grids[place])) if place < len(grids) else account
        for place, account in enumerate(accounts)
    ]


def _inquiries(lines: list[str]) -> Iterator[Inquiry]:
    for is_own, row in _inquiry_rows(lines):
        found = _INQUIRY.match(row)
        day = _date(found[2], found[3], found[4]) if found else None
        if found is not None and day is not None:
            by, reason = _by_and_reason(found[5])
            yield Inquiry(on=day, by=by, reason=reason, is_own=is_own or reason.startswith("本人"))


def _inquiry_rows(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """(own inquiry or not, whole row) of the tables of inquiries; a row that runs over lines is put together."""
    is_own, is_inside, row = False, False, ""
    for line in lines:
        bare = line.strip()
        is_heading = "查询记录" in bare and len(bare) < 24
        is_end = bare in {"说明", "公共记录"}
        starts = is_inside and _INQUIRY.match(line) is not None
        if (is_heading or is_end or starts or _TABLE_HEAD.match(line)) and row:
            yield is_own, row
            row = ""
        if is_heading:
            is_inside, is_own = True, "本人" in bare or "个人" in bare
        elif is_end:
            is_inside = False
        elif starts:
            row = bare
        elif row and bare:
            row = f"{row} {bare}"
    if row:
        yield is_own, row


def _by_and_reason(rest: str) -> tuple[str, str]:
    for reason in _REASONS:
        at = rest.rfind(reason)
        if at > 0:
            return _joined(rest[:at]), rest[at:].strip()
    by, _, reason = rest.rpartition(" ")
    return _joined(by), reason.strip()


def _joined(name: str) -> str:
    """A name that ran over lines, without the blanks between its Chinese letters."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", name.strip())


def _summary(lines: list[str]) -> Iterator[tuple[str, tuple[int | None, ...]]]:
    for line in lines:
        found = re.match(
            r"^\s*(账户数|未结清/未销户账户数|发生过逾期的账户数|发生过90天以上逾期的账户数)\s+(.+)$", line
        )
        if found:
            yield found[1], tuple(int(cell) if cell.isdecimal() else None for cell in found[2].split())
