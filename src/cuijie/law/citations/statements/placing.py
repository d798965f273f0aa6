"""Where a loosely worded statement belongs: condemned only where it clearly fits another article and not the one cited."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from cuijie.datafiles import load_table
from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.finding.context import Surroundings, surroundings_of
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.notes import label_of
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.ranking import fit_of, telling_pairs
from cuijie.law.citations.statements.weighing import only_a_penalty, weigh, without_penalty
from cuijie.law.locator import Locator
from cuijie.law.structure import Structure, structure

__all__ = [
    "Placed",
    "applies_or_denies",
    "around",
    "leads_with_its_own",
    "named_in",
    "of_a_case",
    "of_the_law",
    "paraphrased_elsewhere",
    "place",
    "told_alone",
]

_CLAUSES = re.compile(r"[，；：。]")
_CLAUSE = re.compile(r"(?<=[^，；：]{10})[，；：]")
_MOST_WORDS, _SHORT = 90, 40
_MOST_OTHERS = 2
_OTHER_CITED = 0.3
_DENIES = re.compile(
    r"没有(?:规定|要求|这|提|写|说)|并非|并不是|而不是|不是|并无|并未|未(?:规定|提|涉及|要求|明确)|不含|并不|而非|不等于|有别于|不同于|区别|误作|误写|两码事|一回事|除外|不适用|无关(?![的人者第])"
)
# 不会因为第…条成为……; 无第…条所列情形
_NOT_BY_IT = re.compile(
    r"(?:不(?:会|能|应当?|可|得)?(?:因为?|依据?|根据|凭|按照?)|(?:^|[，。；])(?:也|亦|并|均|都)?(?:并?无|没有|不存在|不具备|不属于?|不符合))[《“]?$"
)
# 原第…条, 改为第…条: told of how the law was; 依照第…条的规定认定……: the article is applied
_OF_ANY_CRIME = re.compile(
    r"法定(?:最高|最低)?刑|量刑(?:幅度|档)"
)  # told of any crime's article: tells none from another
_COMPARED = re.compile(r"旧|原第|改[为成]|变[为成]|[现新]第|修[正订]|对应|相当于|相近|误以为|网传|不符|所谓")
_USED = re.compile(
    r"[》”」]?(?:之|的)?规定?(?:认定|处理|办理|执行|确定)|[》”」]?(?:的规定)?对[^，。；]{1,10}(?:处以?|给予|作出)[^，。；]{0,6}(?:拘留|罚款|处罚|警告)|被(?:多次|反复)?(?:援引|引用)"
)
# 其行为应适用第…条: what was done, and nothing told of the article
_FALLS_UNDER = re.compile(r"(?:行为|案件|情形|损害)(?:应当?|可以?)?适用(?:中华人民共和国)?[《“]?$")
# 与第…条不合: facts, and nothing told of the article
_AT_ODDS = re.compile(
    r"[》”」]?(?:之|的)?(?:规定|要求|精神)?(?:明显|显然|均|也|都)?(?:不[合符]|相悖|相违背|相?抵触|冲突)"
)
# 依照第…条的规定认定……: the article is applied, not told
_APPLIED = re.compile(
    r"(?:规定)?(?:的|认定|处理(?!者|个人|自然人|私密|敏感|不满|未成年|情况|目的|方式|规则|记录|结果|时限|期限)|办理|执行(?!工作|职务|任务|标的|措施|异议|和解|期间|时效)|处罚|追究|提出|提起|起诉|主张|确定)(?!：)|被(?:多次|反复)?(?:援引|引用)"
)
_CASE = re.compile(
    r"[0-9]{3,}元|原告|被告(?!人)|上诉人|申请人|投诉人|答辩人|委托人|本院|本案|(?<!以[下内])酌[定情]|予以支持|贵|你们|你(?:必须|应当?|要|立即|马上|需要?|得|不得|不能|停止|涉嫌|方|已经?)|您的?|我[^国]"
)
# the author's own, behind the rule
_OWN_CLAUSE = re.compile(r"，(?:所以|因此|而|但|可|那么?)?(?:我|本人|本案|咱)(?![国司方行])[^，。；]{1,16}$")


# the log odds that condemn, by how surely the words are said of the article itself
_BARS = {"named": -0.5, "stated": -0.5, "told": -0.5, "drawn": 1.0}
_GENERAL = 2.0  # more for an article of principle, from which almost anything may be concluded
_SOME_OF_IT, _SURELY = 0.2, 1.5  # where the article cited behind them has some of the words it must be clearer by this
_HERE, _LEAST = 0.75, 0.3
_OWN, _OWN_BEST = 0.95, 0.5
_TELLING = 3  # pairs of characters
_VAGUE = 0.22  # of the words of the clearest stretch, the share that another article has
_SUBJECT = 3
_MOST_OF_IT = 0.7
_NEAR = 24  # characters on both sides in which a denial is one of the citation
_OF_OUR_WORDS = 4  # pairs of characters that a paraphrase of ours must explain
_TIED, _HALF, _HARDLY = 0.06, 0.5, 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of the statements beside a citation: where they belong if not there, and whether they fit there."""

    elsewhere: tuple[str, ...] = ()
    told: bool = False
    fits: bool = False


def place(citation: CitedArticle, named: frozenset[str]) -> Placed:
    """Holds what is said against all articles of the law; elsewhere only where that is clear.

    *named* are the laws of the whole text: an article without a law beside it may be one of another of them.
    """
    mention, said, shape = citation.mention, citation.said, citation.shape
    key, cited = citation.key, citation.keys
    told = fits = False
    for variants, bar in _statements(said, key, shape):
        weighed = [(weigh(words, cited, shape), words) for words in variants]
        clearest, words = max(weighed, key=lambda one: one[0].best * (1 - one[0].here) * one[0].best * one[0].weight)
        told = told or any(len(telling_pairs(one)) >= _TELLING for one in variants)
        fits = fits or _fit(variants, cited, shape)
        clear = clearest.doubt > bar and clearest.others and _is_meant(mention, citation.run)
        lacking = variants[0] in said.after or clearest.here * clearest.best <= _SOME_OF_IT
        clear = clear and (lacking or clearest.doubt > bar + _SURELY)
        elsewhere_named = named - set(mention.named.versions) if mention.refers_back else frozenset()
        clear = clear and not any(named_in(other, said.sentence) for other in clearest.others)
        clear = clear and not any(_tells_subject(one, key, shape) for one in (words, variants[0]))
        clear = clear and not leads_with_its_own(said, variants[0], cited, shape)
        clear = clear and not any("施行" in shape.articles[other].subject for other in clearest.others)
        clear = clear and not any(_fits_here(clause, cited, shape) for clause in _CLAUSES.split(variants[0]))
        clear = clear and not any(_has(words, id_, key) for id_ in elsewhere_named)
        if clear:
            return Placed(elsewhere=clearest.others[:_MOST_OTHERS], told=True)
    return Placed(told=told, fits=fits)


def _tells_subject(words: str, key: str, shape: Structure) -> bool:
    """Whether a short statement ends with the very subject of the article (……，侵犯隐私权), or names its crime and no other."""
    article = shape.articles[key]
    subjects = article.subject.split("、") if article.written_by_hand else ()
    ends = any(len(subject) >= _SUBJECT and words.endswith(subject) for subject in subjects)
    return ends or _names_its_crime(words, key, shape)


def leads_with_its_own(said: Said, words: str, cited: set[str], shape: Structure) -> bool:
    """Whether a clause before those *words* is the article's: 构成违反治安管理行为的，移送公安机关处理（第七十一条）."""
    leading = _CLAUSES.split(said.before.partition(words)[0]) if words in said.before else ()
    return any(_fits_here(clause, cited, shape) or _names_it(clause, key, shape) for clause in leading for key in cited)


def _names_it(words: str, key: str, shape: Structure) -> bool:
    """Whether *words* name most of a subject of the article: 对支付令未提出异议."""
    article, pairs = shape.articles[key], set(telling_pairs(words))
    subjects = map(telling_pairs, article.subject.split("、") if article.written_by_hand else ())
    return any(len(own) > _SUBJECT and len(pairs & set(own)) >= _MOST_OF_IT * len(own) for own in subjects)


def _names_its_crime(words: str, key: str, shape: Structure) -> bool:
    """Whether *words* name a crime of the article, and not as a part of another's name: 以诈骗罪定罪, 第二百六十六条."""
    subjects = shape.articles[key].subject.split("、")
    longer = [crime for crime in _crimes(shape) if crime in words and crime not in subjects]
    named = (crime for crime in subjects if crime in _crimes(shape) and crime in words)
    return any(not any(crime in other for other in longer) for crime in named)


@lru_cache(maxsize=16)
def _crimes(shape: Structure) -> frozenset[str]:
    """The crimes among the subjects of the law's articles."""
    named = (part for article in shape.articles.values() for part in article.subject.split("、"))
    return frozenset(part for part in named if part.endswith("罪"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Words said of one provision, and the article that has them."""

    words: str
    key: str


def paraphrased_elsewhere(mention: Mention, said: Said, instrument: str) -> Elsewhere | None:
    """Of an instrument without text: a statement that our paraphrase of another of its articles has, and this one's not."""
    if mention.place is None:
        return None
    stated = [claim.words for claim in said.claims if claim.strength in ("named", "stated")]
    for words in (*stated, *(told.words for told in said.told if not told.drawn)):
        fit = fit_of(words, instrument)
        best = fit.nearly(max(fit.best - _TIED, _HALF))
        near = fit.of(mention.place.article.key)
        named = set(telling_pairs(mention.named.title))  # what the title says tells no article from another
        telling = [pair for pair in telling_pairs(words) if pair not in named]
        if len(telling) < _OF_OUR_WORDS:
            continue
        if len(best) == 1 and near <= _HARDLY and not applies_or_denies(words) and not of_a_case(words):
            return Elsewhere(words=words, key=best[0])
    return None


def around(citation: CitedArticle, named: frozenset[str], *, known: bool) -> Surroundings | None:
    """What is told around the citation; None where nothing is, or where it may be told of something else."""
    mention, said, shape, key = citation.mention, citation.said, citation.shape, citation.key
    if any(shape.instrument not in one.named.versions for one in citation.run):
        return None
    cited = citation.keys
    general = key in _general_articles().get(shape.instrument, frozenset())
    found = surroundings_of(said, cited, shape, known=known, general=general)
    near = said.before[-_NEAR:] + "|" + said.after[:_NEAR]
    if (
        found is None
        or not found.others
        or _of_the_part(found.words, citation.place, shape)
        or _names_its_crime(said.sentence, key, shape)
        or found.best < _VAGUE
        or _DENIES.search(near)
        or _NOT_BY_IT.search(said.before)
        or _COMPARED.search(near)
        or _OF_ANY_CRIME.search(near)
        or _USED.match(said.after)
        or _AT_ODDS.match(said.after)
        or _FALLS_UNDER.search(said.before)
    ):
        return None
    elsewhere = named - set(mention.named.versions) if mention.refers_back else frozenset()
    if any(named_in(other, said.sentence) for other in found.others) or any(
        _has(found.words, id_, key) for id_ in elsewhere
    ):
        return None
    return found


def _of_the_part(words: str, place: Locator, shape: Structure) -> bool:
    """Whether *words* have something that of the article's items only the one cited has: 去仲裁, 第一百二十七条第（二）项."""
    siblings = [f"{place.article.key}.{part}" for part in shape.articles[place.article.key].parts]
    pairs, key = telling_pairs(words), place.keys[0]
    if place.item is None or key not in siblings or not pairs:
        return False
    prints = shape.part_prints
    held = {
        part: prints.articles[part].has_short(prints.hashes_of(pairs))
        for part in siblings
        if "." in part[len(place.article.key) + 1 :]
    }
    others = [hits for part, hits in held.items() if part != key]
    return key in held and bool((held[key] & ~np.any(others, axis=0)).any() if others else False)


def named_in(key: str, sentence: str) -> bool:
    """Whether the article *key* is cited in the sentence as well: then what is said may be said of it."""
    return label_of(key) in sentence or re.search(rf"(?<![0-9]){key}条", sentence) is not None


def applies_or_denies(words: str) -> bool:
    """Whether *words* say that something is not provided, or apply the article instead of telling it."""
    return bool(_DENIES.search(words) or _APPLIED.match(words))


def of_a_case(words: str) -> bool:
    """Whether *words* are about parties and sums of a case."""
    return bool(_CASE.search(words))


def of_the_law(words: str) -> str:
    """*words* without what their last clause adds of one's own: ……的不再处罚，我没超期."""
    return _OWN_CLAUSE.sub("", words)


def told_alone(citation: CitedArticle) -> list[str]:
    """What stands beside the citation and neither denies, applies nor concludes."""
    is_meant = _is_meant(citation.mention, citation.run)
    told = [one.words for one in citation.said.told if is_meant and not one.drawn and len(one.words) <= _SHORT]
    return [words for words in told if not (applies_or_denies(words) or of_a_case(words))]


def _is_meant(mention: Mention, run: Sequence[Mention]) -> bool:
    """Whether what is said is surely said of it: of several laws in a row, only of the last."""
    return len(run) == 1 or mention.group == run[-1].group


def _statements(said: Said, key: str, shape: Structure) -> Iterator[tuple[list[str], float]]:
    """The statements about the article, each whole and by its first clause, with how clear it must be."""
    general = _GENERAL if key in _general_articles().get(shape.instrument, frozenset()) else 0.0
    asserted: list[tuple[str, str]] = [
        (claim.words, claim.strength) for claim in said.claims if claim.strength != "facts"
    ]
    asserted += [(told.words, "drawn" if told.drawn else "told") for told in said.told]
    for whole, strength in asserted:
        drawn = strength == "drawn"
        variants = dict.fromkeys((whole[:_MOST_WORDS], _CLAUSE.split(whole, maxsplit=1)[0]))
        kept = [words for words in variants if not applies_or_denies(words) and not _OF_ANY_CRIME.search(words)]
        kept = [words for words in kept if not (drawn and of_a_case(words))]
        if kept:
            yield kept, _BARS[strength] + general


def _fit(variants: Sequence[str], cited: Collection[str], shape: Structure) -> bool:
    """Whether what is said fits the articles cited by more than the penalty that others have as well."""
    conduct = [words for words in map(without_penalty, variants) if telling_pairs(words)]
    fits = (weigh(words, cited, shape) for words in dict.fromkeys(conduct or variants))
    return any(one.here >= _HERE and one.best >= _LEAST for one in fits)


def _fits_here(clause: str, cited: set[str], shape: Structure) -> bool:
    """Whether one clause of what is said is the cited article's own: the others may tell what goes before it."""
    if len(telling_pairs(clause)) < _TELLING or only_a_penalty(clause):
        return False
    weighed = weigh(clause, cited, shape)
    return weighed.here >= _OWN and weighed.best >= _OWN_BEST


def _has(words: str, instrument: str, key: str) -> bool:
    return structure(instrument) is not None and fit_of(words, instrument).of(key) > _OTHER_CITED


@cache
def _general_articles() -> dict[str, frozenset[str]]:
    """Articles of principle by instrument.  Raises DataFileError."""
    rows = load_table(Path(__file__).parent / "general_articles.yaml")
    return {id_: frozenset(rows.texts(id_)) for id_ in rows}
