"""Where the article is the right one and the statement opposes it: a need denied, a penalty or a number it has not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.quotations.quoting import has_word
from cuijie.law.citations.statements.claims import Claim, Said, is_asked_for
from cuijie.law.citations.statements.placing import applies_or_denies, of_a_case
from cuijie.law.citations.statements.weighing import weigh
from cuijie.law.structure import Structure
from cuijie.law.structure.amounts import find_amounts

__all__ = ["Opposed", "opposed"]

Kind = Literal["needed", "penalty", "number"]

# 无须单独同意, 不用提前告知: what is said not to be needed
_NOT_NEEDED = re.compile(
    r"(?:无须|无需|毋须|不需要|不要求|不用|不必|没必要|不以|用不着|(?:无论|不论|不管)[^，。；]{0,8}(?:是否|有没有|知不|同不))(?:再|另行|先|提前|事先|另外)*(?:重新|再次)?(?:取得|征得|征求|经过?|获得|作出|进行|做|提供|提交|出示)?"
    r"(?:个人的?|本人的?|用户的?|您的?|你的?|任何人的?|被收集者的?|消费者的?|信息主体的?|对方的?|其|他们?的?|债[权务]人的?|贷款人的?|借款人的?|受让人的?|保证人的?|造成|达到|损害|后果|情节|什么|任何|相关)*(?P<need>知道|知情|单独同意|书面同意|同意|告知|通知|登记|评估|许可|审批|提示|说明|回执|理由|证据|严重|协商)"
)
# 不再负有监督义务, 不负提示义务; 不用再管外包公司 is 不再监督
_NO_DUTY = re.compile(
    r"(?:不再|不|没有|并无|无|免除|免于|无须|无需|不用|不必)(?:再)?(?:负有?|承担|具有|履行)?(?:任何|相应的?|其)?"
    r"(?P<need>监督|监管|保密|告知|通知|审查|核实|核查|删除|说明|提示|注意|报告)(?:的)?(?:义务|责任|职责)"
    r"|(?:不用|不必|无须|无需|不需要?)(?:再)?管(?=[^，。；]{0,4}(?:外包|受托|合作|第三方|催收))"
)
_EXCEPTED = re.compile(r"公开|法律|法规|依法|另有|除|例外|紧急|已[经被]|如果|[的时]情况|[？?吗]")
_FREED = ("不需要", "不需取得", "无需取得", "无须取得", "可以不向", "可以不告", "不必", "除外", "免除")
# 由公安机关处十日拘留: a penalty said to follow from the article itself
_PENALTY = re.compile(
    r"^[》”」]?(?:的规定|之规定|规定|写明|写的是|明确)?[，：]?(?:违[反者规][^，。；]{0,8}，?)?(?:由[^，。；]{2,14}?|对[^，。；]{1,14}?)?"
    r"(?:可以?|应当?|将|要|并|还)*(?:直接)?(?:处以?|并处|给予|予以|罚|判处?|拘)(?P<what>[^，。；、]{0,14}?(?P<term>拘留|有期徒刑|拘役|罚款|罚金|吊销))"
)
# ……，罚款最高五万元（第五十六条）
_FINED = re.compile(
    r"(?:罚款?[^，。；（）零一二两三四五六七八九十百千万0-9]{0,6}[零一二两三四五六七八九十百千万0-9]+(?:元|块)?(?:以[上下])?|元(?:以[上下])?的?(?:罚款))（(?:见|依据?)?[《“]?$"
)
# no article of the civil code punishes: ……的，罚款五千, 您将被处以十五日拘留
_PUNISHED = re.compile(
    r"(?:处以?|罚款?|拘留?)[^，。；]{0,4}[零一二两三四五六七八九十百千万0-9]+(?:[日天](?:以[上下])?的?拘留|[日天元块]|(?=[，。！；]|$))(?:的?罚款)?"
)
_CIVIL_CODE = "cn.civil-code.2020"
_ANOTHERS = re.compile(
    r"治安|刑[法事罪]|行政|另|还|也|构成|情节|犯罪|如果|可能|不|没有|违约金|平台|合同|约定|按照?|依照?|根据"
)
_BROKEN = re.compile(r"(?:违反|违背|触犯)了?(?:中华人民共和国)?[《“]?$")
_WRITTEN = re.compile(
    r"^[》”」]?(?:也|还|都|就|里|中|明文|明确)*(?:写|规定|要求|限定|给)(?:了|着|的是|过|明)?[，：]?|^：(?=[^。；]{0,24}(?:必须|应当?|须|不得))"
)
_SET = re.compile(
    r"(?:(?:时|期)限(?:是|为)|一律|均|都|必须|应当?|须|至少|最[长短]|不得?(?:超过|少于|低于))[^，。；]{0,3}$"
)
_BOUND = re.compile(r"以[上下内]|之?内(?!容)")
# ……，小贷公司的综合成本不得超过24%是监管要求: the number is another rule's
_BEYOND = re.compile(
    r"[。；]|，(?=[^，。；]*(?:监管|司法解释|指引|行业|约定|合同|批复|通知)[^，。；]*(?:要求|规定|口径|红线|标准|写))"
)
_DAILY, _AGREED = re.compile(r"(?:[千万百]分之|[%‰])"), re.compile(r"约定|合同|协议")
_ABOUT, _CLEARLY = 0.8, 0.4
_COUNTED = frozenset({"hours", "occasions"})
_THRESHOLD = re.compile(
    r"[^，。；0-9]{0,6}?(?:以上)?(?:的)?，?(?:就|即|便|都)(?:会|可以?|能|要|算|已)?(?:视为|属于?|构成|成立|判|处|是|为|按)"
)
_MULTIPLE = re.compile(r"(?:以[上下])?的?(罚款|罚金|赔偿)")
_OF_GAINS = re.compile(r"违法所得的?$")
_GRADED = re.compile(r"分(?:为|成)?[一二三四五六七八九两几]档|每人")
_COMPENSATED = re.compile(r"赔(?:偿|付)?[^，。；]{0,8}$")
_NUMBERED = frozenset({"days", "months", "hours", "percent", "times", "occasions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposed:
    """What is said and the article has not, or has the other way round."""

    kind: Kind
    words: str


def opposed(citation: CitedArticle) -> Opposed | None:
    """The first statement about the article that it opposes; None where there is none, or it may be said of another law."""
    if not citation.is_one_law:
        return None
    said, shape, cited = citation.said, citation.shape, citation.keys
    found = _needed(said, cited, shape) or _penalty(said, cited, shape) or _number(said, cited, shape)
    return None if found is None or applies_or_denies(said.after[:24]) else found


def _needed(said: Said, cited: Collection[str], shape: Structure) -> Opposed | None:
    """What the article asks for is said not to be needed, and the article frees nobody of it."""
    asserted = [claim.words for claim in said.claims if claim.strength != "facts"] + [one.words for one in said.told]
    for words in asserted:
        duty = _NO_DUTY.search(words)
        if duty is None or _EXCEPTED.search(words):
            continue
        need = duty["need"] or "监督"
        if has_word(need, cited, shape) and not any(
            has_word(word, cited, shape) for word in ("可以不向", "可以不告", f"可以不{need}")
        ):
            return Opposed(kind="needed", words=duty[0])
    told = [claim.words for claim in said.claims] + [one.words for one in said.told] + [said.before]
    for match in filter(None, map(_NOT_NEEDED.search, told)):
        if "除非" in match.string[match.end() :]:
            continue
        need = match["need"]
        if need == "协商" and any(
            "." in part for key in cited for part in shape.articles[key].parts
        ):  # one way among those of a list
            continue
        if has_word(need, cited, shape) and not any(has_word(word, cited, shape) for word in _FREED):
            return Opposed(kind="needed", words=match[0])
    return None


def _penalty(said: Said, cited: Collection[str], shape: Structure) -> Opposed | None:
    fined = _FINED.search(said.before)
    if fined and not has_word("罚款", cited, shape) and not has_word("罚金", cited, shape):
        return Opposed(kind="penalty", words=fined[0].rpartition("（")[0])
    punished = _PUNISHED.search(said.after) if shape.instrument == _CIVIL_CODE else None
    if punished and not _ANOTHERS.search(said.after) and not _BROKEN.search(said.before):
        return Opposed(kind="penalty", words=punished[0])
    match = None if _BROKEN.search(said.before) else _PENALTY.match(said.after)
    if match is None or has_word(match["term"], cited, shape):
        return None
    return Opposed(kind="penalty", words=match["what"])


def _number(said: Said, cited: Collection[str], shape: Structure) -> Opposed | None:
    """A term or share that the article is said to set, where it sets none of any kind."""
    held = {amount.kind for key in cited for amounts in shape.articles[key].amounts.values() for amount in amounts}
    for words in _told_of_it(said, cited, shape):
        for found in find_amounts(words):
            if found.amount.kind in _COUNTED - held and _THRESHOLD.match(words, found.end):
                return Opposed(kind="number", words=found.written)
            if "times" not in held and found.amount.kind == "times":
                if fined := _MULTIPLE.match(words, found.end):
                    return Opposed(kind="number", words=found.written + fined[1])
                if _OF_GAINS.search(words[: found.start]):
                    return Opposed(kind="number", words=f"违法所得{found.written}")
            compensated = (
                _COMPENSATED.search(words[: found.start])
                or words.startswith("赔偿", found.end)
                or _GRADED.search(words[: found.start])
            )
            if not held and found.amount.kind == "yuan" and compensated:
                return Opposed(kind="number", words=found.written)
            if (
                not held
                and found.amount.kind in _NUMBERED
                and not is_asked_for(words, found.start)
                and (
                    found.amount.kind in ("percent", "times")
                    or _BOUND.match(words, found.end)
                    or _SET.search(words[: found.start])
                )
            ):
                return Opposed(kind="number", words=found.written)
    return None


def _told_of_it(said: Said, cited: Collection[str], shape: Structure) -> Iterator[str]:
    """What is written right behind the citation, and statements that are clearly about its article."""
    if opened := _WRITTEN.match(said.after):
        yield _BEYOND.split(said.after[opened.end() :], maxsplit=1)[0][:40]
    beside = [Claim(words=one.words, strength="stated") for one in said.told if not one.drawn]
    for claim in (*said.claims, *beside):
        words = _BEYOND.split(claim.words, maxsplit=1)[0]
        if claim.strength == "facts" or of_a_case(words) or applies_or_denies(words):
            continue
        if not find_amounts(words):
            continue
        limit = any(
            _THRESHOLD.match(words, one.end) or (one.amount.kind == "times" and _MULTIPLE.match(words, one.end))
            for one in find_amounts(words)
        )
        of_the_law = _DAILY.search(words) or _GRADED.search(words) or limit
        if claim.strength == "drawn" and (not of_the_law or _AGREED.search(words)):
            continue
        fit = weigh(_without_numbers(words), cited, shape)
        if fit.here >= _ABOUT and fit.best >= _CLEARLY:
            yield words


def _without_numbers(words: str) -> str:
    for found in reversed(find_amounts(words)):
        words = words[: found.start] + words[found.end :]
    return words
