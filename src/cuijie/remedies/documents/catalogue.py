"""The documents there are: the head of each template, read strictly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cuijie.datafiles import DataFileError, Lines, parse_yaml
from cuijie.remedies.documents.incidents import Naming
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import Reader

__all__ = ["NOT_ITS_LENDER", "TEMPLATES", "Advice", "DocumentSpec", "FieldSpec", "body_of", "document", "documents"]

NOT_ITS_LENDER = (
    "按这笔借款填写的机构类型，收这份文书的部门一般不管这类机构；该找谁，先看“下一步”；类型填错了，先改过来。"
)
"""What is told first of a paper whose office does not take complaints about such a lender."""
TEMPLATES = Path(__file__).parent.parent / "data" / "templates"
Who = Literal["debtor", "contacted"]
Facts = Literal["none", "blank", "needed"]
_WITHOUT_FACTS: Mapping[str, Facts] = {"none": "none", "blank": "blank", "needed": "needed"}
_KEYS = {
    "order", "title", "name", "who", "recipient", "people", "me", "quote", "police", "court", "fields",
    "before", "bring", "facts", "landscape", "group", "about", "received", "office",
}  # fmt: skip
_FIELD_KEYS = {"label", "from", "default", "hand", "optional", "hint"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a document: where its value comes from if the user gives none.

    ``hand`` is filled in by hand on paper (signature, identity number): always blank, never listed as missing.
    """

    key: str
    label: str
    source: str | None = None  # a fact of the case: sender.name, loan.lender_name …
    default: str | None = None
    is_hand: bool = False
    is_optional: bool = False
    hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One line to be read before a paper is used, and for whom it is."""

    say: str
    readers: frozenset[Reader]


_FACTS = FieldSpec(
    key="facts",
    label="自己补充的事实经过（请逐条写明日期、号码、原话和证据编号）",
    is_optional=True,
)
"""The field every paper about conduct has: blank while nothing was found, else what the user adds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentSpec:
    """What is fixed about one document."""

    id: str
    order: int  # place in lists
    title: str  # as printed on top
    name: str  # as listed
    who: tuple[Who, ...]  # in whose name it is made
    recipient: str
    office: str | None  # the channel that takes it; who has a lender of another kind is told
    naming: Naming  # how other people are named in it
    me: str  # how its sender is called in it
    quote_limit: int  # characters of a quotation, 0 = whole
    for_personal_info: bool  # tells nothing but the handling of personal information
    for_police: bool  # tells police matters (if there are any), cites public security law
    for_court: bool  # cites what a civil court decides by, no penalties
    facts: Facts  # what it does without findings: nothing special, a visible blank, or refuse
    is_of_all_received: bool  # who owes nothing tells in it all they received, not only what findings name
    is_landscape: bool
    is_group: bool  # of several cases together
    fields: Mapping[str, FieldSpec]
    advice: tuple[Advice, ...]  # to be read before it is used, most important first
    enclosures: tuple[Advice, ...]  # what goes with it

    @property
    def is_about_a_lender(self) -> bool:
        """Whether it goes to a lender or speaks of one: it may tell only what is known to be about its loan."""
        return any(one.source in {"loan.lender_name", "loan.addressee"} for one in self.fields.values())

    @property
    def is_of_one_loan(self) -> bool:
        """Whether it tells of one loan at a time: the police are told of one creditor, a list of evidence of them all."""
        return self.is_about_a_lender or self.for_police

    def before(self, reader: Reader) -> tuple[str, ...]:
        """What *reader* is told before the paper is used."""
        return tuple(one.say for one in self.advice if reader in one.readers)

    def bring(self, reader: Reader) -> tuple[str, ...]:
        """What *reader* takes along or encloses."""
        return tuple(one.say for one in self.enclosures if reader in one.readers)

    def field(self, key: str) -> FieldSpec | None:
        """The field *key*; ``prove_3`` is one of the family declared as ``prove_N``."""
        known = self.fields.get(key)
        head, bar, number = key.rpartition("_")
        family = self.fields.get(f"{head}_N") if bar and number.isdigit() else None
        if known is not None or family is None:
            return known
        return FieldSpec(key=key, label=family.label.replace("N", number), is_optional=family.is_optional)


def _split(path: Path) -> tuple[str, str, int]:
    """Head, body and the number of lines before the body."""
    text = path.read_text(encoding="utf-8")
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        raise DataFileError(str(path), 1, "", "模板应以 --- 开头的说明段开始")
    end = lines.index("---", 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 1


def body_of(path: Path) -> str:
    """The template's body, with empty lines for its head so that line numbers in errors hold."""
    _, body, before = _split(path)
    return "\n" * before + body


_READERS: tuple[Reader, ...] = ("debtor", "obliged", "heir", "contacted", "spouse")
_WITH: dict[str, Reader] = {"heir": "obliged", "spouse": "contacted"}  # what is said to the wider group is said to them


def _advice(lines: Lines, key: str) -> tuple[Advice, ...]:
    """The lines under *key*: a text for everybody, or ``{for: [debtor, obliged, …], say: …}``."""
    value = lines.get(key, [])
    if not isinstance(value, list):
        raise lines.wrong(key, "应为列表")
    found: list[Advice] = []
    for one in value:
        if isinstance(one, str):
            found.append(Advice(say=one, readers=frozenset(_READERS)))
            continue
        if not isinstance(one, Lines) or set(one) != {"for", "say"}:
            raise lines.wrong(key, "每项应为文字，或 {for: […], say: …}")
        readers = one.texts("for")
        if not readers or not set(readers) <= set(_READERS):
            raise one.wrong("for", f"只能是 {'、'.join(_READERS)}")
        found.append(
            Advice(
                say=one.text("say"),
                readers=frozenset(word for word in _READERS if word in readers or _WITH.get(word) in readers),
            )
        )
    return tuple(found)


def _flag(lines: Lines, key: str) -> bool:
    value = lines.get(key, False)
    if not isinstance(value, bool):
        raise lines.wrong(key, "应为 true 或 false")
    return value


def _number(lines: Lines, key: str, default: int) -> int:
    value = lines.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise lines.wrong(key, "应为整数")
    return value


def _field(fields: Lines, key: str) -> FieldSpec:
    lines = fields[key]
    if not isinstance(lines, Lines) or not set(lines) <= _FIELD_KEYS:
        raise fields.wrong(key, f"只能有 {'、'.join(sorted(_FIELD_KEYS))}")
    return FieldSpec(
        key=key,
        label=lines.text("label"),
        source=lines.text("from") if "from" in lines else None,
        default=lines.text("default") if "default" in lines else None,
        is_hand=_flag(lines, "hand"),
        is_optional=_flag(lines, "optional"),
        hint=lines.text("hint") if "hint" in lines else None,
    )


def _read(path: Path) -> DocumentSpec:
    head = parse_yaml(_split(path)[0], str(path))
    if not isinstance(head, Lines) or (unknown := set(head) - _KEYS):
        raise DataFileError(str(path), 1, "", f"说明段里有不认识的键：{'、'.join(sorted(unknown))}" if head else "空的")
    fields = head.get("fields", Lines(str(path), 1))
    if not isinstance(fields, Lines):
        raise head.wrong("fields", "应为“键: {label: …}”的表")
    who = head.texts("who")
    naming = head.text("people", "masked")
    if not who or not set(who) <= {"debtor", "contacted"}:
        raise head.wrong("who", "只能是 debtor、contacted")
    if naming not in {"masked", "full"}:
        raise head.wrong("people", "只能是 masked 或 full")
    facts = _WITHOUT_FACTS.get(head.text("facts", "none"))
    if facts is None:
        raise head.wrong("facts", "只能是 none、blank 或 needed")
    about = head.text("about", "all")
    if about not in {"all", "personal_info"}:
        raise head.wrong("about", "只能是 all 或 personal_info")
    own = {key: _field(fields, key) for key in fields}
    title = head.text("title")
    return DocumentSpec(
        id=path.stem,
        order=_number(head, "order", 999),
        title=title,
        name=head.text("name", title),
        who=tuple(word for word in ("debtor", "contacted") if word in who),
        recipient=head.text("recipient"),
        office=head.text("office") if "office" in head else None,
        naming="full" if naming == "full" else "masked",
        me=head.text("me", "本人"),
        quote_limit=_number(head, "quote", 60),
        for_personal_info=about == "personal_info",
        for_police=_flag(head, "police"),
        for_court=_flag(head, "court"),
        facts=facts,
        is_of_all_received=_flag(head, "received"),
        is_landscape=_flag(head, "landscape"),
        is_group=_flag(head, "group"),
        fields=own if facts == "none" else {**own, _FACTS.key: _FACTS},
        advice=_advice(head, "before"),
        enclosures=_advice(head, "bring"),
    )


@cache
def documents(folder: Path = TEMPLATES) -> Mapping[str, DocumentSpec]:
    """Every document by id, in the order of use; parts (``_….md``) are left out."""
    read = [_read(path) for path in folder.glob("*.md") if not path.name.startswith("_")]
    return {spec.id: spec for spec in sorted(read, key=lambda spec: (spec.order, spec.id))}


def document(id: str, folder: Path = TEMPLATES) -> DocumentSpec:
    """The document *id*.  Raises RemedyError naming what there is."""
    known = documents(folder)
    if id not in known:
        raise RemedyError(
            f"没有“{id}”这种文书。", remedy="用 cuijie draft --list 查看全部文书。现有：" + "、".join(known)
        )
    return known[id]
