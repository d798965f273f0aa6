"""The day or month a text says it was written: under or behind its title, or below its last line."""

from __future__ import annotations

import re

from cuijie.law.dates import LegalDate
from cuijie.law.numerals import number

__all__ = ["written_on"]

_NUMERAL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_YEAR = r"(?P<y>20\d{2}|二[零〇][零〇一二三四五六七八九]{2})"
_DATE = rf"{_YEAR}(?:年(?P<m>{_NUMERAL})月(?:(?P<d>{_NUMERAL})日)?|[-/.](?P<m2>\d{{1,2}})(?:[-/.](?P<d2>\d{{1,2}}))?)(?![\d年月])"
_DAY = re.compile(
    rf"{_DATE}(?:\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?[\s）)·|*_]*"
    r"(?:(?:原创|转载|首发|发布|发表|更新|推送|整理|阅读\s*[\d.万+]+|星期[一二三四五六日天]|周[一二三四五六日]|第\s*\d+\s*期"
    r"|(?:律师|小编|编辑|网友)?(?:解答|文集|整理)|[^，。：:\s]{2,8}(?:报|刊|网|版)|(?:来源|作者|编辑|责编|文|阅读)[：:][^：:，。]{1,16})[\s）)·|*_]*)*$"
)
# 追债公司……？（2025-02-11 普法号整理）, 答（2024年4月）：
_BRACKETED = re.compile(rf"[（(【\[][^（）()【】\[\]]{{0,16}}?{_DATE}[^（）()【】\[\]]{{0,14}}[）)】\]]")
_WRITTEN = re.compile(rf"[（(]?(?:写|发布|发表|整理|更新|撰写|成稿|记)于{_DATE}[）)]?$")
_STANDS_APART = re.compile(r"[\s*_#）)]*(?:[：:|｜]|$)")  # and not 去年（2025年3月）我……
_LABEL = re.compile(
    r"(?:发布|发表|刊发|更新|撰写|写作|写于|日期|时间|作者|来源|编辑|文|记者|博客|专栏|公众号|楼主|答主|博主|账号)[^：:]*[：:]?[^：:]*$"
)
# the day of something told, not of the text
_OF_ANOTHER = re.compile(
    r"出生|生日|到期|逾期|放款|还款|借款|签|合同|协议|施行|实施|修[正订]|通过|公布|生效|立案|判决|裁定|收到|案发|至|截止|[。；？！《]"
)
_OF_A_LAW = re.compile(r"[》法典例定释法条号令](?:第[^，。]{1,12})?$")
# 《…周刊》读者信箱: a paper, and no law
_PAPER = re.compile(r"《[^》]{2,12}(?:报|刊|财经|法治|法制|消费)》|《[^》]{2,12}》(?=专栏|副刊|栏目|信箱|公众号)")
_BLANK = re.compile(r"(?<=[0-9]) +(?=[年月日])|(?<=[年月]) +(?=[0-9])")  # 2018 年 9 月 14 日
_HEAD_LINES, _LONGEST, _LONGEST_LAST = 6, 44, 16
_FIRST = 40  # characters of a line in which a bracket may date the whole text


def written_on(text: str) -> LegalDate | None:
    """The day or month in the lines under the title or in brackets there, else the last line where that is a day and nothing else."""
    lines = [_BLANK.sub("", _PAPER.sub("", line)).strip() for line in text.splitlines() if line.strip()]
    for line in lines[:_HEAD_LINES]:
        if found := _at_the_end(line) or _in_brackets(line):
            return found
    if not lines or len(lines[-1]) > _LONGEST_LAST:
        return None
    last, written = _DAY.match(lines[-1]), _WRITTEN.match(lines[-1])
    return _day(last) if last and (last["d"] or last["d2"]) else _day(written) if written else None


def _at_the_end(line: str) -> LegalDate | None:
    match = _DAY.search(line) if len(line) <= _LONGEST else None
    if match is None or _OF_ANOTHER.search(line) or not _is_label(line[: match.start()]):
        return None
    return _day(match)


def _in_brackets(line: str) -> LegalDate | None:
    match = _BRACKETED.search(line[:_FIRST])
    if match is None or _OF_ANOTHER.search(match[0]) or not _STANDS_APART.match(line, match.end()):
        return None
    if _OF_A_LAW.search(line[: match.start()]):
        return None
    return _day(match)


def _is_label(before: str) -> bool:
    return not re.search("[：:]", before) or _LABEL.search(before) is not None


def _day(match: re.Match[str]) -> LegalDate | None:
    year, month, day = (number((match[n] or match.groupdict().get(f"{n}2") or "").replace("〇", "零")) for n in "ymd")
    try:
        return LegalDate.parse(f"{year:04}-{month:02}" + (f"-{day:02}" if day else ""))
    except (TypeError, ValueError):
        return None
