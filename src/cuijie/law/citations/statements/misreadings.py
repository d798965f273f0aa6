"""What each of the articles most often cited is told to say and does not: its own rule turned round, widened or emptied.

``misreadings/<instrument id>.yaml`` lists them by article, in patterns of people's words: ``{无须}`` stands for a list of words
of ``misreadings/words.yaml``, ``~`` for some words of one clause, ``≈`` for some words of one sentence.  An article is condemned
only where the text says the thing itself: not where it denies or doubts it, puts it into another's mouth and goes on with
"but", or calls it a breach.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.law.citations.notes import Note
from cuijie.law.citations.statements.claims import Said, is_asked_for

__all__ = ["Misreading", "articles_of", "misread", "misreadings_of", "read_misreading"]

_HERE = Path(__file__).parent / "misreadings"
_KEYS = ("says", "says_en", "wrong", "unless")

_WORDS = re.compile(r"\{([\u4e00-\u9fff]+)\}")
_IN_CLAUSE, _IN_SENTENCE = "[^，。；！？]{0,14}", "[^。；！？]{0,30}"
# between the words of a misreading nothing is denied: 联系人|不会因为第…条|自动成为……
_GAP = re.compile(r"(\[\^[，。；！？]+\])(\{0,[0-9]+\})")
_UNDENIED = (
    r"(?:(?!不(?![良论管还久满少然仅]|动产|可抗)|没有?(?!钱)|未必|无[须需权义]|并非|(?<=[，。；])但|例外|除外)\1)\2"
)
_SENTENCE_END = re.compile(r"[。！？；\n]")

# the text breaks off to deny it, ahead of it: 并非……, 不能因此说……, 不少人以为……
_DENIED = re.compile(
    r"不是|并非|并不|而非|不等于|不意味|不代表|不表示|不至于|不可能|不存在|不构成|误[以认]为|误[读解传]|谣|网传|传言|流传|以为|所谓|声称|谎称|号称|别信|别听|骗|吓唬|忽悠|哪[有里来]|何来|岂|难道|怎么(?:可能|会|能)"
    r"|没有(?:任何)?(?:规定|要求|说|写|讲|让|赋予|授权|允许|条文|哪一?条|法律|一[条句个])|没(?:说|写|讲|让|规定|要求)|(?:并未|从未|未)(?:规定|要求|允许|授权|赋予)|无一?(?:条|处)|从来?没"
    r"|不(?:能|可|应|得|宜|要)(?:被)?(?:再)?(?:理解|解释|据此|以此|由此|就此|推出|推定|说成?|得出|认为|因此|因为|拿|当成|作为|把|将|以|借|凭)|无权(?:以|据|因|借|凭)|是否|能否|可否|会不会|是不是|要不要|有没有|除非|担心|害怕|请问|想问"
)
# right before it: 不|可以公开, 不得|要求……
_TURNED = re.compile(
    r"(?:不[会用必需须要该应得能]{0,2}(?:被|再|以|当)?|没有?|无[需须](?:再)?|未|无|非|勿|莫|别|禁止|严禁|不得[^，。；]{0,6}|无权[^，。；]{0,6}|不能[^，。；]{0,4}|不可以?)$"
)
# behind it: 的说法不对, ……违反第…条
_REJECTED = re.compile(
    r"错误?[的了]?(?=[，。；！、）”」]|$)|是错|不对(?!称)|不正确|误[解读导]|不成立|没有(?:任何)?(?:法律|法定)?(?:上的)?(?:依据|根据|道理)|(?:于法)?无据|站不住|不符|谣|不实|胡说|扯淡|瞎|骗人|吓人|吓唬|忽悠|(?<!不)违[反法背规]|(?<!停止)(?<!受到)侵[犯害]了?(?!责任|人|的)|(?<!不)不合法|(?<!不)相悖|相抵触|背道而驰"
    r"|(?:约定|条款|承诺|声明|做法|行为)[^，。；]{0,6}(?:无效|不发生效力)|[吗么][，。；！？]?$|[？?]|是两回事|无关|没有关系|不相干|不[在归](?:这|该|本)|-{2}[那这该其第]|行不通|不可取|不受支持|不予采[纳信]"
)
_BUT = re.compile(
    r"但|然而|却|(?<!反|因|从|进)而(?!且|已|后)|可(?!以|能|视|以)|不过|其实|实际上|事实上|恰恰|相反|明明|殊不知|正确的?|法官|(?:法院|判决)(?:依|根据|按|认为|判|没|未|最终|只)"
)
_BREACH = re.compile(r"(?:违反|违背|触犯|侵犯|侵害|不符合?|有违|无视|规避|突破)(?:了)?[^，。；]{0,20}$")
_GROUNDED = re.compile(r"(?:根据|依据|依照|按照|遵照|依|按|据|援引|引用|适用)(?:了)?(?:中华人民共和国)?[《“]?$")
_LABELLED_GROUND = re.compile(r"(?:依据|根据)：[《“]?$")
_AT_ODDS = re.compile(
    r"[》”」]?(?:之|的)?(?:规定|要求|精神)?[^，。；]{0,4}(?:不[合符]|相悖|相违背|相?抵触|冲突|不一致)"
)
_TURNS = re.compile(
    r"不是|并非|不等于|不代表|不意味|未必|除外|例外|但(?!凡)|然而|却|[给对]我(?![司方行们])|投诉人|我(?:[母父妈爸妻儿女]|家|老公|丈夫)"
)
_IN_BRACKETS = re.compile(r"（(?:见|参见|依据|根据|详见)?[《“]?$")  # ……（第…条），……: what follows is the next thing
_FILLING = re.compile(r"[》”」（）()，、：；|\s]|的?规定")
_COURTS = re.compile(r"最高(?:人民|法院|法(?!定)|检)")  # 最高检2022年…… is no upper bound
# 非法|催收可|追究……: what may be done about it
_UNLAWFUL, _MAY = re.compile(r"(?:非法|违法|违规|不当|暴力|恶意)$"), re.compile(r"(?:可以?|有权|能够?)$")
_TERM = re.compile(r"[0-9一二两三四五六七八九十百]+个?(?:工作)?(?:日|天|小时|月)")
_IN_DATE = re.compile(r"月[\d一二三十]?$")  # 12月20日 is a day, no term of twenty days
_TOLD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Misreading:
    """One thing that an article is wrongly told to say; ``note`` tells what it says."""

    wrong: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    note: Note


def misread(instrument: str, article: str, said: Said) -> Note | None:
    """What the article really says, where the text tells one of its known misreadings; None where it tells none."""
    listed = misreadings_of(instrument, article)
    if not listed or _AT_ODDS.match(said.after):
        return None
    for text, place, least in _told(said):
        for one in listed:
            if one.unless and one.unless.search(text):
                continue
            if any(_is_told(match, place, least) for pattern in one.wrong for match in pattern.finditer(text)):
                return one.note
    return None


def _told(said: Said) -> Iterator[tuple[str, int, int]]:
    """The words said of the article, where in them the citation stands, and where at least a misreading must end.

    The words ahead are the citation's own where no other stands in its sentence, unless they tell of a breach; what a
    conclusion is drawn for (……，根据第…条，……) are facts.
    """
    own = said.sentence.startswith(said.before) and not _BREACH.search(said.before)
    before = said.before if own else ""
    after = "" if _IN_BRACKETS.search(said.before) else said.after
    follows = len(_FILLING.sub("", after)) >= _TOLD
    at = len(before)
    yield f"{before}，{after}", at, at + 1 if follows and _GROUNDED.search(before) else 0
    if _BREACH.search(said.before):
        return
    for one in said.told:
        if one.words == said.earlier and _LABELLED_GROUND.match(
            said.before
        ):  # ……的风险。依据：第…条: what it is applied to
            continue
        if (one.words not in said.before and one.words not in said.after) or not own:
            yield one.words, 0, 0


def _is_told(match: re.Match[str], place: int, least: int) -> bool:
    """Whether the text itself says what is matched."""
    if match.end() < least:
        return False
    text, start, end = match.string, match.start(), match.end()
    if _COURTS.search(match[0]) or _IN_DATE.search(text[:start]):
        return False
    if _UNLAWFUL.search(text[:start]) and _MAY.search(match[0]):
        return False
    opening = max((found.end() for found in _SENTENCE_END.finditer(text, 0, start)), default=0)
    closing = found.start() if (found := _SENTENCE_END.search(text, end)) else len(text)
    ahead, behind = text[opening:start], text[end : min(closing + 1, len(text))]
    if start < place and text.count("“", opening, start) > text.count("”", opening, start):  # 客服说“……”，第…条
        return False
    if (term := _TERM.search(text, start, end)) and is_asked_for(text, term.start()):
        return False
    if _TURNS.search(match[0]) or _DENIED.search(ahead) or _TURNED.search(ahead) or _REJECTED.search(behind):
        return False
    return not (end <= place and _BUT.search(text, end, place))


@cache
def misreadings_of(instrument: str, article: str) -> tuple[Misreading, ...]:
    """Those of one article.  Raises DataFileError."""
    rows = _rows(instrument)
    if rows is None or article not in rows:
        return ()
    return tuple(read_misreading(row) for row in rows.tables(article))


@cache
def _rows(instrument: str) -> Lines | None:
    path = _HERE / f"{instrument}.yaml"
    return load_table(path, "应是“'条号': 一列误读”") if path.is_file() else None


def articles_of(instrument: str) -> tuple[str, ...]:
    """The articles of which misreadings are listed.  Raises DataFileError."""
    return tuple(_rows(instrument) or ())


def read_misreading(row: Lines) -> Misreading:
    """The misreading written in *row*.  Raises DataFileError."""
    row.refuse_others(_KEYS)
    return Misreading(
        wrong=tuple(_pattern(row, "wrong", text) for text in row.texts("wrong")),
        unless=_pattern(row, "unless", row.text("unless")) if "unless" in row else None,
        note=Note(zh=row.text("says"), en=row.text("says_en")),
    )


def _pattern(row: Lines, key: str, written: str) -> re.Pattern[str]:
    """The pattern with its words and gaps filled in.  Raises DataFileError for words that are not listed or a bad pattern."""

    def listed(match: re.Match[str]) -> str:
        if match[1] not in _word_lists():
            raise row.wrong(key, f"words.yaml 里没有“{match[1]}”")
        return f"(?:{_word_lists().text(match[1])})"

    try:
        filled = _WORDS.sub(listed, written.replace("~", _IN_CLAUSE).replace("≈", _IN_SENTENCE))
        return re.compile(_GAP.sub(_UNDENIED, filled))
    except re.error as error:
        raise row.wrong(key, f"不是正确的正则表达式：{error}") from error


@cache
def _word_lists() -> Lines:
    return load_table(_HERE / "words.yaml")
