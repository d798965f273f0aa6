"""The day a text says it was written: under its title, or below its last line."""

from __future__ import annotations

import re
from datetime import date

from cuijie.law.numerals import number

__all__ = ["written_on"]

_NUMERAL = r"\d{1,2}|[一二三四五六七八九十]{1,3}"
_DAY = re.compile(
    rf"(?P<y>20\d{{2}}|二[零〇][零〇一二三四五六七八九]{{2}})(?:年(?P<m>{_NUMERAL})月(?P<d>{_NUMERAL})日|[-/.](?P<m2>\d{{1,2}})[-/.](?P<d2>\d{{1,2}}))"
    r"(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?[\s）)·|*_]*"
    r"(?:(?:原创|转载|首发|发布|发表|更新|推送|阅读\s*[\d.万+]+|星期[一二三四五六日天]|周[一二三四五六日]|第\s*\d+\s*期)[\s）)·|*_]*)*$"
)
_LABEL = re.compile(
    r"(?:发布|发表|刊发|更新|撰写|写作|写于|日期|时间|作者|来源|编辑|文|记者|博客|专栏)[^：:]*[：:]?[^：:]*$"
)
# the day of something told, not of the text
_OF_ANOTHER = re.compile(
    r"出生|生日|到期|逾期|放款|还款|借款|签|合同|协议|施行|实施|修[正订]|通过|公布|生效|立案|判决|裁定|收到|案发|至|截止|[。；？！《]"
)
# 《…周刊》读者信箱: a paper, and no law
_PAPER = re.compile(r"《[^》]{2,12}(?:报|刊|财经|法治|法制|消费)》|《[^》]{2,12}》(?=专栏|副刊|栏目|信箱|公众号)")
_HEAD_LINES, _LONGEST, _LONGEST_LAST = 6, 44, 16


def written_on(text: str) -> date | None:
    """The full day in the lines under the title, else the last line where that is a day and nothing else; None else."""
    lines = [_PAPER.sub("", line).strip() for line in text.splitlines() if line.strip()]
    for line in lines[:_HEAD_LINES]:
        match = _DAY.search(line) if len(line) <= _LONGEST else None
        if match and not _OF_ANOTHER.search(line) and _is_label(line[: match.start()]):
            return _day(match)
    last = _DAY.match(lines[-1]) if lines and len(lines[-1]) <= _LONGEST_LAST else None
    return _day(last) if last else None


def _is_label(before: str) -> bool:
    return not re.search("[：:]", before) or _LABEL.search(before) is not None


def _day(match: re.Match[str]) -> date | None:
    year, month, day = (number((match[n] or match.groupdict().get(f"{n}2") or "").replace("〇", "零")) for n in "ymd")
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None
