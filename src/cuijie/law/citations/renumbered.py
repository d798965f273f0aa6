"""An article cited by the number that it has in another text of the same law."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cuijie.law.citations import notes
from cuijie.law.citations.age import historical, new_name
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.quotations.quoting import SHORTEST, cover, shared
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import concepts_in
from cuijie.law.citations.statements.ranking import telling_pairs
from cuijie.law.citations.statements.saying import has_each, like
from cuijie.law.citations.statements.weighing import is_about, only_a_penalty
from cuijie.law.citations.verdicts import Verdict, VerdictKind, key_of
from cuijie.law.library import Library
from cuijie.law.locator import Locator
from cuijie.law.model import Instrument
from cuijie.law.structure import normalise, structure

__all__ = ["Renumbering"]

_OUR_SUBJECT = re.compile(
    r"催收|催债|催款|欠款|欠债|滋扰|纠缠|逾期|借款|贷款|网贷|通讯录|骚扰|个人信息|侮辱|诽谤|恐吓|隐私"
)
_CLAUSES, _CLAUSES_BEFORE = re.compile(r"[，；：]"), 3
_OFFENCES = re.compile(
    r"(?:涉嫌|属于|构成|系|是|犯|因)(诈骗|盗窃|抢夺|敲诈勒索|寻衅滋事|殴打|侮辱|诽谤|侵入住宅|招摇撞骗|偷窥|偷拍|结伙斗殴|虐待|遗弃)"
)
_TOO_SHORT = 80  # characters of a text that need not say what it is about
_TELLING, _ACT = 4, 3  # characters of a claim that says something; pairs of them of what somebody did
_HALF = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Renumbering:
    """What the articles of the library's laws were numbered before and are numbered now."""

    library: Library

    def moved(
        self, instrument: Instrument, mention: Mention, said: Said, context: str, *, absent: bool = False
    ) -> Verdict | None:
        """An article cited by the number it has in another version of the same law; *absent*: this one has none such."""
        if mention.place is None or historical(said) or mention.named.year:
            return None
        family = self.library.versions(instrument.family)
        key = mention.place.article.key
        for other in family:
            if other.id == instrument.id:
                continue
            here, there = (self._fits(version.id, key, said) for version in (instrument, other))
            if f"{instrument.id}/{key}" in self._numbers(instrument, other, key):
                continue  # the same number in both
            if absent and there is None and self._has(other.id, mention.place):
                there = True
            older = family.index(other) < family.index(instrument)
            silent = here is None and there is None and not new_name(mention, said, context)
            if (there and not here) or (older and silent and self._only_old(instrument, other, key, said, context)):
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
        near = _CLAUSES.split(said.before.removesuffix("中华人民共和国"))[-_CLAUSES_BEFORE:]
        if any(len(telling_pairs(words)) >= _ACT and not only_a_penalty(words) for words in near):
            claims = [
                words for words in claims if not only_a_penalty(words)
            ]  # 非法侵入住宅，依第…条，处……: the act tells
        else:
            claims += filter(only_a_penalty, near)
        if any(is_about(words, key, shape) for words in (*claims, *(told.words for told in said.told), *near)):
            return True
        if offences := _OFFENCES.findall("，".join(near)):
            return any(shared(offence, shape.prints, key) == 1.0 for offence in offences)
        spoken = concepts_in(claims)
        if not spoken:
            return True if any(has_each(words, shape, key) for words in claims) else None
        if any(concept.carried_by(id_, key) and f"{id_}/*" not in concept.also for concept in spoken):
            return True
        return any(like(words, shape, key) >= _HALF for words in claims)

    @staticmethod
    def _has(id_: str, place: Locator) -> bool:
        shape = structure(id_)
        article = shape.articles.get(place.article.key) if shape else None
        return article is not None and article.has(place.paragraph, place.item)

    def _only_old(self, new: Instrument, old: Instrument, key: str, said: Said, context: str) -> bool:
        """Whether the number speaks of debt collection in the old text only, in a text about it or too short to tell."""
        says_more = any(claim.strength in ("named", "stated") and len(claim.words) >= _TELLING for claim in said.claims)
        if (says_more or len(context) > _TOO_SHORT) and not _OUR_SUBJECT.search(context):
            return False
        known = [p for p in self.library.provisions_of(old.id) if p.key.split(".")[0] == key]
        was_ours = any(set(p.topics) - {"penalty"} for p in known)
        is_ours = any(p.key.split(".")[0] == key for p in self.library.provisions_of(new.id))
        return was_ours and not is_ours

    def _numbers(self, here: Instrument, other: Instrument, key: str) -> tuple[str, ...]:
        """What the article *key* of the version *other* has become, or was, in *here*."""
        family, id_ = self.library.versions(here.family), f"{other.id}/{key}"
        older = family.index(other) < family.index(here)
        found = self.library.successors(id_) if older else self.library.predecessors(id_)
        return tuple(target for target in found if target.startswith(here.id + "/"))

    def _renumbered(self, here: Instrument, other: Instrument, place: Locator, *, older: bool) -> Verdict:
        suggest = self._numbers(here, other, place.article.key)
        keys, article = [target.split("/")[1] for target in suggest], place.article.key
        note = (
            notes.old_number(article, here.in_force, keys) if older else notes.new_number(article, other.in_force, keys)
        )
        kind: VerdictKind = "superseded" if older else "not_in_force"
        return Verdict(kind=kind, instrument=here.id, article=key_of(place), suggest=suggest, note=note)
