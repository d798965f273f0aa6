"""The text as the citation reader sees it: folded signs, no line breaks inside sentences, and the way back."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

__all__ = ["View", "view_of"]

_FOLD = str.maketrans(
    {
        **{chr(0xFF10 + n): str(n) for n in range(10)},
        **{chr(0xFF21 + n): chr(65 + n) for n in range(26)},
        **{chr(0xFF41 + n): chr(97 + n) for n in range(26)},
        "(": "（",
        ")": "）",
        "〈": "《",
        "〉": "》",
        "＜": "《",
        "＞": "》",
        "«": "《",
        "»": "》",
        "﹝": "〔",
        "﹞": "〕",
        "［": "〔",
        "］": "〕",
        "【": "〔",
        "】": "〕",
        "§": "第",
        "〇": "零",
        "○": "零",
        "Ｏ": "零",
        "﹣": "-",
        "－": "-",
        "–": "-",
        "—": "-",
        "～": "-",
        "~": "-",
        "〜": "-",
        "﹐": "，",
        ",": "，",
        ";": "；",
        ":": "：",
        "／": "/",
        "｜": "|",
        "│": "|",
        # the traditional forms that citations are written with
        **dict(
            zip(
                "條項個資訊護網絡費權協業監督責侵處罰則關於幹問題釋規貸銀險機構徵險單據證與無從華國當務電詐騙婦爾記錄號輿實隱範圍進聯債",
                "条项个资讯护网络费权协业监督责侵处罚则关于干问题释规贷银险机构征险单据证与无从华国当务电诈骗妇尔记录号舆实隐范围进联债",
                strict=True,
            )
        ),
    }
)
_ENDS = "。！？；：!?;:”」』》）)|"
_LIST = re.compile(
    r"[ \t\u3000]*(?:[（(]?[一二三四五六七八九十]{1,3}[）)、．.]|[（(]?\d{1,2}[）)、．.]|第[^，。]{1,9}[条章节]|[-*•●·#>|]|\d\ufe0f?\u20e3|\U0001f51f)"
)
_WRAPPED = 15
_FULL = 0.8
_APART = 2  # signs between the cells of a row


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """``text`` to search in; ``at[i]`` is the place of its character i in the original."""

    text: str
    at: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of the characters start to end of the view."""
        return self.at[start], self.at[end - 1] + 1

    def index(self, place: int) -> int:
        """The first character of the view that stands at *place* of the original or after it."""
        return bisect_right(self.at, place - 1)


def view_of(original: str) -> View:
    """The view of *original*: blanks are dropped, a line break stays only where a sentence, a heading or an item ends."""
    signs: list[str] = []
    at: list[int] = []
    place = 0
    lines = original.split("\n")
    for number, line in enumerate(lines):
        for offset, sign in enumerate(line):
            if not (sign.isspace() or sign in "\u200b\ufeff\u00ad*`"):
                signs.append(sign)
                at.append(place + offset)
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if number + 1 < len(lines) and not _runs_on(line, following, _width_around(lines, number)):
            signs.append("\n")
            at.append(place + len(line))
        place += len(line) + 1
    return View(text="".join(signs).translate(_FOLD), at=tuple(at), original=original)


def _width_around(lines: list[str], number: int) -> int:
    """The length of the longest line nearby: a line that was broken by its width is about as long."""
    return max(len(line.strip()) for line in lines[max(0, number - 3) : number + 4])


def _runs_on(line: str, following: str, width: int) -> bool:
    line = line.rstrip()
    if _is_row(line) and _is_row(following):
        return False
    if _SPLIT.search(line) and following.strip():
        return True
    length = len(line.strip())
    if length < max(_WRAPPED, width * _FULL) or not following.strip() or line[-1] in _ENDS:
        return False
    return not (_LIST.match(following) or _LABELLED.match(following)) or _cut_inside(line, following)


def _is_row(line: str) -> bool:
    """Whether the line is a row of a table, its cells apart by bars or by tabs."""
    return any(line.strip().count(sign) >= _APART for sign in "|｜│\t")


_LABELLED = re.compile(r"[ \t\u3000]*[^，。；\s]{1,8}[：:|]|[^，。；]{1,12}\d{1,2}[:：]\d{2}")
_SPLIT = re.compile(r"第[零一二三四五六七八九十百千0-9]*$|《[^》]{1,40}$")
_OPEN = re.compile(
    r"第[零〇一二三四五六七八九十百千0-9]*$|[零〇一二三四五六七八九十百千0-9）][条款项][、，和及]?$|《[^》]*$"
)


_NEXT_ITEM = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]+[）)]?、|[-*•●·#>|①-⑳]|[（(][一二三四五六七八九十\d]{1,3}[）)](?![项款])|\d{1,2}[.．](?!\d))"
)


def _cut_inside(line: str, following: str) -> bool:
    """Whether the line breaks off in the middle of a citation, so that 第… at the start of the next is no heading."""
    return bool(_OPEN.search(line)) and not _NEXT_ITEM.match(following)
