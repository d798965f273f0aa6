"""Sums as people write them down, a line each: “2026-03-18 925 会员费 某平台”, “违约金 3000”, “房贷 余额 30万 月供 2800”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from cuijie.money.amounts import MoneyError, fen_of, yuan
from cuijie.money.english_lines import in_chinese
from cuijie.money.flows import KIND_NAMES, kind_named
from cuijie.money.limitation import act_named
from cuijie.records.money import ClaimedItem, Flow, FlowKind, Interruption, OtherDebt

FIRST_YEAR, LAST_YEAR = 1980, 2200
"""Years in which a loan can have been made or fall due."""
__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "act_lines",
    "claim_lines",
    "debt_lines",
    "flow_lines",
    "flows_written",
    "read_day",
    "read_rate",
]

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_SUM = re.compile(r"(?<![\d.\-])[¥￥]?\s*(\d[\d,]*(?:\.\d+)?)\s*([万千]?)\s*元?(?![\d%％])")


def _rows(text: str) -> Iterable[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        folded = unicodedata.normalize("NFKC", line).strip().strip("。;,")
        if folded:
            yield number, folded


def _wrong(number: int, line: str, what: str, example: str) -> MoneyError:
    return MoneyError(f"第 {number} 行“{line[:40]}”{what}。", remedy=f"写成：{example}")


def read_day(written: str) -> date | None:
    """The first day in *written* (2026-03-05, 2026年3月5日 …), or None."""
    found = _DAY.search(unicodedata.normalize("NFKC", written))
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def read_rate(written: str) -> Decimal | None:
    """A yearly rate as a fraction from “24%”, “24” (percent) or “0.24”; None if it is no rate."""
    text = unicodedata.normalize("NFKC", written).strip()
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text)
    if not found:
        return None
    rate = Decimal(found[1])
    return rate / 100 if found[2] or rate >= 1 else rate


def flow_lines(text: str, default: FlowKind) -> tuple[Flow, ...]:
    """A payment on each line: day, sum, then if known what it was for and who got it.  Raises MoneyError."""
    example = "2026-03-18 925.00" + ("" if default == "disbursement" else " 会员费 某平台")
    flows = []
    for number, line in _rows(text):
        day = read_day(line)
        rest = _DAY.sub(" ", line, count=1)
        found = _SUM.search(rest)
        if day is None or found is None:
            raise _wrong(number, line, "看不出日期" if day is None else "看不出金额", example)
        words = (rest[: found.start()] + " " + rest[found.end() :]).replace(",", " ").split()
        kind, others = _kind(words, default)
        flows.append(Flow(on=day, fen=_fen(found, number), kind=kind, payee=" ".join(others) or None, source="told"))
    return tuple(sorted(flows, key=lambda flow: flow.on))


def _kind(words: list[str], default: FlowKind) -> tuple[FlowKind, list[str]]:
    for word in words:
        kind = kind_named(word)
        if kind is not None and kind != "disbursement" and default != "disbursement":
            return kind, [one for one in words if one is not word]
    return default, words


def _fen(found: re.Match[str], number: int) -> int:
    return fen_of(found[1] + found[2], f"第 {number} 行")


def flows_written(flows: Iterable[Flow]) -> str:
    """*flows* as ``flow_lines`` reads them."""
    names = {kind: name for name, kind in reversed(KIND_NAMES.items())} | {"fee": "费用"}
    lines = []
    for flow in flows:
        kind = "" if flow.kind in ("disbursement", "repayment") else f" {names[flow.kind]}"
        payee = f" {flow.payee}" if flow.payee else ""
        lines.append(f"{flow.on.isoformat()} {yuan(flow.fen).replace(',', '')}{kind}{payee}")
    return "\n".join(lines)


def claim_lines(text: str) -> tuple[ClaimedItem, ...]:
    """What the collector claims: one sum, or a line for each item.  Raises MoneyError."""
    items = []
    for number, line in _rows(in_chinese(text)):
        found = _SUM.search(line)
        if found is None:
            raise _wrong(number, line, "看不出金额", "违约金 3000")
        name = " ".join((line[: found.start()] + " " + line[found.end() :]).split()).strip(":： ")
        items.append(ClaimedItem(name=name or "合计", fen=_fen(found, number)))
    return tuple(items)


def act_lines(text: str) -> tuple[Interruption, ...]:
    """What started limitation anew: “2025-08-01 催收”.  Raises MoneyError."""
    acts = []
    for number, line in _rows(in_chinese(text)):
        day, word = read_day(line), _DAY.sub(" ", line, count=1).strip()
        act = act_named(word)
        if day is None or act is None:
            raise _wrong(number, line, "看不懂", "2025-08-01 催收（或 申请分期、承诺、部分还款、起诉）")
        acts.append(Interruption(on=day, act=act, written=word))
    return tuple(acts)


def debt_lines(text: str) -> tuple[OtherDebt, ...]:
    """Other debts: “房贷 余额 300000 月供 2800 年利率 4.2% 有抵押”.  Raises MoneyError."""
    debts = []
    for number, line in _rows(in_chinese(text)):
        monthly, rate = _after(r"(?:月供|每月还?|月还)", line), re.search(r"(\d+(?:\.\d+)?)\s*%", line)
        rest = re.sub(
            r"(?:月供|每月还?|月还)\D{0,4}\d[\d,.]*\s*[万千]?\s*元?|(?:年)?利率\D{0,4}|\d+(?:\.\d+)?\s*%", " ", line
        )
        balance = _SUM.search(rest)
        if balance is None:
            raise _wrong(number, line, "看不出还欠多少", "房贷 余额 300000 月供 2800 年利率 4.2% 有抵押")
        name = re.split(r"\s|余额|还欠|欠|:|\d", rest.strip(), maxsplit=1)[0] or "其他债务"
        debts.append(
            OtherDebt(
                name=name,
                balance_fen=_fen(balance, number),
                monthly_fen=None if monthly is None else fen_of(monthly, f"第 {number} 行"),
                annual_rate=Decimal(rate[1]) / 100 if rate else None,
                is_secured=bool(re.search(r"(?<!没)(?<!无)有?抵押|质押", line))
                and not re.search(r"(?:没有|无)抵押", line),
                is_sued=bool(re.search(r"起诉|被诉|立案", line)) and not re.search(r"(?:没有|未)(?:被)?起诉", line),
            )
        )
    return tuple(debts)


def _after(words: str, line: str) -> str | None:
    found = re.search(rf"{words}\D{{0,4}}?(\d[\d,]*(?:\.\d+)?)\s*([万千]?)", line)
    return found[1] + found[2] if found else None
