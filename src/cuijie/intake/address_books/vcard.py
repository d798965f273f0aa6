"""Contact cards (vCard 2.1, 3.0, 4.0): to know who is called, used only inside the case."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, Final

from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Card, Found, Note, SetAside
from cuijie.intake.iphone.contacts import person_of_card
from cuijie.intake.source import Head, Source
from cuijie.intake.vocabulary import relation_of

__all__ = ["CARDS_NOTE", "KIND", "TITLE", "full_name", "read", "sniff"]

KIND: Final = "vcard"
TITLE: Final = "通讯录名片（vCard）"

CARDS_NOTE: Final = "通讯录只在这份案卷里用来认出是谁接到的电话，不会出现在导出的材料里。"

_CARD_LINES: Final = 200_000
_BUILT_IN: Final = re.compile(r"_\$!<(.+)>!\$_")  # a label of Apple's own
_CUSTOM: Final = re.compile(rb"X-CUSTOM\(((?:CHARSET=[\w-]+,|ENCODING=QUOTED-PRINTABLE,)*)([^)]*)\)", re.IGNORECASE)
_LABELS: Final = {
    "mother": "母亲", "father": "父亲", "parent": "父母", "brother": "兄弟", "sister": "姐妹", "child": "孩子", "son": "儿子",
    "daughter": "女儿", "friend": "朋友", "spouse": "配偶", "partner": "伴侣", "manager": "上司",
}  # fmt: skip
_PLACES: Final = frozenset({"employer", "community"})  # 单位 beside a number is where the telephone stands
_SHOWN: Final = 3
_HAN: Final = re.compile(r"[\u3400-\u9fff]")


def sniff(head: Head) -> bool:
    """True for text that begins with ``BEGIN:VCARD``."""
    return (
        head.data[:512]
        .decode(detect(head.data[:512]), "replace")
        .lstrip("\ufeff \r\n\t")
        .upper()
        .startswith("BEGIN:VCARD")
    )


def read(source: Source) -> Iterator[Found]:
    """A ``Card`` for each card with a name or a telephone number; other cards are set aside."""
    number = 0
    related: list[str] = []
    with source.open() as stream:
        for lines, is_whole in _cards(stream, source.head().data):
            number += 1
            at = f"第 {number} 张"
            if not is_whole:
                yield SetAside(at=at, why="文件在这里断了，这张名片不完整")
                yield Note(text=f"通讯录在第 {number - 1} 张之后断了，前面的已收好。可以重新导出一次再收，不会重复。")
                return
            card = _read(lines)
            related += card.related
            person = person_of_card(card.name, card.numbers)
            if person is None:
                yield SetAside(at=at, why="这张名片既没有姓名也没有电话号码，认人用不上")
            elif (word := card.relation_word) and person.relation is None:
                yield Card(person=replace(person, relation=relation_of(word), relation_word=word))
            else:
                yield Card(person=person)
    if related:
        shown = "、".join(related[:_SHOWN])
        yield Note(
            text=f"名片里写着关系（{shown}{'等' if len(related) > _SHOWN else ''}），但看不出是谁的：是你的，请在案卷里给这些人标上关系。"
        )
    yield Note(text=CARDS_NOTE)


def _cards(stream: BinaryIO, head: bytes) -> Iterator[tuple[list[bytes], bool]]:
    """(content lines, whole) of each card; folded lines joined, quoted-printable ones left as bytes."""
    lines: Iterator[bytes] = iter(stream)
    if detect(head).startswith("utf-16"):
        lines = iter(decode_text(stream.read(64 * 2**20)).text.encode("utf-8", "replace").splitlines(keepends=True))
    card: list[bytes] | None = None
    for raw in lines:
        line = raw.rstrip(b"\r\n")
        mark = line.strip().lstrip(b"\xef\xbb\xbf").upper()
        if mark == b"BEGIN:VCARD":
            if card:
                yield card, True  # its end is missing, nothing else
            card = []
        elif mark == b"END:VCARD" and card is not None:
            yield card, True
            card = None
        elif card is not None and len(card) < _CARD_LINES:
            if line[:1] in (b" ", b"\t") and card:
                card[-1] += line[1:]
            elif card and card[-1].endswith(b"=") and b"QUOTED-PRINTABLE" in card[-1].partition(b":")[0].upper():
                card[-1] = card[-1][:-1] + line
            else:
                card.append(line)
    if card is not None:
        yield card, False


@dataclass(slots=True)
class _Said:
    """What one card says."""

    name: str | None = None
    numbers: list[str] = field(default_factory=list)
    relation_word: str | None = None  # to whose address book it is: the label of a number, or the card's group
    related: list[str] = field(default_factory=list)  # 母亲：王芳, of whom the card is


def _read(lines: list[bytes]) -> _Said:
    """The name, the numbers and the words for a relation on a card."""
    told: dict[bytes, str] = {}
    card = _Said()
    labels: dict[bytes, str] = {}  # of the lines of a group (item1.TEL, item1.X-ABLabel)
    values: list[tuple[bytes, bytes, str, str]] = []
    for line in lines:
        head, colon, value = line.partition(b":")
        if not colon:
            continue
        group, _, name = head.split(b";")[0].strip().upper().rpartition(b".")
        text = _text(head, value)
        if name == b"X-ABLABEL":
            labels[group] = _label(text)
        elif name in (b"TEL", b"X-ABRELATEDNAMES"):
            values.append((name, group, text, _custom(head)))
        elif name == b"CATEGORIES":
            card.relation_word = next((word for word in re.split(r"[,;]", text) if relation_of(word)), None)
        elif name in (b"FN", b"N", b"ORG", b"NICKNAME"):
            told[name] = _named(name, text) or told.get(name, "")
    for name, group, text, custom in values:
        label = labels.get(group) or custom
        if name == b"X-ABRELATEDNAMES":
            card.related.append(f"{label or '关系不详'}：{_unescaped(text).strip()}")
            continue
        card.numbers.append(re.sub(r"^tel:", "", text.strip(), flags=re.IGNORECASE).partition(";")[0])
        if (relation := relation_of(label)) and relation not in _PLACES:
            card.relation_word = label
    card.numbers = [number for number in card.numbers if any(map(str.isdigit, number))]
    card.name = _best_name(told)
    return card


def _custom(head: bytes) -> str:
    """The label that Android writes for one of the owner's own: X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=E5…), X-妈妈."""
    if found := _CUSTOM.search(head):
        return _text(found[1] or b"", found[2])
    plain = next((part[2:] for part in head.split(b";")[1:] if part[:2].upper() == b"X-"), b"")
    return decode_text(plain).text


def _label(written: str) -> str:
    """A label in our word for it: 母亲 for Apple's own ``_$!<Mother>!$_``."""
    plain = _BUILT_IN.sub(r"\1", written.strip())
    return _LABELS.get(plain.lower(), plain)


def _named(name: bytes, text: str) -> str | None:
    if name == b"N":
        return _structured(text)
    return _unescaped(re.split(r"(?<!\\);", text)[0] if name == b"ORG" else text).strip() or None


def _best_name(told: dict[bytes, str]) -> str | None:
    structured, formatted = told.get(b"N"), told.get(b"FN")
    if (
        structured
        and formatted
        and _HAN.search(structured)
        and structured.replace(" ", "") == formatted.replace(" ", "")
    ):
        return structured  # 王 丽 → 王丽
    return formatted or structured or told.get(b"NICKNAME") or told.get(b"ORG") or None


def _structured(text: str) -> str | None:
    """The name in a structured one."""
    parts = [_unescaped(part).strip() for part in re.split(r"(?<!\\);", text)]
    family, given, middle = (*parts, "", "", "")[:3]
    return full_name(family, given, middle)


def full_name(family: str, given: str, middle: str) -> str | None:
    """The parts of a name: together in Chinese, in the order of speech otherwise."""
    if _HAN.search(family + given):
        return (family + middle + given) or None
    return " ".join(part for part in (given, middle, family) if part) or None


def _text(head: bytes, value: bytes) -> str:
    parameters = head.upper()
    if b"QUOTED-PRINTABLE" in parameters:
        value = quopri.decodestring(value)
    charset = re.search(rb"CHARSET=\"?([\w-]+)", parameters)
    if charset and charset[1] not in (b"UTF-8", b"UTF8"):
        name = "gb18030" if charset[1] in (b"GBK", b"GB2312", b"GB18030") else charset[1].decode()
        try:
            return value.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(value).text


def _unescaped(text: str) -> str:
    return re.sub(r"\\([nN,;\\:])", lambda found: "\n" if found[1] in "nN" else found[1], text)
