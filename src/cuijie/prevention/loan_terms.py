"""What a loan contract says of the loan itself: each sum, rate, day and party with its page and exact words.

Proposals only: nothing of this counts until the borrower has confirmed it.  Where the contract says two things of one
term, both are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from cuijie.datafiles import Words
from cuijie.prevention.contract import Page
from cuijie.prevention.term_values import (
    Value,
    count_value,
    day_value,
    money_value,
    rate_value,
    surcharge_value,
)
from cuijie.reading.normalise import normalise

__all__ = ["TERM_TITLES", "FoundTerm", "TermName", "find_terms"]

TermName = Literal[
    "lender_name", "contract_no", "contract_on", "principal_fen", "received_fen", "periods", "method", "first_due_on",
    "payment_fen", "annual_rate", "overdue_annual_rate", "fee",
]  # fmt: skip

TERM_TITLES: dict[TermName, Words] = {
    "lender_name": Words(zh="放款的是谁", en="Lender"),
    "contract_no": Words(zh="合同编号", en="Contract number"),
    "contract_on": Words(zh="签订日", en="Signed on"),
    "principal_fen": Words(zh="合同本金", en="Principal"),
    "received_fen": Words(zh="合同写的放款金额", en="Sum to be paid out"),
    "periods": Words(zh="期数", en="Instalments"),
    "method": Words(zh="还款方式", en="Repayment method"),
    "first_due_on": Words(zh="首期还款日", en="First instalment"),
    "payment_fen": Words(zh="每期还款", en="Each instalment"),
    "annual_rate": Words(zh="利率", en="Interest rate"),
    "overdue_annual_rate": Words(zh="逾期以后的利率", en="Default rate"),
    "fee": Words(zh="利息以外的费用", en="Fees beside interest"),
}
"""The terms that are looked for, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTerm:
    """One term as one place of the contract states it; ``value`` is plain, or empty where it cannot be reckoned with."""

    term: TermName
    value: str  # fen, 2026-02-18, a fraction a year, a name as written
    shown: Words
    page: int | None
    span: tuple[int, int]  # code points of the whole text
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    term: TermName
    pattern: re.Pattern[str]
    value: Callable[[re.Match[str]], Value | None] | None  # None: the group ``name`` as it is written


_HAN_SUM = "零壹贰叁肆伍陆柒捌玖拾佰仟万"
_IN_WORDS = rf"(?:人民币)?\s*(?:[(]?大写[)]?)?\s*:?\s*(?:人民币)?\s*(?P<capital>[{_HAN_SUM}]{{2,}})\s*[元圆](?:整|正)?"
_IN_FIGURES = r"(?:人民币)?\s*[(]?\s*(?:小写)?\s*[:)]?\s*[¥￥]?\s*(?P<sum>\d[\d,]*(?:\.\d{1,2})?)\s*(?P<unit>万)?\s*元?"
_SUM = rf"(?:{_IN_FIGURES}|{_IN_WORDS})"
_YUAN = r"(?:人民币)?\s*[¥￥]?\s*(?P<sum>\d[\d,]*(?:\.\d{1,2})?)\s*(?P<unit>万)?\s*元"
_DAY = r"(?P<y>\d{4})\s*[年./-]\s*(?P<m>\d{1,2})\s*[月./-]\s*(?P<d>\d{1,2})\s*日?"
_GAP = r"[^。;\n\d]{0,14}?"
_IS = r"\s*(?:为|是|共计|合计)?\s*:?\s*"
_RATE = r"(?:(?P<rate>\d+(?:\.\d+)?)\s*(?P<sign>[%‰])|(?P<of>[万千百]分之)\s*(?P<digits>\d+(?:\.\d+)?|[零一二三四五六七八九十百]+))"
_PER = r"(?P<per>日|天|月|年(?!利率[^。;\n\d]{0,8}(?:上浮|加收|上加)))"  # 上浮 50% is no rate of its own
_COMPANY = r"(?:公司|银行|信托|信用社|合作社|信用卡中心|分行|支行)"
_NAME = rf"(?P<name>[\u4e00-\u9fff()]{{2,30}}?{_COMPANY}(?:[\u4e00-\u9fff()]{{0,12}}?(?:分公司|分行|支行|信用卡中心))?)"
_FEES = r"(?:服务费|担保费|会员费|管理费|咨询费|手续费|保险费|保费|信息费|审核费|权益费|增信费|风险金|保证金)"
_LENDERS = r"(?:贷款人|出借人|贷款方|出借方|贷款机构|放款方|放款机构|资金方|资金提供方|授信人|债权人)"

_PATTERNS: tuple[tuple[TermName, str, Callable[[re.Match[str]], Value | None] | None], ...] = (
    ("lender_name", rf"{_LENDERS}\s*(?:[(][^)\n]{{0,12}}[)])?\s*(?:名称|全称)?\s*[:为]\s*{_NAME}", None),
    ("lender_name", rf"(?:甲方|乙方|丙方)\s*[(]\s*{_LENDERS}\s*[)]\s*:?\s*{_NAME}", None),
    ("contract_no", r"(?:合同|协议|借据)(?:编)?号(?:码)?\s*:?\s*(?P<name>[a-z0-9][a-z0-9\-_/]{5,39})", None),
    ("contract_on", rf"于\s*{_DAY}[^。;\n\d]{{0,8}}(?:签订|签署|订立)", day_value),
    ("contract_on", rf"(?:签订|签署|签约|订立)(?:日期|时间|日)?[^。;\n\d]{{0,10}}{_DAY}", day_value),
    ("principal_fen", rf"(?:借款|贷款)(?:本金|金额|总额)(?:总额|总计)?(?:[(][^)\d]{{0,8}}[)])?{_IS}{_SUM}", money_value),
    ("principal_fen", rf"(?<![息余额])本金(?:金额|总额)?{_IS}{_YUAN}", money_value),
    ("principal_fen", rf"借到[^。;\n\d]{{0,12}}?{_SUM}", money_value),
    ("received_fen", rf"(?:实际)?(?:放款|到账|发放|到手)(?:的)?(?:金额|本金){_IS}{_YUAN}", money_value),
    ("periods", r"(?:共|共计|分|期限|期数)[^。;\n\d]{0,8}(?P<count>\d{1,3})\s*(?:个)?(?:期|月)", count_value),
    ("periods", r"(?:借款|贷款)期限[^。;\n\d]{0,8}(?P<count>\d{1,2})\s*(?P<years>年)(?![月\d])", count_value),
    ("first_due_on", rf"(?:首|第一|第1)(?:期|次|个)(?:的)?(?:应)?(?:还款|扣款|付款)?(?:日期|日)?{_GAP}{_DAY}", day_value),
    ("payment_fen", rf"(?<!费)(?<!费用)(?:每期|每月)(?:应)?(?:还款|还|偿还|归还)(?:额|金额|本息)?(?:合计)?{_IS}{_YUAN}", money_value),
    ("annual_rate", rf"年(?:化)?(?:综合)?(?:利率|利息|资金成本|融资成本|成本)(?:[(][^)\d]{{0,8}}[)])?{_GAP}{_RATE}", rate_value),
    ("annual_rate", rf"(?P<per>日|月)(?:利率|利息|息|费率){_GAP}{_RATE}", rate_value),
    ("overdue_annual_rate", rf"(?:罚息|逾期|违约金|滞纳金)[^。;\n\d]{{0,40}}?(?:每|按)?{_PER}[^。;\n\d]{{0,10}}?{_RATE}", rate_value),
    ("overdue_annual_rate", r"(?:罚息|逾期)[^。;\n]{0,30}?(?<![每按][日天月])(?:上浮|加收|上加)\s*(?P<rate>\d+(?:\.\d+)?)\s*%", surcharge_value),
    ("fee", rf"(?P<name>{_FEES})[^。;\n\d]{{0,12}}?{_YUAN}", money_value),
    ("fee", rf"(?P<name>{_FEES})[^。;\n\d]{{0,14}}?(?P<rate>\d+(?:\.\d+)?)\s*%", None),
)  # fmt: skip
_READERS = tuple(_Reader(term=term, pattern=re.compile(pattern), value=value) for term, pattern, value in _PATTERNS)
_OVERDUE = re.compile(r"(?:逾期|罚息|违约|滞纳)[^。;,\n]*$")
_BEFORE = 20  # characters of the same sentence that say which rate is meant
_METHODS: tuple[tuple[re.Pattern[str], str, Words], ...] = tuple(
    (re.compile(pattern), value, Words(zh=zh, en=en))
    for pattern, value, zh, en in (
        (r"等额本息", "equal_payment", "等额本息", "equal payments"),
        (r"等额本金", "equal_principal", "等额本金", "equal principal"),
        (r"等本等息", "flat", "等本等息", "interest on the first principal throughout"),
        (
            r"先息后本|按[月期季]付息\s*,?\s*(?:到期|一次)[^。;\n]{0,6}还本",
            "interest_first",
            "先息后本",
            "interest first",
        ),
        (r"一次(?:性)?(?:偿还|归还|还)本付息|到期一次(?:性)?还清", "bullet", "到期一次还本付息", "all at the end"),
    )
)


def find_terms(pages: Iterable[Page]) -> list[FoundTerm]:
    """Every term that the contract states, in the order of TERM_TITLES; one value is named once, where it first stands."""
    found: dict[tuple[str, str], FoundTerm] = {}
    for page in pages:
        folded = normalise(page.text)
        for term, (start, end), value, shown in _in_text(folded.text):
            begin, finish = folded.span(start, end)
            quote = page.text[begin:finish]
            plain, words = _as_written(value, shown, quote)
            if (term, plain or words.zh) not in found:
                found[term, plain or words.zh] = FoundTerm(
                    term=term,
                    value=plain,
                    shown=words,
                    page=page.number,
                    span=(page.offset + begin, page.offset + finish),
                    quote=quote,
                )
    order = list(TERM_TITLES)
    return sorted(found.values(), key=lambda one: (order.index(one.term), one.span))


def _as_written(value: str, shown: Words, quote: str) -> Value:
    """A name in the letters of the contract: folding made them small."""
    at = quote.lower().find(value) if value and value == shown.zh else -1
    name = quote[at : at + len(value)] if at >= 0 else None
    return (name, Words(zh=name, en=name)) if name else (value, shown)


def _in_text(text: str) -> Iterator[tuple[TermName, tuple[int, int], str, Words]]:
    for reader in _READERS:
        for match in reader.pattern.finditer(text):
            value = _value(reader, match)
            if reader.term == "annual_rate" and _OVERDUE.search(text[max(0, match.start() - _BEFORE) : match.start()]):
                continue  # the rate of default, which has a reader of its own
            if value is not None:
                yield reader.term, match.span(), *value
    for pattern, value_id, shown in _METHODS:
        for match in pattern.finditer(text):
            yield "method", match.span(), value_id, shown


def _value(reader: _Reader, match: re.Match[str]) -> Value | None:
    if reader.term == "fee":
        sum_of = reader.value(match) if reader.value else None
        words = sum_of[1] if sum_of else Words(zh=f"{match['rate']}%", en=f"{match['rate']}%")
        fen = sum_of[0] if sum_of else ""
        return fen, Words(zh=f"{match['name']} {words.zh}", en=f"{match['name']} {words.en}")
    if reader.value is None:
        return match["name"], Words(zh=match["name"], en=match["name"])
    return reader.value(match)
