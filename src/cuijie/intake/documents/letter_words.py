"""What a letter says of itself: whether it duns, who signed it, on which day, and to whom it is addressed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, Note
from cuijie.intake.source import Source
from cuijie.intake.times.written import UNKNOWN, When, parse_time, spoken_number

__all__ = ["is_contract", "is_dunning", "is_signed_letter", "letter_in", "paper_in"]

_DUNNING: Final = re.compile(
    r"催收函|催款|律师函|告知函|通知书|履行通知|逾期|欠款|拖欠|催要|立即还款|尽快还款|债权转让|提起诉讼|法务"
)
_CONTRACT: Final = re.compile(r"(?:借款合同|借款协议|贷款合同|保证合同|担保合同|服务协议|授权书)(?!》)")
_HEADING: Final = re.compile(
    r"律师函|催收函|催款函|催告函|告知函|通知书|致\S{1,12}函|^\s*函\s*$|^\S{0,20}(?:函|告知[书单]|通知单|警告书?|传票|起诉状)(?:[（(]\S{1,12}[)）])?$",
    re.MULTILINE,
)
_HEADED: Final = 80  # characters within which a letter says what it is
_SPACED: Final = re.compile(r"(?<=[\u4e00-\u9fff])[ \u3000]+(?=[\u4e00-\u9fff](?:[ \u3000]|$))", re.MULTILINE)
_OWED: Final = re.compile(r"还款|还清|偿还|归还|欠|借款|贷款")
_PUBLIC: Final = re.compile(  # what is put up for others to read
    r"\A\s*\S{0,6}(?:公\s?告|告示|通告|通缉令|寻人启事|悬赏\S{0,4}|曝光\S{0,4})\s*$|大家|各位(?:邻居|街坊|村民|居民|业主|亲友|同事)|知其?下落|知情者",
    re.MULTILINE,
)
_READER: Final = re.compile(r"[您你贵请]|先生|女士|债务人|借款人")
_DEMANDED: Final = re.compile(
    r"限[^。；]{0,24}(?:内|前)|否则|逾期不|未(?:按时|按期|还)|如(?:不|未)|联系(?:本案|我|经办)|请[^。；]{0,12}(?:于|在|尽快|立即|速)"
)
_NUMERAL: Final = "一二三四五六七八九十"
_DATE: Final = re.compile(
    rf"(?P<y>20\d{{2}}|[二2][〇零○O0]\S{{2}})\s*年\s*(?P<m>\d{{1,2}}|[{_NUMERAL}]{{1,2}})\s*月\s*(?P<d>\d{{1,2}}|[{_NUMERAL}]{{1,3}})\s*日"
    r"|20\d{2}[-/.]\d{1,2}[-/.]\d{1,2}"
)
_YEAR_DIGITS: Final = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_OF_NAME: Final = r"\u4e00-\u9fff（）()·"
_FIRM: Final = (  # a platform may stand before its department, with a blank between
    rf"[{_OF_NAME}][{_OF_NAME} \u3000]{{0,38}}?[{_OF_NAME}]"
    r"(?:公司|律师事务所|事务所|支行|分行|银行|中心|法院|仲裁委员会|调解委员会|集团|部)"
)
_SIGNED: Final = re.compile(
    rf"\s*(?:(?P<as>转让人|发函人|函告人|通知人|委托人|债权人|出借人|受让人|具状人|申请人|落款)\s*[:：])?\s*(?P<who>{_FIRM})\s*(?:[（(]\s*(?:盖章|公章)\s*[)）])?\s*"
)
_LETTERHEAD: Final = re.compile(rf"\s*(?P<who>{_FIRM})(?:律师函|催收函|催款函|告知函|通知书)\s*")
_SIGNED_WITHIN: Final = 6  # lines above the day at the end
_ADDRESSEE: Final = re.compile(r"^\s*(?:致|尊敬的)?\s*[:：]?\s*(?P<who>[^:：，,。；;（(]{2,30}?)\s*[:：]\s*$")
_TO: Final = re.compile(r"^\s*致\s*[:：]\s*(?P<who>[^:：，,。；;（(]{2,30}(?:[（(][^:：，,。；;（()）]{2,12}[)）])?)")
_ANOTHER: Final = re.compile(r"单位|公司|人事|人力|家属|家人|父|母|配偶|村|居委|社区|学校|紧急联系人")
_READ_BY_ANOTHER: Final = re.compile(  # no threat to the debtor, whose family is only to be called
    r"(?:您|你)作为[^，。；]{0,12}(?:联系人|家属|亲属|担保人)|(?:您|你)的?(?:家属|亲属|亲戚|儿子|女儿|丈夫|妻子|配偶|朋友|员工)[^，。；及和等]{2,8}(?:在|拖?欠|的借款)"
    r"|贵(?:单位|公司|司)(?:员工|职工)|贵(?:子|女|婿)|令[郎爱嫒]"
)


def is_contract(text: str) -> bool:
    """True for a contract or an authorisation by its beginning; a letter only names one (《借款合同》)."""
    return _CONTRACT.search(_SPACED.sub("", text[:400])) is not None and not _is_headed(text)


def is_dunning(text: str) -> bool:
    """True for words that letters of lenders, collectors and their lawyers use, or for a paper so headed that demands of its reader.

    A suit as courts serve it demands nothing of who reads it.
    """
    if _DUNNING.search(text):
        return _is_headed(text) or _READER.search(text) is not None
    return _is_headed(text) and _OWED.search(text) is not None and _DEMANDED.search(text) is not None


def _is_headed(text: str) -> bool:
    """True for a text that says within its first lines that it is a letter (催 收 函)."""
    return _HEADING.search(_SPACED.sub("", text[: 2 * _HEADED])[:_HEADED]) is not None


def is_signed_letter(text: str) -> bool:
    """True for a dunning letter with its heading or addressee, who signed it and the day: what a picture must show to be one."""
    lines = _lines(text)
    return (
        (_is_headed(text) or _addressee(lines) is not None)
        and is_dunning(text)
        and _day_line(lines) is not None
        and _writer(lines) is not None
    )


def paper_in(source: Source, text: str) -> Iterator[Found]:
    """What a photographed sheet of paper is: a notice put up in public, or a letter, signed or not; nothing if neither."""
    lines = _lines(text)
    if _PUBLIC.search(text) and _OWED.search(text):
        when, writer = _when(text, lines, source.taken_in_at), _writer(lines)
        yield make_entry(
            source, "letter", "public_post", when=when, inbound=True, name=writer, text=text, is_inferred=True
        )
        yield Note(text="看起来是贴出来给别人看的公告，日期取自落款；不是贴在外面的，请在这一条里改成“信函”。")
    elif (_is_headed(text) or _addressee(lines) is not None) and is_dunning(text):
        yield from letter_in(source, text)


def letter_in(source: Source, text: str) -> Iterator[Found]:
    """The letter, its day and its writer worked out from how it is signed, and what is to be confirmed."""
    lines = _lines(text)
    addressee = _addressee(lines)
    writer = _writer(lines)
    yield make_entry(
        source,
        "letter",
        "letter",
        when=_when(text, lines, source.taken_in_at),
        inbound=True,
        name=writer,
        text=text,
        is_inferred=True,
        extra=(("addressee", addressee),) if addressee else (),
    )
    yield Note(text=f"看起来是催收函件{f'，落款是“{writer}”' if writer else ''}，日期取自落款，请核对。")
    if addressee and (_ANOTHER.search(addressee) or _READ_BY_ANOTHER.search(text)):
        yield Note(text=f"信的抬头是“{addressee}”，不像是你本人：请在这一条里写明信是寄给谁的。", is_asked=True)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _instant(found: re.Match[str]) -> When:
    if not found["y"]:
        return parse_time(found[0])
    year = found["y"].translate(_YEAR_DIGITS)
    if not year.isdecimal():
        return UNKNOWN
    when = parse_time(f"{year}-{spoken_number(found['m'])}-{spoken_number(found['d'])}")
    return When(instant=when.instant, raw=found[0], precision=when.precision, basis=when.basis)


def _day_line(lines: list[str]) -> int | None:
    """The last line that holds nothing but a day: where a letter is signed."""
    alone = [
        index
        for index, line in enumerate(lines)
        if (found := _DATE.search(line)) and re.fullmatch(r"[^\d]{0,8}[:：]?\s*", line[: found.start()]) and not line[found.end() :].strip("。 ")
    ]  # fmt: skip
    return alone[-1] if alone else None


def _when(text: str, lines: list[str], taken_in: datetime | None) -> When:
    """The day at which it was signed; else the last one in it that is not still to come (a term, a hearing)."""
    at = _day_line(lines)
    places = [text] if at is None else [lines[at], text]
    for place in places:
        days = [when for found in _DATE.finditer(place) if (when := _instant(found)).instant is not None]
        past = [
            one
            for one in days
            if taken_in is None or one.instant is None or one.instant <= taken_in + timedelta(days=1)
        ]
        if past:
            return past[-1]
    return When()


def _writer(lines: list[str]) -> str | None:
    """Who signed: the firm in a line of its own above the day (or right below it), else the one in the heading."""
    at = _day_line(lines)
    near = (
        lines[-_SIGNED_WITHIN:] if at is None else [*lines[max(0, at - _SIGNED_WITHIN) : at], *lines[at + 1 : at + 2]]
    )
    signed = [found for line in near if (found := _SIGNED.fullmatch(line)) and found["as"] != "受让人"]
    named = [found for found in signed if found["as"]] or signed[-1:]
    if named:
        return named[0]["who"]
    heads = (found for line in lines[:3] if (found := _LETTERHEAD.fullmatch(line)))
    return next((found["who"] for found in heads), None)


def _addressee(lines: list[str]) -> str | None:
    for line in lines[:6]:
        if found := _ADDRESSEE.match(line) or _TO.match(line):
            return re.sub(r"^(?:致|尊敬的)?\s*(?:客户|借款人)?", "", found["who"]).strip() or None
    return None
