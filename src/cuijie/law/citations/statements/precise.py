"""Where what is said is about the article cited: are its numbers the article's, and is it in the paragraph or item named?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.quotations.quoting import shared
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.placing import applies_or_denies, of_a_case, of_the_law
from cuijie.law.citations.statements.ranking import telling_pairs
from cuijie.law.citations.statements.weighing import weigh
from cuijie.law.structure import Structure, normalise
from cuijie.law.structure.amounts import Amount, AmountFound, find_amounts
from cuijie.law.structure.elements import ELEMENT
from cuijie.law.structure.slots import marks_of, slots_in

__all__ = ["OtherAmount", "other_amount", "other_part", "passes_over_exception"]

_BOUND_AFTER = re.compile(r"(?:以[上下内]|之?内|工作日|起刑|的?(?:罚款|拘留|有期徒刑|罚金|时效|期限))")
_BOUND_BEFORE = re.compile(
    r"每[年月日天周][^，。；]{0,4}$|(?:是|为|按|要|给|[说写定]的|期限|时效|期间|保[存留]|满|达到?|处|罚|赔|判|拘|延[长期][至到])[^，。；]{0,2}$"
    r"|(?:最[高多低长]|至少|不[足满]|不(?:得|能|应|可)?(?:超过|低于|少于|高于)|上限|下限|超过)[^，。；]{0,12}$"
)
# what somebody was given is within the article's bounds: 对……的催收员罚款三百元
_IMPOSED = re.compile(r"对[^，。；]{2,40}(?:处以?|罚款|拘留)[^，。；]{0,4}$")
_A_TERM = re.compile(r"期限|期间|时效|时限")  # 办案期限自受理之日起十五日
_ENDS, _RUNS_FROM = re.compile(r"[，。；、）]|$"), re.compile(r"(?:起|之日|后|时|的)[^，。；]{0,3}$|^[^，。；]{0,8}$")
_LED_ON = re.compile(r"^的[^，。；]{1,12}，")
_NOUN = re.compile(
    r"^的(?=[^，。；的]{2,8}(?:是|为|仅|只有|至少|最[多高长])[^，。；]*[零一二三四五六七八九十百千万0-9])"
)  # 的罚款上限为五千元
_SEVERAL_SLOTS, _MOST_NUMBERS = 2, 2
_MUCH_SHARED, _HARDLY_SHARED, _BRIEF = 2.0, 0.34, 16
_ITEMS = re.compile(r"[五十百千万0-9]+条")  # 征信信息五十条、通信记录五百条、其他五千条以上
_DAYS = {"days": 1, "months": 30}  # 三个月内作出决定, where the article has sixty days
_TELLING = 4  # pairs of characters that stand around no number
# what is told is a number and nothing else: it may stand in another article and is wrong of this one all the same
_NUMBERS_ALONE = re.compile(
    r"[零一二两三四五六七八九十百千万亿0-9]+|以[上下内]|[年月日天元块次倍处罚款金拘留并可或至到的说写规定是给最高长短多少]"
)
_PENALTY = re.compile(r"(?:最[高低多]|起步)?(?:可以?|应当?|将|要|会)?(?:处|罚|判|并处|拘留)")  # 按照第…条，最高可处……
_GENERAL = ("最高", "最低", "最多", "起步")
_LITTLE = 4
_LABEL = 10  # characters of a mere label
_FIRST = 10  # characters before a number that opens what is said
# numbers of a case at hand, or of a law as it was or is said not to be
_NOT_OF_THE_LAW = re.compile(
    r"判处(?!罚金)|(?<![内查应当须])作出(?!之日)|(?<!复议)决定书|被判|被罚|被拘|被处|(?<!以[下内])酌[定情]|(?<!不)[罚判拘]了|支付(?!令)|偿还|到手|本金|逾期(?!不[改缴履申答执]|未[改缴履])|欠|以前|原来|旧|过去|曾(?!因|受过)|此前|改为|原先|不是|而非|并非"
    r"|责令[其他她你您]|超过[^，。；]{1,6}(?:仍)?[不未][归偿]?还|由.{1,12}(?:提[高到升至]|调整|改|降|增加)|提高到|降到|调整为|不止|换算|合计|总共|累计|加起来|折|修[订正改]前|四倍|LPR"
)
# 裁定不服，第…条规定也是十五日: what the number is of stands before the citation
_SAME_NUMBER = re.compile(r"(?:也|同样|都|均)?(?:是|为)?(?=[零一二三四五六七八九十百0-9]+个?[日天月年小])")
_TOPIC = re.compile(r"(?:^|[，；：])([^，；：。“”（）]{2,16})，$")
# 三年内，民诉法第二百五十条: nothing but the number stands before the citation
_BARE = re.compile(r"(?:.*：)?([^，；：。（）|]{2,12}?)(?:[，（]|[，（]?(?:见|看|根据|依据?|按照?|-{1,2}))[《“]?")
_SUMMED = re.compile(r"最[长多]|延长")
_POINTING = re.compile(r"(?:[那这]就?是|(?:就|正)是|属于|即为|系)[《“]?$")
_POINTED = re.compile(r"[》”]?(?:所指|所称|所说|所列|所规定|规定|列举)的")
_ASKS_NOT = re.compile(r"[^，；：]{0,6}不(?:要求|限于|以|问|论)")  # 第三款不要求冒充的是国家机关
_ABOUT = 0.8
_CLEARLY, _LEAST_DOUBT = 0.4, -2.0
_BETTER, _WORSE, _NATS = 0.5, 0.45, 2.8


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAmount:
    """A number that is not the provision's: as written, those of the same kind that it has, and the part that has it.

    ``misplaced``: the provision has it for another case, and *held* for the one told.
    """

    written: str
    held: tuple[Amount, ...]
    part: str
    misplaced: bool = False


def other_amount(citation: CitedArticle) -> OtherAmount | None:
    """The first number said of the provision that it has not, though it has others of the kind."""
    if not citation.is_one_law:
        return None
    said, shape, cited = citation.said, citation.shape, citation.keys
    allowed = {amount for one in citation.run if one.place for amount in _of_part(one, shape)}
    everywhere = {amount for one in cited for part in shape.articles[one].amounts.values() for amount in part}
    for words, sure in _numbered(said):
        fit = weigh(words, cited, shape)
        bare = (sure or _PENALTY.match(words)) and _is_bare(words)
        if not bare and (fit.doubt > _LEAST_DOUBT or not (sure or (fit.here >= _ABOUT and fit.best >= _CLEARLY))):
            continue
        for found in find_amounts(words):
            kind = _comparable(found.amount, allowed)
            if (
                kind
                and not any(_same(found.amount, amount) for amount in allowed)
                and _is_rule(words, found, kind, sure=sure)
                and not _beside(words, found, kind)
            ):
                part = _holder(found.amount, citation.key, shape) if found.amount in everywhere else ""
                return OtherAmount(written=found.written, held=tuple(sorted(kind)), part=part)
            if (
                found.amount in kind
                and not _is_the_most(words, found, kind)
                and (own := _misplaced(words, found, cited, shape))
                and not _in_its_place(words[found.end :], own, cited, shape)
            ):
                return OtherAmount(written=found.written, held=tuple(sorted(own)), part="", misplaced=True)
    return None


def _comparable(told: Amount, allowed: Collection[Amount]) -> set[Amount]:
    """Those of its kind; where the provision has none, a term in months is held against those in days, and the other way."""
    same = {amount for amount in allowed if amount.kind == told.kind}
    if same or told.kind not in _DAYS:
        return same
    return {amount for amount in allowed if amount.kind in _DAYS}


def _same(told: Amount, held: Amount) -> bool:
    return _value(told) == _value(held) and (told.kind == held.kind or {told.kind, held.kind} == set(_DAYS))


def _value(amount: Amount) -> float:
    """Its value; of a term in months or days, in days."""
    return amount.value * _DAYS.get(amount.kind, 1)


def _numbered(said: Said) -> Iterator[tuple[str, bool]]:
    """The statements that may hold numbers, and whether they are surely told of the provision."""
    for claim in said.claims:
        if (short := _SAME_NUMBER.match(claim.words)) and (topic := _TOPIC.search(said.before)):
            yield f"{topic[1]}{claim.words[short.end() :]}", True
    if pointing := _POINTING.search(said.before):
        if pointing[0].startswith(("那", "这")):
            yield said.before, True
        elif _POINTED.match(said.after):  # 反复滋扰、纠缠，正是第…条第（五）项所指的行为
            yield from _rules(said.before[: pointing.start()], sure=False)
    if (bare := _BARE.fullmatch(said.before)) and said.clause.startswith(said.before) and _is_bare(bare[1]):
        yield from _rules(bare[1], sure=True)
    for claim in said.claims:
        words = of_the_law(claim.words)
        general = words.startswith(_GENERAL) or not of_a_case(words)
        if claim.strength in ("named", "stated") or (claim.strength == "drawn" and general):
            yield from _rules(words, sure=claim.strength != "drawn")
    for told in said.told:
        if not of_a_case(told.words):  # 第…条的侮辱罪，最高……
            yield from _rules(_NOUN.sub("", _LED_ON.sub("", told.words, count=1)), sure=not told.drawn)


def _is_bare(words: str) -> bool:
    """Whether *words* are hardly more than a number."""
    return len(_NUMBERS_ALONE.sub("", normalise(words))) <= _LITTLE


def _rules(words: str, *, sure: bool) -> Iterator[tuple[str, bool]]:
    if not applies_or_denies(words) and not _NOT_OF_THE_LAW.search(words):
        yield words, sure


def _of_part(mention: Mention, shape: Structure) -> frozenset[Amount]:
    """The amounts of the paragraph or item cited with those of the words before its items, else of the whole article."""
    place = mention.place
    article = shape.articles.get(place.article.key) if place else None
    if place is None or article is None:
        return frozenset()
    paragraph = place.paragraph or (article.with_item(place.item) if place.item else None)
    if paragraph is None:
        return frozenset().union(*article.amounts.values())
    own = [f"{paragraph}", f"{paragraph}.{place.item}"] if place.item else None
    chosen = (part for part in article.amounts if (part in own if own else part.split(".")[0] == str(paragraph)))
    return frozenset().union(*(article.amounts[part] for part in chosen))


def _is_rule(words: str, found: AmountFound, held: Collection[Amount], *, sure: bool) -> bool:
    """Whether the number is stated as the law's own, not as one that a case came to within its bounds."""
    values = [_value(amount) for amount in held]
    if _SUMMED.search(words) and any(math.isclose(a + b, _value(found.amount)) for a in values for b in values):
        return False
    if (
        _value(found.amount) < max(values)
        and _IMPOSED.search(words[: found.start])
        and not _BOUND_AFTER.match(words, found.end)
    ):
        return False
    if _BOUND_AFTER.match(words, found.end) or _BOUND_BEFORE.search(words[: found.start]):
        return True
    if any(one.amount in held for one in find_amounts(words)):  # 点击五千次或者转发三百次: beside one of the article's
        return True
    if (
        (sure or _A_TERM.search(words[: found.start]))
        and _ENDS.match(words, found.end)
        and _RUNS_FROM.search(words[: found.start])
    ):
        return True
    return found.start <= _FIRST and _value(found.amount) > max(values) and found.amount.kind != "yuan"


def _beside(words: str, found: AmountFound, held: Collection[Amount]) -> bool:
    """Whether another clause has a number of the article: 一个行为最多十五天，合并执行最长二十天."""
    start = words.rfind("，", 0, found.start) + 1
    end = words.find("，", found.end)
    inside = range(start, end if end >= 0 else len(words))
    return any(one.amount in held and one.start not in inside for one in find_amounts(words))


def _misplaced(words: str, found: AmountFound, cited: Collection[str], shape: Structure) -> Collection[Amount]:
    """The amounts that the article has for what is said, where the one said is another one's of the same article."""
    slots = [slot for key in cited for slot in shape.articles[key].slots if slot.amount.kind == found.amount.kind]
    told = next((slot for slot in slots_in(words, said=True) if slot.amount == found.amount), None)
    if (
        told is None
        or len({slot.amount for slot in slots}) < _SEVERAL_SLOTS
        or len(find_amounts(words)) > _MOST_NUMBERS
        or len(_ITEMS.findall(words)) > 1
    ):
        return ()
    held = Counter(mark for slot in slots for mark in slot.marks)
    others = {mark for slot in slots if slot.amount != told.amount for mark in slot.marks if held[mark] == 1}
    label = len(words.removeprefix("关于").split("的规定", 1)[0]) <= _LABEL and not others & told.marks
    if label and slots[0].amount == told.amount:
        return ()  # 办理期限六十日: the number named first is the rule that people tell in their own words
    scored = [(sum(1 / held[mark] for mark in told.marks & slot.marks), at) for at, slot in enumerate(slots)]
    best, at = max(scored, key=lambda one: one[0])
    same = max((score for score, at in scored if slots[at].is_like(told)), default=0.0)
    least = _MUCH_SHARED
    if len(slots) == _SEVERAL_SLOTS and len(words) <= _BRIEF and len(find_amounts(words)) == 1:
        # 判决……十日, where the article has 判决十五日、裁定十日: what they share tells nothing
        apart = [sum(held[mark] == 1 for mark in told.marks & slot.marks) for slot in slots]
        best, same, least = (max(apart), 0.0, 1.0) if min(apart) == 0 < max(apart) else (best, same, least)
    other = slots[at]
    if other.amount == told.amount or other.is_like(told) or best < least or same > _HARDLY_SHARED * best:
        return ()
    if _of_no_number(words, held, cited, shape) >= max(best, _TELLING):
        return ()
    return {slot.amount for slot in slots if slot.marks == other.marks}


def _in_its_place(rest: str, own: Collection[Amount], cited: Collection[str], shape: Structure) -> bool:
    """Whether a clause that follows has one of the amounts where it belongs: 一般二年，涉及金融安全的五年."""
    _, _, clauses = rest.partition("，")
    others = (one for one in find_amounts(clauses) if one.amount in own)
    return any(not _misplaced(clauses, one, cited, shape) for one in others)


def _of_no_number(words: str, held: Collection[int], cited: Collection[str], shape: Structure) -> int:
    """How many pairs of characters said stand in the article, but around none of its numbers: 自知道或应当知道……之日起."""
    strange = (pair for pair in telling_pairs(words) if marks_of(pair).isdisjoint(held))
    pairs = [pair for pair in strange if not _NUMBERS_ALONE.search(pair)]
    if not pairs:
        return 0
    hashes = shape.prints.hashes_of(pairs)
    return max(int(shape.prints.articles[key].has_short(hashes).sum()) for key in cited)


def _is_the_most(words: str, found: AmountFound, held: Collection[Amount]) -> bool:
    """Whether the number is the article's largest, told as a limit: 故意损毁财物，十天以下 passes over the lighter case."""
    return found.amount == max(held) and words.startswith(("以下", "以内", "封顶"), found.end)


def _holder(amount: Amount, key: str, shape: Structure) -> str:
    parts = [part for part, amounts in shape.articles[key].amounts.items() if amount in amounts]
    return f"{key}.{parts[0]}" if len(parts) == 1 else ""


def other_part(citation: CitedArticle) -> str | None:
    """The paragraph or item of the same article that has what is said, where the one cited clearly has not."""
    place, shape, article = citation.place, citation.shape, citation.article
    if len(citation.run) > 1 or (place.paragraph is None and place.item is None):
        return None
    key = place.keys[0]
    head, _, last = key.rpartition(".")
    siblings = [p for part in article.parts if (p := f"{article.key}.{part}").rpartition(".")[0] == head]
    if key not in siblings or len(siblings) < 2 or not last:
        return None
    if place.item and _catches_the_rest(siblings[-1], shape):
        siblings = siblings if key == siblings[-1] else siblings[:-1]
    for words, _ in _numbered(citation.said):
        if ELEMENT.fullmatch(words) or _ASKS_NOT.match(words):  # 情节严重 stands in many items
            continue
        fit = weigh(words, [article.key], shape)
        if fit.here >= _ABOUT and fit.best >= _CLEARLY and (found := _best_part(words, key, siblings, shape)):
            numbered = any(one.amount in _of_part(citation.mention, shape) for one in find_amounts(words))
            return None if numbered else found
    return None


def _catches_the_rest(part: str, shape: Structure) -> bool:
    """Whether the last item is the one for all other cases, which has the words of the others' heading."""
    held = shape.part_prints.articles.get(part)
    return held is not None and bool(held.has_short(shape.part_prints.hashes_of(["其他"])).all())


def _best_part(words: str, key: str, siblings: Sequence[str], shape: Structure) -> str | None:
    pairs = telling_pairs(words)
    if not pairs:
        return None
    prints = shape.part_prints
    held = np.array([prints.articles[part].has_short(prints.hashes_of(pairs)) for part in siblings])
    weights = np.log((len(siblings) + 1) / (held.sum(axis=0) + 0.5)) * (held.any(axis=0))
    shares = (held * weights).sum(axis=1)
    best, own = int(shares.argmax()), siblings.index(key)
    known = held.any(axis=0)
    enough = held[best].sum() >= max(2, _BETTER * known.sum()) and shares[own] <= _WORSE * shares[best]
    alone = (shares > 0.8 * shares[best]).sum() == 1
    return siblings[best] if enough and alone and shares[best] - shares[own] >= _NATS else None


_ABSOLUTE = re.compile(r"一律|概不|绝对|无论如何|任何情[况形]下|无条件")
_NO_EXCEPTION = re.compile(
    r"^[》”」]?(?:里|中|也|都|可|并)*(?:没留|没有留下?|没有|不留|未留|没给|未设|无)(?:任何)?(?:例外|口子|但书)"
)
_EXCEPTION = re.compile(r"但是?|除外|除非|例外|另有|不过")


def passes_over_exception(citation: CitedArticle) -> str | None:
    """The word by which a statement about the article is made absolute, where the article has an exception."""
    said, shape, key = citation.said, citation.shape, citation.key
    if len(citation.run) > 1:
        return None
    if not any(shared(word, shape.prints, key) == 1.0 for word in ("但是", "除外")):
        return None
    if none := _NO_EXCEPTION.search(said.after):
        return none[0]
    for words, sure in _numbered(said):
        absolute = _ABSOLUTE.search(words)
        if absolute is None or _EXCEPTION.search(words) or shared(absolute[0], shape.prints, key) == 1.0:
            continue
        fit = weigh(words, [key], shape)
        if sure and fit.here >= _ABOUT and fit.best >= _CLEARLY:
            return absolute[0]
    return None
