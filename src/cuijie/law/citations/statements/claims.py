"""What a text says a provision says: the words around a citation, and the words it quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.statements.glossing import in_chinese
from cuijie.law.citations.statements.quoted import CUE, LONGEST_SENTENCE, quotes_of, sentence_start

__all__ = ["Claim", "Said", "Told", "chains", "is_asked_for", "said_of"]

Strength = Literal["named", "stated", "drawn", "facts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Words said of a provision.

    ``named``: the very subject (第…条规定的最小必要原则); ``stated``: a sentence of what it provides;
    ``drawn``: a conclusion drawn from it (根据第…条，……); ``facts``: what is said to break it (……，违反第…条).
    """

    words: str
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Words beside a citation that may say what it provides; ``drawn``: they may as well be what follows from it."""

    words: str
    drawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that a text says of one citation: claims, quotations, the whole sentence, and the one before (``earlier``).

    ``clause`` is the sentence without what is said of the citation behind it; ``passage`` what stands behind it up to the end of the
    line or the next citation: a reprint has several sentences.
    """

    claims: tuple[Claim, ...]
    quotes: tuple[str, ...]
    sentence: str
    before: str
    after: str
    told: tuple[Told, ...] = ()
    earlier: str = ""
    clause: str = ""
    passage: str = ""

    @property
    def context(self) -> str:
        """The sentence with the one before it, of which it may speak (他们, 也一样)."""
        return f"{self.earlier}。{self.sentence}" if self.earlier else self.sentence

    @property
    def grounded(self) -> bool:
        """Whether something is drawn from the citation: 根据…, 依照…."""
        return _GROUND.search(self.before) is not None


# 请于七日内删除, 收到本函后三日内: what the writer asks for, by a day of his own
_ASKED_FOR = re.compile(
    r"(?<![申提聘邀恳敬])请(?![求假示教])|(?:[收接]到?|本|此)(?:来?函|(?<=[本此])(?:通知书?|告知书))[^，。；]{0,8}$"
)
_JOINER = re.compile(
    r"[》”」]?(?:、|，|和|及|与|以及|或|或者|并|并且|同时|还有|暨|结合|参照|以及其|配合|\s)*(?:违反了?|依据|根据|依照|参照|按照|参见)?"
)
_NOUN = re.compile(
    r"》?(?:之|所|中所|里所|中|里|明文|明确)*(?:规定|确立|确定|明确|要求|保护|赋予|设定|载明|确认|禁止|所称|列举|列明)(?:了)?的([^，。；！？\n：（）“”「」]{2,40})"
)
# the subject named ends where the sentence goes on: 规定的投诉、举报权利 | 向网信部门举报
_SUBJECT_END = re.compile(
    r"(?<=[则权利务任罪度款定])(?:向|来|提起|提出|主张|请求|予以|进行|追究|可以|应当|将|对|请|已|就|也)"
)
_OF = re.compile(
    r"(?:中|里)?(?:关于|有关|对于)([^，。；！？\n]{2,40}?)(?:的)?(?:规定|要求|条款|内容|义务|原则|制度)|的([^，。；！？\n的]{2,18}(?:原则|义务|权利|权|罪|责任|制度|条款|上限|红线|赔偿|期限|时效|标准|禁令|冷静期))"
    r"|对于?([^，。；！？\n]{2,40}?)[作做][出了]{1,2}(?:明确|具体|专门|详细)?(?:的)?规定"
)
_STATED = re.compile(
    rf"(?:也|还|均|都|呢|呀|啊|嘛|分别|则|就|中|里|已|已经|只|仅|明文|同样|曾|便|其实|实际上?)*{CUE}(?:了|到|的是|有)?[：，]?(?!的)([^。！？\n]{{2,}})"
)
_COLON = re.compile(r"(?:：|-{2})([^。！？\n]{2,})")
# 刑法第305条虚假诉讼罪; a listed article followed by its words
_BESIDE = re.compile(
    r"》?(?![的之和及与或、，等也还就都均并中里所对已未不是向要在能可以将下第前后同再另])([\u4e00-\u9fff][^，。；！？\n]{1,15})(?=[，。；！？\n]|$)"
)
_LISTED = re.compile(r"》?(?![的之和及与或、，等中里所])([\u4e00-\u9fff][^\n]{7,})")
_LABEL = re.compile(r"[（〔]([^（）〔〕\n]{2,40})[）〕]")
_NO_LABEL = re.compile(
    r"\d{4}|〔|简称|现第|原第|即第|修[正订]|现为|原为|下同|以下|施行|第[零一二三四五六七八九十百千0-9]+[条款项]|条号|已废止|废止"
)
_CONSEQUENT = re.compile(
    r"(?:(?:的规定|之规定|规定)?[，：]|作?为(?:依据|根据|据|由)，?(?:主张|请求|要求|索要|索赔))([^。！？\n]{2,})"
)
_AS_GROUND = re.compile(r"作?为(?:依据|根据|据|由)")
_GROUND = re.compile(r"(?:根据|依据|依照|按照|遵照|参照|基于|依|据)(?:了)?(?:中华人民共和国)?[《“]?$")
_LEADING = re.compile(
    r"([^。！？；\n]{2,80}?)[，、]?(?:已经|已|均|都|明显|涉嫌|严重|直接|显然|也)*(?<!或者)(?<!或)(?<!且)(?<!并)(?<!又)(?:违反|触犯|侵犯|构成|涉嫌|违背|依据|根据|依照|按照|参见|见)(?:了)?[《“]?$"
)
# 限制高消费的法律依据为《…》第…条
_GROUND_OF = re.compile(
    r"(?:^|[，；：])([^，。；：！？\n]{2,20})的(?:法律)?(?:依据|根据|出处)(?:主要)?(?:是|为|在于|来源于|规定在)[《“]?$"
)
_TAKEN = re.compile(r"把([^，。；]{2,20}?)(?:说成|当成|归到|写成|安到|算到)(?:是|了)?[《“]?$")
_BRACKETED = re.compile(r"([^。！？；\n，]{2,60})（(?:见|参见|依据|根据|详见|《)?$")
_CROSS_REFERENCE = re.compile(
    r"(?:所|中)?(?:规定|列举|列明|所列)(?:的)?(?:上述|前述|各项|该等)?"
    r"(?:情形|条件|事由|期限|期间|程序|事实|标准|方式|范围|比例|数额|材料|行为|情况)(?:的|之一|之外|以外|外|，|。|；|、|$)"
)
_HEADED = re.compile(
    r"(?:^|[\n|；。])[-*•#>]*(?:[（]?[0-9一二三四五六七八九十]{1,3}[）.、])?([^\n|：。；，《]{2,24})(?:：|\|-{0,3})(?:见|参见|依据|法律依据|根据)?：?$"
)
# the words broke the law: what follows is told of the case
_BREACH = re.compile(r"(?:违反|违背|触犯|侵犯|侵害|构成|涉嫌)[^，。；]{0,30}$")
# 规定的……, 规定认定……: speaks of the article; what it provides is a claim of its own
_SPEAKS_OF = re.compile(r"[》”」]?(?:之|所|中|的)?(?:规定|列举|列明|所列)(?![了，：])")
_CELL = re.compile(r"[^\S\n]*\|[^\S\n]*([^|\n]{4,})")
_OPENING = re.compile(r"^[》”」|\s]*(?:的规定|之规定|规定)?[，：、）\s]*(?:须|应当?|可以?|可)?")
_SOURCE = re.compile(
    r"([^。！？；\n]{6,})[，（(|]\s*(?:这|那|这个|这就|这也|也|都|均)?(?:是|就是|见|参见|参考|可参考|详见|出自|来自|依据是?|依据为|规定在|写在)《?$"
    r"|([^。！？；\n]{6,})(?:[（👉→➡☞]\ufe0f?|-{2})《?$"
)
# ……，看《…》第…条: said of it is the clause before; ……。条文是《…》第…条: the sentence before
_BEHIND = re.compile(
    r"(?:^|[，、：])([^，、：。！？；\n]{2,}(?:[，、][^，：。！？；\n]{2,}){0,1}?)[，：](?:但|而|可|请|你们?|大家)*(?:这|那|都|也|就)*"
    r"(?:(?:法律)?依据|条文|法条|条号|出处|规定)?(?:是|就是|为|在|见|参见|参考|详见|[去可]?[看查翻]|可?查阅|应[当该]?引用?|可以?引用?|引用?|对应|适用|靠的是)?[《“]?$"
)
_NOTHING_BUT = re.compile(
    r"^(?:（[√✓对正确]{1,2}）)?(?:这|那|其|相关)?(?:法律)?(?:解析|依据|条文|法条|条号|出处|规定)(?:是|就是|为|在|见)?[：]?[《“]?$"
)
_POINTS_BACK = re.compile(
    r"(?:里|中)?(?:就|也|都)?(?:管|说|讲|写)的?(?:就是|的是|是)?(?:这个|这事|这一点|这些|这种|此)(?=[，。；！]|$)"
)
_INSIDE = re.compile(r"（(?:见|参见|依据|根据|详见)?[《“]?$")
_ONLY_SAYS = re.compile(
    r"(?:里|中)?(?:也|亦|都|就|均|早就?|已经?|明确|对此)*(?:(?:写|说|讲|规定|要求|明确)(?:的|了|着|过|得很?清楚|得很明白|得明明白白|得很明确)|有(?:明确|明文)?的?(?:规定|要求)|有明文|的(?:规矩|意思|说法|原话|原意|本意|明文|要求|红线))(?:呢|哦|啊|哈|呀)?(?=[，。；！]|$)"
)
# 第…条写得很清楚，不得……: what it says follows
_SAYS_NEXT = re.compile(
    r"[》”」]?(?:里|中)?(?:也|都|就|均|早就?|已经?|明确)*(?:写|说|讲|规定)得[^，。；：]{1,8}[，：]((?=[^，。；]{0,12}(?:不得|应当?|禁止|必须|可以|有权|任何))[^。；！？\n]{4,})"
)
_ALONE = re.compile(r"^[（(]《?$")  # ……。（《…》第…条）
_DASHED = re.compile(r"^-{1,2}《?$")  # ……。——《…》第…条
_FIELD = re.compile(
    r"[》”]?；((?:期间|期限|时限|时间|内容|要点|后果|罚则|处罚|金额|标准|比例|数额|说明|规定)：[^；。\n]{1,60})"
)
_CLOSES = re.compile(r"[》”]?）")
# a line that is nothing but the citation heads what stands on the next
_HEADS = re.compile(
    r"[》”]?[：]?\n{1,2}(?!此致|特此|以上|综上|因此|所以|故|请|原告|被告|申请人|投诉人|(?:19|20)[0-9]{2}年|二零)([^\n。；|]{8,80})"
)
_MARK = re.compile(r"[^\u4e00-\u9fffA-Za-z|]{0,6}")
_GROUNDS_NEXT = re.compile(r"，[^，；：。“”（）]{1,20}(?:依照?|按照?|根据|依据|适用)(?:中华人民共和国)?$")
# 第…条，共同侵权是第…条: the clause names what the next one is about
_NAMES_NEXT = re.compile(r"，[^，；：。“”（）]{2,16}(?<![说讲指])(?:是|归|对应)(?:中华人民共和国)?[《“]?$")
# ……的规则：……（另一法第…条）: what the colon leads to is the bracket's, unless 规定： says that it is this one's
_BRACKETS_NEXT = re.compile(
    r"(?:(?:^|，)[^，：；。“”（）]*(?<!规定)(?<!明确)(?<!要求)(?<!指出)(?<!载明)：|；)[^：；。“”（）]{8,}（(?:见|参见|依据|根据|详见)?$"
)
# ……，六十日内起诉（第…条第三款）: a clause that ends in a bracket with the next citation is the next's
_BRACKET = re.compile(r"[，；](?:并|且|而|违者|违反的)?[^，；：。（）|]{6,}（(?:见|参见|依据|根据|详见)?[《“]?$")
_POINTS = re.compile(r"[^，。；：]{4,}见[《“]?$")
_TOLD, _LITTLE = 4, 2
_SHORT = 10
_LONGEST_RUN = 40
_LONGEST_QUOTE = 4000


def chains(text: str, mentions: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions in runs that share what is said of them: 《…》第一条、第二条和《…》第三条规定……."""
    runs: list[list[Mention]] = []
    for mention in mentions:
        last = runs[-1][-1] if runs else None
        if (
            last is not None
            and len(runs[-1]) < _LONGEST_RUN
            and (mention.group == last.group or (not mention.refers_back and _joined(text, last.end, mention.start)))
        ):
            runs[-1].append(mention)
        else:
            runs.append([mention])
    return runs


def _joined(text: str, end: int, start: int) -> bool:
    return start >= end and start - end <= 8 and _JOINER.fullmatch(text[end:start]) is not None


def is_asked_for(words: str, at: int) -> bool:
    """Whether a term that stands at *at* is one the writer sets (请于七日内……): nothing is told of the provision by it."""
    opening = max(words.rfind(sign, 0, at) for sign in "。；！？\n") + 1
    return _ASKED_FOR.search(words, opening, at) is not None


def said_of(text: str, run: Sequence[Mention], limit: tuple[int, int]) -> Said:
    """What the text says of the citations of *run*; *limit* is where the neighbouring citations end and begin."""
    start, end = run[0].start, max(mention.end for mention in run)
    until = _until(text, end, limit[1])
    before = text[max(sentence_start(text, start), min(limit[0], start)) : start]
    after = _without_the_nexts(until, before) if end + len(until) == limit[1] < len(text) else until
    clause_end = end + len(after) if after != until else _clause_end(text, end, limit[1])
    opening = sentence_start(text, start)
    earlier = _sentence_before(text, start, limit[0])
    if earlier and _DASHED.match(before):  # ……。——第…条: the sentence before is the citation's own
        opening, earlier = opening - len(earlier) - 1, ""
    sentence = text[opening : _sentence_end(text, end)]
    quotes = quotes_of(text, start, end, limit)
    claims = _claims(after, before, quotes)
    at_line_start = start == 0 or text[start - 1] == "\n"
    if not quotes and not claims and at_line_start and (listed := _LISTED.match(text[end : end + 200])):
        claims = [Claim(words=listed[1], strength="stated")]
    return Said(
        claims=tuple(claims),
        quotes=tuple(quotes),
        sentence=sentence,
        before=before,
        after=after,
        told=tuple(
            replace(one, words=in_chinese(one.words, first=one.words in after))
            for one in _told(text, (start, end), limit, after, before)
        ),
        earlier=earlier,
        clause=text[opening:clause_end],
        passage=_passage(text, end, limit[1]),
    )


def _without_the_nexts(after: str, before: str) -> str:
    """The words up to the next citation without the clause that leads on to it (，期限依 | 该条例……) or that its bracket ends.

    ……见第…条，……，第…条: where this one is told before it, the next is as well.
    """
    if _POINTS.search(before) and after[:1] + after[-1:] == "，，":
        return ""
    if (leads := _GROUNDS_NEXT.search(after)) and (leads.start() >= _TOLD or after[:1] == "）"):
        return after[: leads.start()]
    if leads := _NAMES_NEXT.search(after):
        return after[: leads.start()]
    bracket = _BRACKETS_NEXT.search(after) or _BRACKET.search(after)
    return after[: bracket.start()] if bracket else after


def _passage(text: str, end: int, following: int) -> str:
    line = text.find("\n", end, end + _LONGEST_QUOTE)
    return text[end : min(following, line if line >= 0 else len(text), end + _LONGEST_QUOTE)]


def _clause_end(text: str, end: int, following: int) -> int:
    """Where the citation's part of the sentence ends: at a semicolon, where the next citation stands behind it."""
    whole = _sentence_end(text, end)
    semicolon = text.find("；", end, whole)
    return semicolon if 0 <= semicolon < following < whole else whole


def _told(text: str, span: tuple[int, int], limit: tuple[int, int], after: str, before: str) -> Iterator[Told]:
    """What stands right after the citation; where nothing does, what stands right before it (……，这是第…条)."""
    breaks = _BREACH.search(before) is not None
    rest = _LABEL.sub("", after, count=1) if after[:1] in "（〔" else after
    if after.startswith("|"):  # in a table: the next cell of the same row
        cell = _CELL.match(text[span[1] : min(limit[1], span[1] + _LONGEST_QUOTE)])
        rest = cell[1] if cell else ""
    if not rest and after.startswith("|") and before.endswith("|") and (cells := _cells(before)):
        yield Told(words=cells, drawn=False)
        return
    if not rest and (field := _FIELD.match(text, span[1])):  # 依据：第…条；期间：三年
        yield Told(words=field[1], drawn=False)
        return
    line = text[text.rfind("\n", 0, span[0]) + 1 : span[0]]
    if not rest and _MARK.fullmatch(line) and (headed := _HEADS.match(text, span[1])) and headed.end() <= limit[1]:
        yield Told(words=headed[1], drawn=False)
        return
    # ……（第…条），…… and ……，第…条写的: said of it is what stands before
    if says := _SAYS_NEXT.match(rest):
        yield Told(words=says[1], drawn=False)
        return
    behind = (_INSIDE.search(before) and _CLOSES.match(after)) or _ONLY_SAYS.match(rest) or _POINTS_BACK.match(rest)
    rest = "" if behind else _OPENING.sub("", rest)
    if len(rest) >= _TOLD and not breaks and not _SPEAKS_OF.match(after):
        yield Told(words=rest, drawn=_GROUND.search(before) is not None)
    elif len(rest) < _LITTLE and limit[0] <= sentence_start(text, span[0]) and (source := _SOURCE.search(before)):
        yield Told(words=source[1] or source[2], drawn=False)
    elif (
        len(rest) < _LITTLE
        and (_NOTHING_BUT.match(before) or _DASHED.match(before) or (_ALONE.match(before) and _CLOSES.match(after)))
        and (sentence := _sentence_before(text, span[0], limit[0]))
    ):
        yield Told(words=sentence, drawn=False)
    elif len(rest) < _LITTLE and not breaks and (clause := _BEHIND.search(before)):
        yield Told(words=clause[1], drawn=False)


def _cells(row: str) -> str:
    """What the cells of a table row before that of the citation tell, in one sentence."""
    return "，".join(cell for cell in row.split("|") if len(cell) >= _LITTLE)


def _sentence_before(text: str, place: int, limit: int) -> str:
    """The sentence before the one at *place*, on the same line; none of which a citation, ending at *limit*, has a part."""
    start = sentence_start(text, place)
    if start < 2 or text[start - 1] == "\n" or sentence_start(text, start - 1) < limit:
        return ""
    return text[sentence_start(text, start - 1) : start - 1]


def _sentence_end(text: str, place: int) -> int:
    most = min(len(text), place + LONGEST_SENTENCE)
    return min([most, *(found for sign in "。！？\n" if (found := text.find(sign, place, most)) >= 0)])


def _until(text: str, end: int, limit: int) -> str:
    """The words after a citation up to the end of its sentence; a semicolon ends it unless inside quotation marks."""
    depth, at = 0, end
    while at < min(limit, len(text), end + _LONGEST_QUOTE):
        sign = text[at]
        depth += (sign in "“「『") - (sign in "”」』")
        if (sign in "。！？；" and depth <= 0) or sign == "\n":
            break
        at += 1
    return text[end:at]


def _claims(after: str, before: str, quotes: list[str]) -> list[Claim]:
    found: list[Claim] = []
    rest = after
    if (label := _LABEL.match(after)) and not _NO_LABEL.search(label[1]):
        found.append(Claim(words=label[1], strength="named"))
        rest = after[label.end() :]
    elif label:
        rest = after[label.end() :]
    if _CROSS_REFERENCE.match(rest):  # 第…条规定的情形: speaks of the article and not of what it says
        return found
    noun = _NOUN.match(rest) or _OF.match(rest)
    if noun:
        words = next(group for group in noun.groups() if group)
        found.append(Claim(words=_SUBJECT_END.split(words, maxsplit=1)[0], strength="named"))
    elif says := _SAYS_NEXT.match(rest):
        found.append(Claim(words=says[1], strength="stated"))
    elif _ONLY_SAYS.match(rest) or _POINTS_BACK.match(rest):
        pass
    elif stated := _STATED.match(rest) or _COLON.match(rest):
        found.append(Claim(words=stated[1], strength="stated"))
    elif beside := _BESIDE.match(rest):
        found.append(Claim(words=beside[1], strength="stated"))
    elif consequent := _CONSEQUENT.match(rest):
        found.append(
            Claim(
                words=consequent[1], strength="drawn" if _GROUND.search(before) or _AS_GROUND.match(rest) else "facts"
            )
        )
    found += (Claim(words=quote, strength="named") for quote in quotes if len(quote) < _SHORT)
    if bracketed := _BRACKETED.search(before):
        found.append(Claim(words=bracketed[1], strength="stated" if not found else "facts"))
    elif (headed := _HEADED.search(before)) and not _NOTHING_BUT.match(before):
        found.append(Claim(words=headed[1], strength="stated" if not found else "facts"))
    elif ground := _GROUND_OF.search(before):
        found.append(Claim(words=ground[1], strength="stated" if not found else "facts"))
    elif taken := _TAKEN.search(before):
        found.append(Claim(words=taken[1], strength="stated"))
    elif not noun and (leading := _LEADING.search(before)):
        found.append(Claim(words=leading[1], strength="facts"))
    return found
