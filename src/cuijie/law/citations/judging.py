"""Judges one citation: does the article exist, was it the law that day, does it say what the text says it says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from cuijie.law.citations.claims import Claim, Said
from cuijie.law.citations.concepts import Concept, concepts_in, pitfalls
from cuijie.law.citations.quoting import SHORTEST, compare, cover, dropped_elements, owner_of, shared
from cuijie.law.citations.reader import Mention
from cuijie.law.citations.when import Events
from cuijie.law.dates import LegalDate
from cuijie.law.library import Library
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument
from cuijie.law.structure import ArticleShape, Structure, normalise, structure

__all__ = ["CONDEMNING", "Judge", "Verdict", "VerdictKind"]

VerdictKind = Literal[
    "ok",
    "no_such_article",
    "repealed",
    "superseded",
    "not_in_force",
    "does_not_say",
    "quote_differs",
    "authority_gone",
    "not_in_library",
    "text_not_held",
]
CONDEMNING: frozenset[VerdictKind] = frozenset(
    {
        "no_such_article",
        "repealed",
        "superseded",
        "not_in_force",
        "does_not_say",
        "quote_differs",
        "authority_gone",
    }
)
"""The verdicts that make exit code 1."""

_HISTORY = re.compile(
    r"废止|失效|不再(?:适用|施行|有效)|被.{0,12}(?:取代|替代|吸收)|取代|替代|曾|当时|彼时|此前|以前|过去|早在|前身|现为|现已|改为|变更为|调整为|改成|变迁|沿革|演变|历程|时代|"
    r"对应|换号|修订前|修正前|旧法|旧条|旧文|修改前|升级|吸收|纳入|编入|整合|沿用|相比|从前|历史|原来|后移|顺延|新法实施前|已被|改由|编号|不是"
)
_OLD = re.compile(r"(?:原|旧|前|已废止的|已失效的|修订前的?|修正前的?|旧版|老|废止的|失效的)(?:中华人民共和国)?[《“]?$")
_VERSION_BEFORE = re.compile(
    r"((?:19|20)\d{2})年?(?:版|修[正订改]后?|文本|新修[正订]|[^，。；\n]{0,4}施行)?(?:的)?(?:《|中华|新)?$"
)
_WEAK = 0.35
_STRONG = 0.8
_SHARED_LONG, _SHARED_SHORT, _LONG = 0.6, 0.85, 16
_SHORT_CLAIM, _MAINLY = 24, 0.4
_HALF = 0.6
_LITTLE, _SOME, _NEARLY_ALL = 0.15, 0.45, 0.92
_GENERAL = re.compile(
    r"第[零一二三四五六七八九十百千0-9]+[条款项]|规定|应当|可以|不得|有关|相关|法律|责任|行为|承担|要求|明确|依法|任何|或者|以及|其他"
)
# how many articles an instrument has whose text is not held
_TOTALS = {"cn.consumer-finance-measures.2024": 79, "cn.microloan-measures.2024": 60, "cn.cba-collection.2026": 54}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is held of one citation, with ids of the right provisions and one plain sentence."""

    kind: VerdictKind
    instrument: str | None
    article: str | None
    suggest: tuple[str, ...] = ()
    note: str = ""


class Judge:
    """Judges citations on one day, unless the text near them speaks of another."""

    def __init__(self, library: Library, on: date) -> None:
        self.library, self.on = library, on

    def judge(self, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str) -> Verdict:
        """The verdict on *mention*, one of *run*, of which the text says *said*; *context* is the whole text."""
        named = mention.named
        if not named.versions:
            return self._outside(mention, said)
        if mention.by_number and mention.place is None and len(named.versions) > 1:
            return Verdict(kind="ok", instrument=_named_in(context, named.versions, self.library), article=None)
        chosen = self._versions(mention, said, events)
        verdicts = [self._version(id_, mention, said, events, run, context) for id_ in chosen]
        return min(verdicts, key=lambda verdict: verdict.kind in CONDEMNING)

    def _outside(self, mention: Mention, said: Said) -> Verdict:
        named = mention.named
        article = _key(mention.place)
        if named.gone_since and date.fromisoformat(named.gone_since) <= self.on and not _historical(said):
            successor = (named.successor,) if named.successor and self.library.holds(named.successor) else ()
            note = f"《{named.title}》已于{_words(named.gone_since)}废止（{named.gone_by or '被新文本取代'}）。"
            return Verdict(kind="repealed", instrument=None, article=article, suggest=successor, note=note)
        if named.gone_since:
            return Verdict(kind="ok", instrument=None, article=article, note="文中说明了它已经废止。")
        note = f"法律库没有收录《{named.title}》，没有核对。"
        return Verdict(kind="not_in_library", instrument=None, article=article, note=note)

    def _versions(self, mention: Mention, said: Said, events: Events) -> list[str]:
        """The versions the citation may mean on the days that the text speaks of."""
        versions = [self.library.instrument(id_) for id_ in mention.named.versions]
        stated = mention.named.year or _year_before(said.before)
        if stated and (exact := [v for v in versions if v.id.endswith(f".{stated}")]):
            return [exact[-1].id]
        if len(versions) > 1 and _old_name(said):
            return [versions[0].id]
        if not events.days:
            return [self._on(versions, self.on).id]
        days = [self._during(versions, day) for day in events.days]
        if not events.close:
            days.insert(0, self._on(versions, self.on))
        return list(dict.fromkeys(version.id for version in days))

    def _on(self, versions: list[Instrument], on: date) -> Instrument:
        standing = [version for version in versions if version.in_force_on(on) is not False]
        return standing[-1] if standing else versions[-1] if _begun(versions[-1], on) else versions[0]

    def _during(self, versions: list[Instrument], day: LegalDate) -> Instrument:
        if day.first > self.on:
            return self._on(versions, self.on)
        first, last = self._on(versions, day.first), self._on(versions, day.last)
        return first if first.in_force_on(day.first) is not False else last

    def _version(
        self, id_: str, mention: Mention, said: Said, events: Events, run: Sequence[Mention], context: str
    ) -> Verdict:
        instrument = self.library.instrument(id_)
        shape = structure(id_)
        base = Verdict(kind="ok", instrument=id_, article=_key(self._completed(mention.place, shape)))
        if gone := self._out_of_force(instrument, base, said, events):
            return gone
        if missing := self._missing(instrument, mention.place, shape):
            return self._moved(instrument, mention, said, context, absent=True) or replace(
                base, kind="no_such_article", note=missing, suggest=self._fitting(said, id_)
            )
        if pitfall := self._pitfall(base, mention, said):
            return pitfall
        if moved := self._moved(instrument, mention, said, context):
            return moved
        if mention.place is None:
            return self._whole(base, said)
        return self._content(base, mention, said, run, shape)

    @staticmethod
    def _completed(place: Locator | None, shape: Structure | None) -> Locator | None:
        """第一千零三十三条第（一）项 with its paragraph, where only one paragraph has items."""
        if place is None or place.item is None or place.paragraph is not None or shape is None:
            return place
        article = shape.articles.get(place.article.key)
        return replace(place, paragraph=(article.with_item(place.item) if article else None) or 1)

    def _missing(self, instrument: Instrument, place: Locator | None, shape: Structure | None) -> str:
        if place is None:
            return ""
        title, key = instrument.title, place.article.key
        if shape is None:
            total = _TOTALS.get(instrument.id)
            past = total is not None and place.article.main > total
            return f"《{title}》共{total}条，没有{place.article.label}。" if past else ""
        article = shape.articles.get(key)
        if article is None:
            if shape.by_section:
                return ""
            return (
                f"《{title}》到{_label(shape.last)}为止，没有{place.article.label}。"
                if (place.article.main > int(shape.last.split("-")[0]))
                else f"《{title}》没有{place.article.label}。"
            )
        if article.has(place.paragraph, place.item):
            return ""
        counted = "、".join(f"第{n}款{count}项" for n, count in enumerate(article.items, 1) if count)
        return (
            f"《{title}》{place.article.label}共{len(article.items)}款"
            + (f"（{counted}）" if counted else "，没有分项")
            + f"，没有{place.label.removeprefix(place.article.label)}。"
        )

    def _out_of_force(self, instrument: Instrument, base: Verdict, said: Said, events: Events) -> Verdict | None:
        if instrument.is_draft:
            if re.search(r"草案|征求意见|未生效|尚未|未来|将|拟|方向|还没", said.before[-30:] + said.after):
                return replace(base, note="这是没有生效的草案，文中已说明。")
            return replace(base, kind="not_in_force", note=f"《{instrument.title}》是草案，没有生效，不能作依据。")
        if early := base.article and self._too_early(instrument, base, events):
            return early
        several = len(self.library.versions(instrument.family)) > 1
        ended = instrument.repealed
        if several or ended is None or ended.reached(self.on) is not True or _historical(said):
            return None
        living = [instrument.in_force_on(day.first) is not False for day in events.days]
        if living and (any(living) if events.close else all(living)):
            return None
        return self._repealed(instrument, base)

    def _too_early(self, instrument: Instrument, base: Verdict, events: Events) -> Verdict | None:
        """A law, or an article added later, cited for what happened before it was there."""
        if not events.close or any(day.first > self.on for day in events.days):
            return None
        id_ = f"{instrument.id}/{(base.article or '').split('.')[0]}"
        article = self.library.provision(id_) if base.article and self.library.holds(id_) else None
        first_text = instrument.version is None and len(self.library.versions(instrument.family)) == 1
        start = article.in_force if article and article.in_force != instrument.in_force else None
        start = start or (instrument.in_force if first_text else None)
        if start is None or not all(start.reached(day.last) is False for day in events.days):
            return None
        title = f"《{instrument.title}》" + (_label(article.key) if article and start == article.in_force else "")
        return replace(base, kind="not_in_force", note=f"{title}自{start.words_zh}起施行，文中所说的时候还没有生效。")

    def _repealed(self, instrument: Instrument, base: Verdict) -> Verdict:
        id_ = f"{instrument.id}/{base.article}" if base.article else instrument.id
        suggest = self.library.successors(id_) if base.article else ()
        if not suggest and instrument.successor:
            suggest = (instrument.successor,)
        successor = self.library.instrument(instrument.successor).title if instrument.successor else ""
        by = f"，由《{successor}》取代" if successor else ""
        when = instrument.repealed.words_zh if instrument.repealed else ""
        return replace(base, kind="repealed", suggest=suggest, note=f"《{instrument.title}》自{when}起废止{by}。")

    def _pitfall(self, base: Verdict, mention: Mention, said: Said) -> Verdict | None:
        article = mention.place.article.key if mention.place else None
        for pitfall in pitfalls():
            if pitfall.applies_to(base.instrument, article) and pitfall.found_in(getattr(said, pitfall.where)):
                kind: VerdictKind = "superseded" if pitfall.verdict == "superseded" else "does_not_say"
                return replace(base, kind=kind, suggest=pitfall.suggest, note=pitfall.note)
        return None

    def _moved(
        self, instrument: Instrument, mention: Mention, said: Said, context: str, *, absent: bool = False
    ) -> Verdict | None:
        """An article cited by the number it has in another version of the same law; *absent*: this one has none such."""
        if mention.place is None or _historical(said) or mention.named.year:
            return None
        family = self.library.versions(instrument.family)
        key = mention.place.article.key
        for other in family:
            if other.id == instrument.id:
                continue
            here, there = (self._fits(version.id, key, said) for version in (instrument, other))
            if absent and there is None and self._has(other.id, mention.place):
                there = True
            older = family.index(other) < family.index(instrument)
            silent = here is None and there is None
            if (there and not here) or (older and silent and self._only_old(instrument, other, key, context)):
                return self._renumbered(instrument, other, mention.place, older=older)
        return None

    def _fits(self, id_: str, key: str, said: Said) -> bool | None:
        """Whether what is said fits the article: None where nothing telling is said."""
        shape = structure(id_)
        if shape is None or key not in shape.articles:
            return False
        for quote in said.quotes:
            if len(normalise(quote)) >= SHORTEST:
                return cover(quote, shape.prints, key) >= 0.5
        claims = [claim.words for claim in said.claims]
        spoken = concepts_in(claims)
        if not spoken:
            return True if any(_like(words, shape, key) >= _STRONG for words in claims) else None
        if any(concept.carried_by(id_, key) and f"{id_}/*" not in concept.also for concept in spoken):
            return True
        return any(_like(words, shape, key) >= 0.6 for words in claims)

    @staticmethod
    def _has(id_: str, place: Locator) -> bool:
        shape = structure(id_)
        article = shape.articles.get(place.article.key) if shape else None
        return article is not None and article.has(place.paragraph, place.item)

    def _only_old(self, new: Instrument, old: Instrument, key: str, context: str) -> bool:
        """Whether the number speaks of debt collection in the old text only, in a text about debt collection."""
        if not re.search(r"催收|催债|欠款|逾期|借款|贷款|通讯录|骚扰|个人信息", context):
            return False
        was_ours = any(p.key.split(".")[0] == key for p in self.library.provisions_of(old.id))
        is_ours = any(p.key.split(".")[0] == key for p in self.library.provisions_of(new.id))
        return was_ours and not is_ours

    def _renumbered(self, here: Instrument, other: Instrument, place: Locator, *, older: bool) -> Verdict:
        id_ = f"{other.id}/{place.article.key}"
        found = self.library.successors(id_) if older else self.library.predecessors(id_)
        suggest = tuple(target for target in found if target.startswith(here.id + "/"))
        labels = "、".join(_label(target.split("/")[1]) for target in suggest)
        if older:
            since = here.in_force.words_zh if here.in_force else ""
            note = f"{since}起施行新文本，原{place.article.label}" + (
                f"现为{labels}。" if labels else "已经不是这个内容。"
            )
            return Verdict(kind="superseded", instrument=here.id, article=_key(place), suggest=suggest, note=note)
        since = other.in_force.words_zh if other.in_force else ""
        note = f"{place.article.label}是{since}起新文本的条号，事情发生时还没有施行" + (
            f"，当时为{labels}。" if labels else "。"
        )
        return Verdict(kind="not_in_force", instrument=here.id, article=_key(place), suggest=suggest, note=note)

    def _whole(self, base: Verdict, said: Said) -> Verdict:
        """A law named without an article: condemned only for limits of hours and numbers that it nowhere has."""
        instrument = base.instrument or ""
        for claim in said.claims:
            for concept in concepts_in([claim.words]):
                lacks = not any(id_.startswith(f"{instrument}/") for id_ in (*concept.homes, *concept.also))
                if lacks and _is_limit(concept, claim) and not _denied(claim.words) and not _absent(concept, claim):
                    title = self.library.instrument(instrument).title
                    note = f"《{title}》没有这样的规定：{concept.says}。"
                    return replace(base, kind="does_not_say", suggest=concept.homes[:3], note=note)
        return base

    def _content(
        self, base: Verdict, mention: Mention, said: Said, run: Sequence[Mention], shape: Structure | None
    ) -> Verdict:
        if shape is None or mention.place is None or shape.by_section:
            return self._unheld(base, mention, said)
        key = mention.place.article.key
        for quote in said.quotes:
            if len(normalise(quote)) >= SHORTEST and (verdict := self._quote(base, key, quote, said, run, shape)):
                return verdict
        if mention.refers_back and not said.claims:
            return base
        return self._claims(base, key, said, shape, run)

    def _quote(
        self, base: Verdict, key: str, quote: str, said: Said, run: Sequence[Mention], shape: Structure
    ) -> Verdict | None:
        article = shape.articles[key]
        found = compare(quote, shape.prints, key)
        others = [m.place.article.key for m in run if m.place and m.named.versions == (shape.instrument,)]
        if found.outcome in ("other", "changed") and any(
            compare(quote, shape.prints, other).outcome == "same" for other in others if other in shape.articles
        ):
            return None  # the list's other article is the one quoted
        if found.outcome == "same":
            missing = dropped_elements(quote, article, said.sentence) if _asserts(said.sentence) else ()
            if not missing:
                return None
            note = f"引文漏了“{'”“'.join(missing)}”，意思变了：少了这个条件就不能这样认定。"
            return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=note)
        if owner := owner_of(quote, shape, [key]):
            label = _label(owner)
            note = f"这段话是{label}的原文，不是{_label(key)}的。"
            return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{owner}",), note=note)
        if found.outcome == "own_words" or self._supported(base, key, quote, shape):
            return None
        note = (
            f"引文与{_label(key)}原文有出入：“{found.strange[:30]}”不是原文。"
            if found.outcome == "changed"
            else f"{_label(key)}没有这段话，引文不是原文。"
        )
        return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=note)

    def _supported(self, base: Verdict, key: str, words: str, shape: Structure) -> bool:
        fitting = any(c.carried_by(base.instrument or "", key) for c in concepts_in([words]))
        return fitting and shared(words, shape.prints, key) >= 0.5 and not re.search(r"[0-9]", words)

    def _claims(self, base: Verdict, key: str, said: Said, shape: Structure, run: Sequence[Mention]) -> Verdict:
        claims = [c for c in said.claims if len(normalise(c.words)) >= 2 and not _denied(c.words)]
        words = [claim.words for claim in claims]
        instrument = base.instrument or ""
        if any(_speaks_of(w, shape.articles[key]) >= _STRONG for w in words):
            return base
        if verdict := self._other_wording(base, key, claims, shape, run):
            return verdict
        if not claims or _carried(concepts_in(words), instrument, key):
            return base
        if any(_like(w, shape, key) >= (_SHARED_LONG if len(w) > _LONG else _SHARED_SHORT) for w in words):
            return base
        return self._other_concept(base, key, claims, shape) or self._other_subject(base, key, claims, shape) or base

    def _other_concept(self, base: Verdict, key: str, claims: list[Claim], shape: Structure) -> Verdict | None:
        """The claim is a known one and lives elsewhere."""
        instrument = base.instrument or ""
        for claim in claims:
            for concept in concepts_in([claim.words]):
                if concept.carried_by(instrument, key) or not _tells(concept, claim, instrument):
                    continue
                if self._mentions(concept, claim, key, shape) or _absent(concept, claim):
                    continue
                homes = concept.homes_in(instrument) or concept.homes[:3]
                note = f"{_label(key)}讲的是{self._subject(shape, key)}，没有“{concept.says}”；"
                note += f"应引{'、'.join(self._cited(home) for home in homes[:3])}。"
                return replace(base, kind="does_not_say", suggest=homes[:4], note=note)
        return None

    def _mentions(self, concept: Concept, claim: Claim, key: str, shape: Structure) -> bool:
        """Whether the article has the very words of the concept."""
        found = concept.words.search(claim.words)
        return found is not None and len(normalise(found[0])) >= 2 and shared(found[0], shape.prints, key) >= 1.0

    def _other_wording(
        self, base: Verdict, key: str, claims: list[Claim], shape: Structure, run: Sequence[Mention]
    ) -> Verdict | None:
        """The claim is the wording of another article of the same law, and of none of those cited with it."""
        cited = {m.place.article.key for m in run if m.place and shape.instrument in m.named.versions}
        for claim in claims:
            if claim.strength not in ("named", "stated") or len(normalise(claim.words)) < 12:
                continue
            near = max((cover(claim.words, shape.prints, one) for one in cited if one in shape.articles), default=0.0)
            if near > _SOME:
                return None
            owner = owner_of(claim.words, shape, cited)
            if owner and (near <= _LITTLE or cover(claim.words, shape.prints, owner) >= _NEARLY_ALL):
                note = f"{_label(key)}讲的是{self._subject(shape, key)}；文中所说是{_label(owner)}的内容。"
                return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{owner}",), note=note)
        return None

    def _other_subject(self, base: Verdict, key: str, claims: list[Claim], shape: Structure) -> Verdict | None:
        """The claim names the subject of another article of the same law, and nothing that is in this one."""
        for claim in claims:
            if claim.strength not in ("named", "stated") or len(claim.words) > _SHORT_CLAIM or _absent_anything(claim):
                continue
            if _like(claim.words, shape, key) > _HALF or _speaks_of(claim.words, shape.articles[key]) > _WEAK:
                continue
            scored = [(_speaks_of(claim.words, article), article.key) for article in shape.articles.values()]
            best = max((share for share, _ in scored), default=0.0)
            fitting = [other for share, other in scored if share == best and share >= _STRONG]
            if fitting and len(fitting) <= 3:
                named = "、".join(_label(other) for other in fitting)
                note = f"{_label(key)}讲的是{self._subject(shape, key)}；文中所说是{named}的内容。"
                suggest = tuple(f"{base.instrument}/{other}" for other in fitting)
                return replace(base, kind="does_not_say", suggest=suggest, note=note)
        return None

    def _unheld(self, base: Verdict, mention: Mention, said: Said) -> Verdict:
        """Of an instrument without text: a provision in the library is compared by concept, others are left open."""
        instrument, key = base.instrument or "", mention.place.article.key if mention.place else ""
        held = self.library.holds(f"{instrument}/{key}")
        claims = [c for c in said.claims if not _denied(c.words)]
        spoken = concepts_in(claim.words for claim in claims)
        for claim in claims:
            for concept in concepts_in([claim.words]):
                if not concept.sure or any(c.carried_by(instrument, key) for c in spoken):
                    continue
                homes = concept.homes_in(instrument)
                if (homes and held and claim.strength != "facts") or (not homes and _is_limit(concept, claim)):
                    suggest = homes or concept.homes[:3]
                    note = f"{_label(key)}没有“{concept.says}”；应引{'、'.join(self._cited(h) for h in suggest)}。"
                    return replace(base, kind="does_not_say", suggest=suggest, note=note)
        if held and not any(len(normalise(quote)) >= SHORTEST for quote in said.quotes):
            return base
        title = self.library.instrument(instrument).title
        return replace(base, kind="text_not_held", note=f"没有《{title}》的全文，{_label(key)}没有核对。")

    def _fitting(self, said: Said, instrument: str) -> tuple[str, ...]:
        """Where in the instrument the claims belong."""
        found = [home for c in concepts_in(claim.words for claim in said.claims) for home in c.homes_in(instrument)]
        return tuple(dict.fromkeys(found))[:3]

    def _subject(self, shape: Structure, key: str) -> str:
        article = shape.articles[key]
        return f"“{article.subject}”" if article.subject else "别的事"

    def _cited(self, id_: str) -> str:
        instrument, _, key = id_.partition("/")
        label = _label(key) if key[:1].isdigit() and structure(instrument) else ""
        if not label and self.library.holds(id_):
            label = self.library.provision(id_).label_zh or ""
        return f"《{self.library.instrument(instrument).short}》{label}"


_NONE = re.compile(r"(?:并无|没有|不含|未规定|不包括|并未|不存在|并不是|不是|而非|未提到|未涉及)[^，。；]{0,10}$")
_NORMATIVE = re.compile(
    r"不得|不能|禁止|违法|不允许|不可以|严禁|不应|不宜|时间(?:为|是|限|段)|应当在|只能|才能|规定|限于|至|最多|超过"
)


def _absent(concept: Concept, claim: Claim) -> bool:
    """Whether the claim says that the concept is *not* there: 该条并无……的规定."""
    found = concept.words.search(claim.words)
    return found is not None and bool(_NONE.search(claim.words[: found.start()]))


def _is_limit(concept: Concept, claim: Claim) -> bool:
    """Whether the claim is a rule (on hours, numbers of calls …) that surely stands nowhere else."""
    return concept.only_here and claim.strength != "facts" and bool(_NORMATIVE.search(claim.words))


def _tells(concept: Concept, claim: Claim, instrument: str) -> bool:
    """Whether the claim surely says of the article that it carries the concept."""
    if concept.only_here and claim.strength != "named":
        return _is_limit(concept, claim)
    if claim.strength == "named":
        return True
    if claim.strength == "stated":
        return concept.sure or len(claim.words) < 14
    own = bool(concept.homes_in(instrument)) and concept.sure
    return own and (claim.strength == "drawn" or instrument == "cn.criminal-law.1997")


def _carried(spoken: Sequence[Concept], instrument: str, key: str) -> bool:
    """Whether the article is right for one of the concepts.

    That the instrument as a whole may be cited does not help where another concept said has its own article in it.
    """
    if any(concept.named_for(instrument, key) for concept in spoken):
        return True
    own = any(
        concept.sure and concept.homes_in(instrument) for concept in spoken if f"{instrument}/*" not in concept.also
    )
    return not own and any(concept.carried_by(instrument, key) for concept in spoken)


def _like(words: str, shape: Structure, key: str) -> float:
    """How much of the telling words is in the article."""
    telling = _GENERAL.sub("", words)
    return shared(telling, shape.prints, key) if len(normalise(telling)) >= 3 else 0.0


def _speaks_of(words: str, article: ArticleShape) -> float:
    """The share of one of the article's subjects (written by hand) that the words name."""
    if not article.written_by_hand:
        return 0.0
    said = _pairs(words)
    parts = [pairs for part in article.subject.split("、") if len(pairs := _pairs(part)) >= 2]
    return max(
        (len(pairs & said) / len(pairs) for pairs in parts if len(pairs & said) >= _MAINLY * len(said)), default=0.0
    )


@lru_cache(maxsize=4096)
def _pairs(words: str) -> frozenset[str]:
    plain = normalise(_GENERAL.sub("", words))
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))


def _absent_anything(claim: Claim) -> bool:
    return bool(re.search(r"没有|并无|不是|并非|未规定|不含", claim.words))


def _label(key: str) -> str:
    place = Locator.from_key(key)
    return place.label if place else ""


def _key(place: Locator | None) -> str | None:
    return place.keys[0] if place else None


def _words(day: str) -> str:
    return LegalDate.parse(day).words_zh


def _begun(instrument: Instrument, on: date) -> bool:
    return instrument.in_force is not None and instrument.in_force.reached(on) is not False


def _historical(said: Said) -> bool:
    return bool(_HISTORY.search(said.sentence)) or _old_name(said)


def _old_name(said: Said) -> bool:
    return bool(_OLD.search(said.before[-16:]))


def _year_before(before: str) -> int | None:
    found = _VERSION_BEFORE.search(before)
    return int(found[1]) if found and re.search(r"版|修|文本|施行", found[0]) else None


def _denied(words: str) -> bool:
    return bool(
        re.match(
            r".{0,8}(?:没有|并无|未(?:规定|提|涉及|要求|明确|写|对)|不含|并不|并没有|不是|并非|而不是|而非)", words
        )
    )


_CONSEQUENCE = re.compile(r"构成|犯罪|罪|有期徒刑|拘留|罚金|罚款|追究|处罚|违法|即可|就(?:是|要|能|可)")


def _asserts(sentence: str) -> bool:
    return bool(_CONSEQUENCE.search(sentence))


def _named_in(context: str, versions: tuple[str, ...], library: Library) -> str:
    """Of several instruments under one number the one whose name the text uses, else the first."""
    for id_ in versions:
        instrument = library.instrument(id_)
        if instrument.title in context or instrument.short in context:
            return id_
    return versions[0]
