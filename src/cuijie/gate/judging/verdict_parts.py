"""What each rule says of facts it cannot tell apart, worked out once and put together for each contact.

A contact's facts become small class numbers (``rulebook.codes``).  Of these a rule reads only its own; for equal
ones it has said what it says before, and that ``Part`` is found by a look-up.  What is kept of a decision is the
list of its parts' digests, and each part once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import count
from operator import getitem, itemgetter

import msgspec

from cuijie.gate.deciding.answers import Counting, Verdicts, counters
from cuijie.gate.decision import Duty, Need
from cuijie.gate.encoding import to_json
from cuijie.gate.judging.conduct import conduct
from cuijie.gate.judging.text_reading import NOTHING_READ, ReadColumns
from cuijie.gate.judging.verdicts import INSTITUTIONS, TIME, RuleReader, Said
from cuijie.gate.pseudonyms import PERSON_IDS
from cuijie.records import COLUMNS
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.codes import ClassTable
from cuijie.rulebook.columns import Value
from cuijie.rulebook.predicate import columns_of
from cuijie.rulebook.windows.members import window_of

__all__ = ["Judged", "Parts", "kept_pieces", "read_verdicts"]

_DIGEST = 8  # bytes
_KEPT = 20_000  # parts of one rule, and ways to put parts together
_LATER = frozenset(column.name for column in COLUMNS if column.known != "before")
_numbers = count()
_FLAGS = (*PERSON_IDS, *INSTITUTIONS, "count")
_Ext = tuple[object, ...]
_Row = Sequence[Value]


class _Part:
    """One ``Said`` with its bytes; ``matters`` if it does more than stand in the list of rules."""

    __slots__ = ("body", "digest", "matters", "number", "said")

    def __init__(self, said: Said) -> None:
        self.said = said
        self.number = next(_numbers)  # never used again, unlike an address
        self.body = to_json(said)
        self.digest = hashlib.sha256(self.body).digest()[:_DIGEST]
        denies = said.verdict.verdict == "breach" and not said.verdict.advisory
        self.matters = bool(denies or said.needs or said.duties or said.counting)


class Judged:
    """What the rules say before the counters are looked at; ``digest`` names it in stores and logs."""

    __slots__ = ("_digest", "_parts", "verdicts")

    def __init__(self, verdicts: Verdicts, parts: Sequence[_Part]) -> None:
        self.verdicts = verdicts
        self._parts = parts
        self._digest = ""

    @property
    def digest(self) -> str:
        """The digest of the list of parts."""
        if not self._digest:
            self._digest = hashlib.blake2b(self._recipe(), digest_size=16).hexdigest()
        return self._digest

    def _recipe(self) -> bytes:
        return b"".join([part.digest for part in self._parts])

    def pieces(self) -> Iterator[tuple[str, bytes]]:
        """All that must be kept for ``read_verdicts`` to give the verdicts again, each under its name."""
        for part in self._parts:
            yield part.digest.hex(), part.body
        yield self.digest, self._recipe()


def kept_pieces(digest: str, kept: Callable[[str], bytes | None]) -> list[tuple[str, bytes]] | None:
    """What ``Judged.pieces`` gave when it was kept under *digest*; None if something of it is not there."""
    recipe = kept(digest)
    if recipe is None:
        return None
    found = []
    for start in range(0, len(recipe), _DIGEST):
        name = recipe[start : start + _DIGEST].hex()
        body = kept(name)
        if body is None:
            return None
        found.append((name, body))
    return [*found, (digest, recipe)]


def read_verdicts(digest: str, kept: Callable[[str], bytes | None]) -> Verdicts | None:
    """The verdicts that were kept under *digest*; None if something of them is not there."""
    pieces = kept_pieces(digest, kept)
    return None if pieces is None else _assembled([msgspec.json.decode(body, type=Said) for _, body in pieces[:-1]])


class Parts:
    """The parts of one rulebook's rules, found by class numbers; *rows* gives the facts where one is still missing."""

    def __init__(self, reader: RuleReader, tables: Mapping[str, ClassTable], places: Mapping[str, int]) -> None:
        self._reader = reader
        order = list(tables)
        self._tables = [tables[name] for name in order]
        self._pick = itemgetter(*[places[name] for name in order])
        self._later = [position for position, name in enumerate(order) if name in _LATER]
        self._channel = places["channel"]
        self._flags = [places[name] for name in _FLAGS]
        windows = [window_of(linked) for linked in reader.rules if linked.rule.about == "window"]
        fixed = [name for window in windows for name in (*window.per, *([window.distinct] if window.distinct else []))]
        self._fixed = list(dict.fromkeys(["actor", *(n for n in fixed if n not in (*_FLAGS, *TIME))]))
        self._fixed_places = [places[name] for name in self._fixed]
        later = len(order)
        layout = {("code", name): n for n, name in enumerate(order)}
        layout |= {("later", order[at]): later + n for n, at in enumerate(self._later)}
        layout |= {("flag", name): later + len(self._later) + n for n, name in enumerate(_FLAGS)}
        rest = later + len(self._later) + len(_FLAGS)
        layout |= {("fixed", name): rest + n for n, name in enumerate(self._fixed)}
        self._own = [_picker(_reads(linked, layout)) for linked in reader.rules]
        self._parts: list[dict[object, _Part]] = [{} for _ in reader.rules]
        self._unanswered: dict[object, tuple[int, ...]] = {}
        self._together: dict[tuple[int, ...], Verdicts] = {}

    def judged(self, row: _Row, words: ReadColumns, in_flight: bool, rows: Callable[[], Sequence[_Row]]) -> Judged:
        """What all rules say of *row*; *rows*: the same answered and, of a call *in_flight*, not answered."""
        ext = self._ext(row, in_flight, rows)
        if words is NOTHING_READ:
            parts = [kept.get(own(ext)) for kept, own in zip(self._parts, self._own, strict=True)]
        else:
            parts = [kept.get((own(ext), words)) for kept, own in zip(self._parts, self._own, strict=True)]
        whole = [part or self._part(place, ext, words, rows()) for place, part in enumerate(parts)]
        return Judged(self._verdicts(whole), whole)

    def _ext(self, row: _Row, in_flight: bool, rows: Callable[[], Sequence[_Row]]) -> _Ext:
        codes = tuple(map(getitem, self._tables, self._pick(row)))
        key = (in_flight, row[self._channel], *[codes[at] for at in self._later])
        later = self._unanswered.get(key)
        if later is None:  # what is known later hangs on the channel and on what is known of it alone
            if len(self._unanswered) >= _KEPT:
                self._unanswered.clear()
            other = rows()[-1]
            found = tuple(map(getitem, self._tables, self._pick(other)))
            later = tuple([found[at] for at in self._later])
            self._unanswered[key] = later
        flags = [row[at] is None for at in self._flags]
        return (*codes, *later, *flags, *[row[at] for at in self._fixed_places])

    def _part(self, place: int, ext: _Ext, words: ReadColumns, rows: Sequence[_Row]) -> _Part:
        linked, kept = self._reader.rules[place], self._parts[place]
        reader, own = self._reader, self._own[place](ext)
        is_contact = linked.rule.about == "contact"
        said = reader.contact(linked, rows[0], words) if is_contact else reader.window(linked, rows, words, place)
        if len(kept) >= _KEPT:
            kept.clear()
        part = kept[own if words is NOTHING_READ else (own, words)] = _Part(said)
        return part

    def _verdicts(self, parts: Sequence[_Part]) -> Verdicts:
        """The parts as one; how those that matter go together is remembered."""
        which = tuple([part.number for part in parts if part.matters])
        found = self._together.get(which)
        if found is None:
            found = _assembled([part.said for part in parts])
            if len(self._together) >= _KEPT:
                self._together.clear()
            self._together[which] = found
        return msgspec.structs.replace(found, rules=tuple([part.said.verdict for part in parts]))


def _reads(linked: LinkedRule, layout: Mapping[tuple[str, str], int]) -> list[int]:
    """Where in the extended numbers stands what *linked* can tell apart or repeats in its answer."""
    cited = [name for beside in linked.support for name in columns_of(beside.applies)]
    names: list[tuple[str, str]] = [("code", name) for name in (*linked.columns, *cited)]
    shown = [*linked.columns]
    if linked.rule.about == "window":
        window = window_of(linked)
        shown += [*window.per, *(name for name in (window.alone, window.distinct) if name is not None)]
        names += [("later", name) for name in linked.columns]
        names += [(kind, name) for name in (*shown, "count") for kind in ("flag", "fixed")]
    if "institution_id" in shown:
        names.append(("fixed", "actor"))
    return sorted({layout[name] for name in names if name in layout})


def _picker(places: Sequence[int]) -> Callable[[_Ext], object]:
    return itemgetter(*places) if places else lambda _: None


def _assembled(saids: Iterable[Said]) -> Verdicts:
    """The answers of all rules as one: needs and duties joined, each once."""
    saids = tuple(saids)
    needs: dict[str, Need] = {}
    duties: dict[tuple[str, str], Duty] = {}
    counted: list[Counting] = []
    for said in saids:
        if said.counting is not None:
            counted += counters(said.counting)
        for need in said.needs:
            held = needs.get(need.column)
            decides = (*(held.decides if held else ()), *need.decides)
            needs[need.column] = msgspec.structs.replace(held or need, decides=tuple(dict.fromkeys(decides)))
        for duty in said.duties:
            before = duties.get((duty.column, duty.says))
            rules = (*(before.rules if before else ()), *duty.rules)
            duties[duty.column, duty.says] = msgspec.structs.replace(duty, rules=rules)
    order = {name: position for position, name in enumerate(conduct())}
    return Verdicts(
        rules=tuple(said.verdict for said in saids),
        is_denied=any(s.verdict.verdict == "breach" and not s.verdict.advisory for s in saids),
        needs=tuple(needs.values()),
        duties=tuple(sorted(duties.values(), key=lambda duty: order.get(duty.column, len(order)))),
        counted=tuple(counted),
        by_values=any(item.values for item in counted),
    )
