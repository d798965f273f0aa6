"""The words in quotation marks that stand beside a citation, and which of them are told of it."""

from __future__ import annotations

import re

__all__ = ["CUE", "LONGEST_SENTENCE", "quotes_of", "sentence_start"]

_STOPS = "。！？；\n"
LONGEST_SENTENCE = 600
CUE = (
    r"(?:规定|明确|要求|禁止|确立|赋予|指出|强调|载明|提到|写明|写道|写着|写的是|讲的是|说的是|说|讲|表述为|原文|条文|内容|的规定(?=：)|显示|"
    r"是关于|关于|是指|是|称|即|为(?!据|依据|根据|由))"
)
_QUOTE_GAP = re.compile(
    rf"(?:的|中|里|第[零一二三四五六七八九十0-9]+款|第?（?[零一二三四五六七八九十0-9]+）?项|明文|明确|已经|就|也|还|分别|均|同时|》|）|对此|"
    rf"写(?:了|明|着)|-{{2}}|关于[^，。；“”：]{{2,14}}?|写得很清楚|说得很清楚|有如下|如下|清楚|这样|更|又|再|甚至|原话|原文|(?:是)?怎么(?:写|说|规定)的？?|白纸黑字|{CUE}|了|到|：|，|\n|\s)*"
)
_SAYS = re.compile(rf"：|写|关于|-{{2}}|{CUE}|原话|怎么|[款项》）]")
_PAIRS = {"“": "”", "「": "」", "『": "』", '"': '"', "‘": "’", "＂": "＂", "〝": "〞", "'": "'"}
_BEFORE_GAP = re.compile(
    r"[，。]?(?:（(?:见|参见)?|-{1,2}|出自|语出|见|参见|来自|引自|载于|摘自|这是|这就是|规定在|写在|来源：?|[0-9]{4}年(?:起|新|修[订正]后?|施行|版)*的|现行的?|新修[订正]的|《|\n)*"
)
# whose the words are that stand before a citation behind a comma
_ITS_OWNER = re.compile(
    r"(?:[新旧原老]法|[新旧]版|修[订正改]前|(?:合同|协议|条款|公告|通知|短信|客服|对方|平台|银行|催收员?|被告|原告|贵[司行方]|他们?|她)[^，。；：“”]{0,6})"
    r"(?:规定|约定|写明|载明|写|说|称|回复|表示|辩称|主张|的|中|里|是|为|着|了)*[：]?$"
)
_FIRST_PERSON = re.compile(r"我们|我[司方行]|本(?:公司|平台|行)")  # no law speaks so
# what stands between when the citation opens a sentence of its own and tells something itself
_NEXT_SENTENCE = re.compile(r"(?:。\n*|\n+)-?《?")
_TELLS_ITSELF = re.compile(r"[》”」]?[，：]?[^。；！？，：”」）\n]{4}")


def sentence_start(text: str, place: int) -> int:
    """Where the sentence begins that stands at *place*."""
    least = max(0, place - LONGEST_SENTENCE)
    return max(least - 1, *(text.rfind(sign, least, place) for sign in _STOPS)) + 1


def quotes_of(text: str, start: int, end: int, limit: tuple[int, int]) -> list[str]:
    """The words in quotation marks that are tied to the citation, after it or right before it."""
    gap = _QUOTE_GAP.match(text, end)
    found: list[str] = []
    at = gap.end() if gap and (not gap[0] or _SAYS.search(gap[0])) else end
    while at < min(limit[1], len(text)) and text[at] in _PAIRS:
        closing = text.find(_PAIRS[text[at]], at + 1)
        if closing < 0:
            break
        found.append(text[at + 1 : closing])
        following = _QUOTE_GAP.match(text, closing + 1)
        at = following.end() if following and following[0] == "" else closing + 1
        if not following or following[0] != "":
            break
    if found:
        return found
    return _quote_before(text, start, end, limit[0])


def _quote_before(text: str, start: int, end: int, limit: int) -> list[str]:
    for closing in range(start - 1, max(limit, start - 20) - 1, -1):
        if text[closing] in "”」』" and _BEFORE_GAP.fullmatch(text[closing + 1 : start]):
            opening = text.rfind({"”": "“", "」": "「", "』": "『"}[text[closing]], max(limit, 0), closing)
            ended = "。" in text[closing:start] and limit > 0 and sentence_start(text, closing) <= limit
            owned = text[closing + 1 : closing + 2] == "，" and _ITS_OWNER.search(text, max(limit, 0), max(opening, 0))
            apart = _NEXT_SENTENCE.fullmatch(text[closing + 1 : start]) and _TELLS_ITSELF.match(text, end)
            theirs = _FIRST_PERSON.search(text, max(opening, 0), closing)
            # theirs: “我们可能共享……”。第…条; ended: the citation before's; owned: 旧法“……”，新法第…条; apart: 对方说“……”。第…条规定……
            return [text[opening + 1 : closing]] if opening >= 0 and not (theirs or ended or owned or apart) else []
    return []
