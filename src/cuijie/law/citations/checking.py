"""The citation check: a text in, every citation with its verdict out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import zip_longest
from typing import Literal

from cuijie.law.citations.authorities import gone_authorities
from cuijie.law.citations.finding.dateline import written_on
from cuijie.law.citations.finding.lexicon import Lexicon, lexicon
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.reader import read_mentions
from cuijie.law.citations.finding.view import View, view_of
from cuijie.law.citations.finding.when import EventDay, days_near, events_in
from cuijie.law.citations.judging import Judge
from cuijie.law.citations.notes import Note
from cuijie.law.citations.particular_notes import in_the_articles_words, refuted_as_said, right_when_written
from cuijie.law.citations.particulars import misstated
from cuijie.law.citations.quotations.quoting import cover
from cuijie.law.citations.statements.claims import chains, said_of
from cuijie.law.citations.statements.concepts import Pitfall, pitfalls
from cuijie.law.citations.statements.denounced import denounced
from cuijie.law.citations.verdicts import CONDEMNING, Verdict, VerdictKind
from cuijie.law.dates import LegalDate
from cuijie.law.structure import Structure, structure, with_shapes
from cuijie.law.structure.building import shape_of
from cuijie.law.textpack import TextPack

__all__ = ["Citation", "Outcome", "check_text"]


Outcome = Literal["right", "wrong", "not_confirmed"]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """One citation as found: its words, its place in the text, what it names and what is held of it.

    ``confirmed`` is False where something is said of an article that could neither be found in it nor refuted;
    ``is_refuted`` is True where the text quotes the citation to call it wrong: its verdict stands, the text is right.
    """

    text: str
    span: tuple[int, int]
    instrument: str | None
    article: str | None
    verdict: VerdictKind
    suggest: tuple[str, ...]
    note: str
    note_en: str
    confirmed: bool
    is_refuted: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether it makes exit code 1."""
        return self.verdict in CONDEMNING and not self.is_refuted

    @property
    def outcome(self) -> Outcome:
        """Right, wrong, or neither confirmed nor refuted."""
        if self.is_wrong:
            return "wrong"
        return "right" if self.is_refuted or (self.verdict == "ok" and self.confirmed) else "not_confirmed"

    def as_json(self) -> dict[str, object]:
        """The keys of the command's JSON."""
        return {
            "text": self.text,
            "span": list(self.span),
            "instrument": self.instrument,
            "article": self.article,
            "verdict": self.verdict,
            "suggest": list(self.suggest),
            "note": self.note,
            "note_en": self.note_en,
            "outcome": self.outcome,
            "is_refuted": self.is_refuted,
        }


def check_text(
    text: str,
    on: date,
    *,
    texts: TextPack | None = None,
    by_its_day: bool = True,
    progress: Progress | None = None,
) -> tuple[Citation, ...]:
    """Every citation in *text*, judged on *on* unless the text near it speaks of another day; in order of appearance.

    A text that bears an earlier day of its own is judged by that, unless not *by_its_day*: what has changed since is told
    in the note.

    *texts* are the user's own: quotations are then compared word by word, and instruments of which the program ships
    no fingerprint are checked as well.  Raises TextPackError for a damaged one.

    *progress* is told how many of the text's citations are done, and of how many.
    """
    if texts is None:
        return _checked(text, on, lexicon(), None, by_its_day, progress)
    with with_shapes(_shapes_of(texts)):
        return _checked(text, on, lexicon(), texts, by_its_day, progress)


def _shapes_of(texts: TextPack) -> Callable[[str], Structure | None]:
    """The shapes of the texts at hand, each made when first asked for."""
    held = frozenset(texts.ids())

    @cache
    def shape(instrument: str) -> Structure | None:
        packed = texts.text(instrument) if instrument in held else None
        return shape_of(instrument, packed.law) if packed else None

    return shape


def _checked(
    text: str, on: date, names: Lexicon, texts: TextPack | None, by_its_day: bool, progress: Progress | None
) -> tuple[Citation, ...]:
    view = view_of(text)
    mentions = read_mentions(view, names)
    bears = written_on(view.original)
    earlier = bears if bears and by_its_day and bears.last < on else None
    written = earlier.last if earlier else None
    events = events_in(view, on, written, bears=bears)
    found = [*_judged(view, mentions, names, (on, earlier), events, texts, progress), *_unnamed(view, mentions)]
    taken = [(mention.start, mention.end) for mention in mentions]
    for gone in gone_authorities(view, names.library, events, written or on, taken):
        if _in_its_words(view.text, gone.start, gone.end, mentions):
            continue
        refuted = denounced(view.text, gone.start, gone.end)
        note = refuted_as_said(gone.note) if refuted else gone.note
        found.append(_citation(view, gone.start, gone.end, None, None, "authority_gone", (), note, is_refuted=refuted))
    return tuple(_with_what_follows(sorted(found, key=lambda citation: (citation.span, citation.article or "")), text))


_AROUND, _IN_REACH, _VERBATIM = 8, 400, 0.9


def _in_its_words(text: str, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Whether an authority or article is named in the very words of the article cited before: a law keeps those of its day."""
    quoted = [m for m in mentions if m.place and start - _IN_REACH <= m.start and m.end <= start]
    windows = ((_AROUND, _AROUND), (0, 2 * _AROUND), (2 * _AROUND, 0))
    around = [text[max(0, start - back) : end + on] for back, on in windows]
    for mention in quoted:
        shape = structure(mention.named.versions[-1]) if mention.named.versions else None
        key = mention.place.article.key if mention.place else ""
        held = shape is not None and key in shape.articles
        if shape and held and any(cover(words, shape.prints, key) >= _VERBATIM for words in around):
            return True
    return False


_ENDS = re.compile(r"[。！？；\n]")
_THAT_ARTICLE = re.compile(r"(?:该|此|本|同|上述)[条款项]")


def _with_what_follows(found: Sequence[Citation], text: str) -> Iterator[Citation]:
    """应按第三十一条处理，该条禁止……: what is wrong of 该条 is wrong of the citation before it in the sentence."""
    for citation, following in zip_longest(found, found[1:]):
        if (
            following is not None
            and citation.verdict == "ok"
            and following.verdict == "does_not_say"
            and (citation.instrument, citation.article) == (following.instrument, following.article)
            and _THAT_ARTICLE.match(following.text)
            and not text.startswith(("）", ")"), following.span[1])  # ……最多六十日（同条）: a statement of its own
            and not _ENDS.search(text, citation.span[1], following.span[0])
        ):
            yield replace(
                citation,
                verdict=following.verdict,
                suggest=following.suggest,
                note=following.note,
                note_en=following.note_en,
            )
        else:
            yield citation


def _judged(
    view: View,
    mentions: list[Mention],
    names: Lexicon,
    days: tuple[date, LegalDate | None],
    events: tuple[EventDay, ...],
    texts: TextPack | None,
    progress: Progress | None,
) -> Iterator[Citation]:
    named = frozenset(version for mention in mentions for version in mention.named.versions)
    on, earlier = days
    written = earlier.last if earlier else None
    now = Judge(names.library, on, named, texts)
    judge = Judge(names.library, written, named, texts, dated=True) if written else now
    runs = chains(view.text, mentions)
    for index, run in enumerate(runs):
        if progress:
            progress(index, len(runs))
        limit = (
            max(m.end for m in runs[index - 1]) if index else 0,
            runs[index + 1][0].start if index + 1 < len(runs) else len(view.text),
        )
        said = said_of(view.text, run, limit)
        for mention in run:
            near = days_near(view, events, mention.start, mention.end)
            verdict = judge.judge(mention, said, near, run, view.text)
            if earlier and written and verdict.kind == "ok" and _changed_between(mention, names, written, on):
                today = now.judge(mention, said, near, run, view.text)
                verdict = _with_what_changed(verdict, today, earlier)
            if verdict.kind not in CONDEMNING and (other := misstated(view.text, mention, names)):
                verdict = replace(verdict, kind="does_not_say", suggest=(other.instrument,), note=other.note)
            if verdict.kind in CONDEMNING and _in_its_words(view.text, mention.start, mention.end, mentions):
                verdict = replace(verdict, kind="ok", note=in_the_articles_words(verdict.note))
            refuted = verdict.kind in CONDEMNING and denounced(view.text, mention.start, mention.end)
            yield _citation(
                view,
                mention.start,
                mention.end,
                verdict.instrument,
                verdict.article,
                verdict.kind,
                verdict.suggest,
                refuted_as_said(verdict.note) if refuted else verdict.note,
                verdict.confirmed,
                is_refuted=refuted,
            )


def _changed_between(mention: Mention, names: Lexicon, written: date, on: date) -> bool:
    """Whether a text of the law named began or ended between the two days."""
    versions = [names.library.instrument(id_) for id_ in mention.named.versions]
    return any(version.in_force_on(written) != version.in_force_on(on) for version in versions)


def _with_what_changed(verdict: Verdict, today: Verdict, bears: LegalDate) -> Verdict:
    """A citation right when the text was written, and what has become of it since."""
    if today.kind not in ("repealed", "superseded"):
        return verdict
    return replace(verdict, note=right_when_written(bears, today.note), suggest=today.suggest)


def _citation(
    view: View,
    start: int,
    end: int,
    instrument: str | None,
    article: str | None,
    verdict: VerdictKind,
    suggest: tuple[str, ...],
    note: Note,
    confirmed: bool = True,
    is_refuted: bool = False,
) -> Citation:
    span = view.span(start, end)
    return Citation(
        text=view.original[span[0] : span[1]],
        span=span,
        instrument=instrument,
        article=article,
        verdict=verdict,
        suggest=suggest,
        note=note.zh,
        note_en=note.en,
        confirmed=confirmed,
        is_refuted=is_refuted,
    )


_SENTENCE = re.compile(r"[^。！？；\n]+")


def _unnamed(view: View, mentions: list[Mention]) -> Iterator[Citation]:
    """Wrong statements that name a crime or a limit and no law: only these are reported, and only where wrong."""
    for pitfall in pitfalls():
        if pitfall.mark is None or pitfall.marks is None:
            continue
        instrument, article = pitfall.marks.split("/")
        for sentence in _SENTENCE.finditer(view.text):
            if not _claims(pitfall, sentence[0]) or _cites(mentions, instrument, sentence.span()):
                continue
            mark = pitfall.mark.search(sentence[0])
            if mark:
                start = sentence.start() + mark.start()
                yield _citation(
                    view,
                    start,
                    start + len(mark[0]),
                    instrument,
                    article,
                    "does_not_say",
                    pitfall.suggest,
                    pitfall.note,
                )


def _claims(pitfall: Pitfall, sentence: str) -> bool:
    return pitfall.found_in(sentence) and not (pitfall.mark_unless and pitfall.mark_unless.search(sentence))


def _cites(mentions: list[Mention], instrument: str, span: tuple[int, int]) -> bool:
    return any(span[0] <= m.start < span[1] and instrument in m.named.versions for m in mentions)
