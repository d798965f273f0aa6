"""Reads the library's folders: one file per instrument, and the tables of successions beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cuijie.datafiles import DataFileError, Lines, load_rows, load_table
from cuijie.law.fields import Fields
from cuijie.law.model import (
    CONFIDENCES,
    KNOWN_FROM,
    NUMBERINGS,
    TIERS,
    Authority,
    Confidence,
    Instrument,
    KnownFrom,
    Provision,
    Renumbering,
)

__all__ = ["DATA", "Contents", "Country", "Topic", "load", "load_topics"]

DATA = Path(__file__).parent / "data"
"""The folder of the library that ships with the program."""

_ID = re.compile(r"[a-z]{2}(?:\.[a-z0-9][a-z0-9-]*){1,3}")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*")
_ARTICLE_KEY = re.compile(r"[0-9]+(?:-[0-9]+)?(?:\.[0-9]+){0,3}")
_SEEN = ("number", "adopted", "in_force")
_KNOWN_BY_DEFAULT: dict[Confidence, KnownFrom] = {
    "verified": "full_text",
    "secondary": "press_summary",
    "unverified": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """How a jurisdiction writes a title and joins a label to it, and where its kinds of instruments can be read.

    ``inner_marks`` take the place of the title's own marks inside it: 《最高人民法院关于适用〈…〉的解释》.
    """

    title_form: str = "{title}"
    inner_marks: str | None = None
    joint: str = " "
    read_at: tuple[tuple[str, str], ...] = ()

    def titled(self, title: str) -> str:
        """*title* as papers write it."""
        before, after = self.title_form.split("{title}", 1)
        if self.inner_marks and before and after:
            title = title.replace(before, self.inner_marks[0]).replace(after, self.inner_marks[1])
        return f"{before}{title}{after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that was read, in the order of the files."""

    instruments: tuple[Instrument, ...]
    provisions: tuple[Provision, ...]
    renumberings: tuple[Renumbering, ...]
    authorities: tuple[Authority, ...]
    countries: tuple[tuple[str, Country], ...]
    notes_en: tuple[tuple[str, str], ...] = ()  # the English notes by id, of authorities by name
    spoken: tuple[tuple[str, str], ...] = ()  # what one says for an instrument when looking it up, and its id


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A subject that provisions are filed under, the plain words people use for it and what to read first."""

    id: str
    zh: str
    en: str
    words: tuple[str, ...]
    first: tuple[str, ...] = ()  # the provisions to read first


def load_topics(path: Path) -> tuple[Topic, ...]:
    """The subjects listed in the file at *path*; raises DataFileError."""
    topics = []
    for fields in _listed(path):
        topics.append(
            Topic(
                id=fields.text("id"),
                zh=fields.text("zh"),
                en=fields.text("en"),
                words=fields.texts("words"),
                first=fields.texts("first"),
            )
        )
        fields.done()
    return tuple(topics)


def load(folders: Sequence[Path]) -> Contents:
    """Reads ``instruments/*.yaml``, ``renumbered.yaml``, ``authorities.yaml`` and ``countries.yaml`` of each folder.

    Raises DataFileError naming file, line and key.
    """
    instruments: dict[str, Instrument] = {}
    provisions: dict[str, Provision] = {}
    for path in (path for folder in folders for path in _files(folder)):
        fields = Fields(load_table(path))
        instrument = _instrument(fields)
        if instrument.id in instruments:
            raise fields.wrong("id", "另一个文件已经用了这个编号")
        instruments[instrument.id] = instrument
        for entry in fields.entries("provisions"):
            provision = _provision(entry, instrument)
            if provision.id in provisions:
                raise entry.wrong("at", "同一规范里这个编号写了两次")
            provisions[provision.id] = provision
        fields.done()
    renumberings = tuple(r for folder in folders for r in _renumberings(folder / "renumbered.yaml", instruments))
    return Contents(
        instruments=tuple(instruments.values()),
        provisions=tuple(provisions.values()),
        renumberings=renumberings,
        authorities=tuple(a for folder in folders for a in _authorities(folder / "authorities.yaml")),
        countries=tuple(c for folder in folders for c in _countries(folder / "countries.yaml")),
        notes_en=tuple(n for folder in folders for n in _notes(folder / "notes_en.yaml")),
        spoken=tuple(s for folder in folders for s in _spoken(folder / "spoken.yaml", instruments)),
    )


def _notes(path: Path) -> Iterator[tuple[str, str]]:
    if path.exists():
        notes = load_table(path)
        yield from ((key, notes.text(key)) for key in notes)


def _spoken(path: Path, instruments: dict[str, Instrument]) -> Iterator[tuple[str, str]]:
    for fields in _listed(path):
        id_ = fields.text("of")
        if id_ not in instruments:
            raise fields.wrong("of", f"没有这部规范：{id_}")
        yield from ((name, id_) for name in fields.texts("say"))
        fields.done()


def _files(folder: Path) -> list[Path]:
    found = sorted((folder / "instruments").glob("*.yaml"))
    if not found:
        raise DataFileError(str(folder), 1, "", "这个文件夹里没有 instruments/*.yaml")
    return found


def _instrument(fields: Fields) -> Instrument:
    id_ = fields.text("id")
    if not _ID.fullmatch(id_):
        raise fields.wrong("id", "编号的样子是 cn.civil-code.2020：国家.名称.年份")
    seen = fields.texts("seen")
    if not set(seen) <= set(_SEEN):
        raise fields.wrong("seen", f"只能列 {'、'.join(_SEEN)}")
    return Instrument(
        id=id_,
        title=fields.text("title"),
        version=fields.maybe_text("version"),
        short=fields.text("short"),
        also=fields.texts("also"),
        issuer=fields.text("issuer"),
        number=fields.maybe_text("number"),
        level=fields.text("level"),
        tier=fields.choice("tier", TIERS),
        adopted=fields.date("adopted"),
        in_force=fields.date("in_force"),
        repealed=fields.date("repealed"),
        successor=fields.maybe_text("successor"),
        applies_to=fields.texts("applies_to"),
        confidence=fields.choice("confidence", CONFIDENCES),
        seen=frozenset(seen),
        numbering=fields.choice("numbering", NUMBERINGS, "article"),
        is_draft=fields.flag("draft"),
        cited_as=fields.maybe_text("cited_as"),
        note=fields.maybe_text("note"),
    )


def _provision(fields: Fields, instrument: Instrument) -> Provision:
    key = fields.text("at")
    if not _KEY.fullmatch(key):
        raise fields.wrong("at", '写条号 "1032"、条.款.项 "50.1.5"、之一 "253-1"，或小写英文的名称')
    confidence = fields.choice("confidence", CONFIDENCES, instrument.confidence)
    label_confidence = fields.choice("label_confidence", CONFIDENCES, confidence)
    in_force, repealed = fields.date("in_force"), fields.date("repealed")
    provision = Provision(
        id=f"{instrument.id}/{key}",
        instrument=instrument,
        label_zh=fields.maybe_text("label"),
        label_confidence=label_confidence,
        tier=fields.choice("tier", TIERS, instrument.tier),
        in_force=in_force or instrument.in_force,
        repealed=repealed or instrument.repealed,
        paraphrase_zh=fields.text("zh"),
        paraphrase_en=fields.text("en"),
        topics=fields.texts("topics"),
        confidence=confidence,
        known_from=fields.choice("known_from", KNOWN_FROM, _KNOWN_BY_DEFAULT[confidence]),
        applies_to=fields.texts("applies_to") or instrument.applies_to,
        note=fields.maybe_text("note"),
    )
    fields.done()
    return provision


def _listed(path: Path) -> list[Fields]:
    return [Fields(row) for row in load_rows(path)] if path.exists() else []


def _renumberings(path: Path, instruments: dict[str, Instrument]) -> Iterator[Renumbering]:
    for fields in _listed(path):
        old, new = fields.text("old"), fields.text("new")
        for key, id_ in (("old", old), ("new", new)):
            if id_ not in instruments:
                raise fields.wrong(key, f"法律库里没有 {id_}")
        since = instruments[old].repealed
        if since is None:
            raise fields.wrong("old", f"{old} 没有失效日期，不能有换号表")
        yield Renumbering(
            old=old,
            new=new,
            since=since,
            confidence=fields.choice("confidence", CONFIDENCES),
            note=fields.maybe_text("note"),
            articles=_article_table(fields.mapping("articles")),
        )
        fields.done()


def _article_table(table: Lines) -> dict[str, tuple[str, ...]]:
    read: dict[str, tuple[str, ...]] = {}
    for old, value in table.items():
        new = [str(entry) for entry in value] if isinstance(value, list) else [str(value)]
        if not all(_ARTICLE_KEY.fullmatch(key) for key in [old, *new]):
            raise table.wrong(old, '两边都写条号，如 "42": 50 或 "49": [58, 59]，款项如 "42.1.5"')
        read[old] = tuple(new)
    return read


def _authorities(path: Path) -> Iterator[Authority]:
    for fields in _listed(path):
        ended = fields.date("ended")
        if ended is None:
            raise fields.wrong("ended", "必须填写日期")
        yield Authority(
            name=fields.text("name"),
            also=fields.texts("also"),
            ended=ended,
            successors=fields.texts("successors"),
            by=fields.text("by"),
            confidence=fields.choice("confidence", CONFIDENCES),
            note=fields.maybe_text("note"),
        )
        fields.done()


def _countries(path: Path) -> Iterator[tuple[str, Country]]:
    for fields in _listed(path):
        places = fields.mapping("read_at")
        form = fields.text("title_form")
        if "{title}" not in form:
            raise fields.wrong("title_form", "里面要有 {title}")
        marks = fields.maybe_text("inner_marks")
        if marks is not None and len(marks) != 2:
            raise fields.wrong("inner_marks", "写一对符号，如 〈〉")
        country = Country(
            title_form=form,
            inner_marks=marks,
            joint=fields.maybe_text("joint") or "",
            read_at=tuple((level, str(place)) for level, place in places.items()),
        )
        yield fields.text("prefix"), country
        fields.done()
