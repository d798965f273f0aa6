"""What the fused pass found as Arrow tables: one row a contact and rule, a window, a contact a window names.

Words (norms, columns to ask) are dictionaries by reason: however many rows, each reason is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from cuijie.rulebook.fused.asked import Asked, norms_in
from cuijie.rulebook.fused.found import FoundWindows, NamedMember
from cuijie.rulebook.fused.kernels import Longs
from cuijie.rulebook.fused.one_pass import FoundContacts, FusedPass
from cuijie.rulebook.fused.window_kernels import COLUMNS, NO_DAY
from cuijie.rulebook.fused.windows import WindowPass
from cuijie.rulebook.linking import CERTAINTIES, ceiling

__all__ = ["CONTACTS", "NAMED", "WINDOWS", "contact_table", "named_table", "window_table"]

_WORD = pa.dictionary(pa.int32(), pa.string())
CONTACTS: Any = pa.schema(
    [("rule", _WORD), ("row", pa.int64()), ("verdict", _WORD), ("certainty", _WORD), ("basis", _WORD),
     ("may_apply", _WORD), ("missing", _WORD), ("law_missing", _WORD)]
)  # fmt: skip
"""A contact rule's breaches and unknowns; ``row`` is the contact's place in the log, words are joined by commas."""
WINDOWS: Any = pa.schema(
    [("rule", _WORD), ("window", pa.int64()), ("until_day", pa.date32()), ("until_us", pa.int64()), ("verdict", _WORD), ("at_least", pa.int64()),
     ("at_most", pa.int64()), ("limit", pa.int64()), ("holds_alone", pa.bool_()), ("certainty", _WORD),
     ("basis", _WORD), ("may_apply", _WORD), ("first_row", pa.int64()), ("key_rows", pa.list_(pa.int64()))]
)  # fmt: skip
"""Windows breached or open, numbered within their rule; one that slides ends with ``until_day``, or ``until_us`` if it is of
minutes; ``key_rows``: per key a contact that carries it, NULL: not known."""
NAMED: Any = pa.schema(
    [("rule", _WORD), ("window", pa.int64()), ("row", pa.int64()), ("missing", _WORD), ("law_missing", _WORD)]
)
"""The contacts that windows name: those of a breach (nothing missing), or those that may still count."""


def contact_table(judging: FusedPass, found: Iterable[FoundContacts]) -> Any:
    """*found* (what ``FusedPass.take`` gave) as a table of ``CONTACTS``."""
    batches = []
    for part in found:
        one = judging.contact_rules[part.rule]
        said, size = one.outcomes, part.place.shape[0]
        words: dict[str, Sequence[str]] = {
            "verdict": [outcome.verdict for outcome in said],
            "certainty": [outcome.certainty for outcome in said],
            "basis": [",".join(outcome.basis) for outcome in said],
            "may_apply": [",".join(outcome.may_apply) for outcome in said],
            "missing": [",".join(outcome.missing) for outcome in said],
            "law_missing": [",".join(outcome.law_missing) for outcome in said],
        }
        columns = {name: _words(part.pattern, by_reason) for name, by_reason in words.items()}
        columns |= {"rule": _same(one.linked.rule.id, size), "row": pa.array(part.place)}
        batches.append(_batch(columns, CONTACTS))
    return pa.Table.from_batches(batches, schema=CONTACTS)


def window_table(one: WindowPass) -> Any:
    """The windows that *one* rule found as a table of ``WINDOWS``."""
    batches, number = [], 0
    for part in one.found:
        said = {name: part.table[:, place] for place, name in enumerate(COLUMNS)}
        size = part.table.shape[0]
        breach, end = said["breach"] != 0, said["end"]
        norms = {name: _norms(one, said[name]) for name in ("basis", "may_apply")}
        by_row, width = part.shown_by, part.shown_by.shape[1]
        columns = {
            "rule": _same(one.linked.rule.id, size),
            "window": pa.array(np.arange(number, number + size)),
            **_ends(one, end),
            "verdict": _words((~breach).astype(np.int32), ("breach", "unknown")),
            "at_least": pa.array(said["at_least"]),
            "at_most": pa.array(said["at_most"], mask=said["at_most"] < 0),
            "limit": pa.array(np.full(size, one.window.limit, np.int64)),
            "holds_alone": pa.array(said["alone"] > 0, mask=~breach | (said["alone"] < 0)),
            "certainty": _certainties(one, said["basis"], said["alone"]),
            **norms,
            "first_row": pa.array(said["seen"]),
            "key_rows": pa.ListArray.from_arrays(
                pa.array(np.arange(0, size * width + 1, width), pa.int32()),
                pa.array(by_row.ravel(), mask=by_row.ravel() < 0),
            ),
        }
        batches.append(_batch(columns, WINDOWS))
        number += size
    return pa.Table.from_batches(batches, schema=WINDOWS)


def _ends(one: WindowPass, end: Longs) -> dict[str, Any]:
    """Where the windows end, in the unit of the rule."""
    by_minutes = one.window.within_minutes is not None
    nowhere = end == NO_DAY
    days = np.where(nowhere | by_minutes, 0, end).astype(np.int32)
    return {
        "until_day": pa.array(days, pa.int32(), mask=nowhere | by_minutes).cast(pa.date32()),
        "until_us": pa.array(end, mask=nowhere | (not by_minutes)),
    }


def named_table(one: WindowPass) -> Any:
    """The contacts that the windows of *one* rule name as a table of ``NAMED``."""
    batches, number, asked = [], 0, Asked(one)
    for part in one.found:
        size = part.table[:, COLUMNS.index("last")] - part.table[:, COLUMNS.index("first")]
        missing, law_missing = _missing(asked, part)
        columns = {
            "rule": _same(one.linked.rule.id, part.place.shape[0]),
            "window": pa.array(np.repeat(np.arange(number, number + size.shape[0]), size)),
            "row": pa.array(part.place),
            "missing": missing,
            "law_missing": law_missing,
        }
        batches.append(_batch(columns, NAMED))
        number += size.shape[0]
    return pa.Table.from_batches(batches, schema=NAMED)


def _missing(asked: Asked, part: FoundWindows) -> tuple[Any, Any]:
    """What to ask of each named contact, worked out once for those alike."""
    alike = np.stack(
        [part.pattern, part.asked.astype(np.int64), part.counted.astype(np.int64), part.unknown_keys.astype(np.int64)]
    )
    alike[:, part.of_breaches()] = -1
    kinds, number = np.unique(alike, axis=1, return_inverse=True)
    said = [_asked(asked, *kind) for kind in kinds.T.tolist()]
    place = number.reshape(-1).astype(np.int32)
    return _words(place, [",".join(facts) for facts, _ in said]), _words(place, [",".join(law) for _, law in said])


def _asked(asked: Asked, pattern: int, norms: int, counted: int, unknown_keys: int) -> tuple[list[str], list[str]]:
    if pattern < 0:
        return [], []
    member = NamedMember(0, pattern, norms, counted, unknown_keys)
    every = [asked.under(norm, member) for norm in norms_in(norms % (1 << 64))]
    facts = dict.fromkeys(column for of_record, _ in every for column in of_record)
    law = dict.fromkeys(name for _, of_law in every for name in of_law)
    return [*facts], [*law]


def _norms(one: WindowPass, masks: Longs) -> Any:
    kinds, number = np.unique(masks, return_inverse=True)
    ids = [norm.id for norm in one.linked.norms]
    said = [",".join(ids[n] for n in norms_in(kind % (1 << 64))) for kind in kinds.tolist()]
    return _words(number.astype(np.int32), said)


def _certainties(one: WindowPass, basis: Longs, alone: Longs) -> Any:
    kinds, number = np.unique(basis, return_inverse=True)
    norms = one.linked.norms
    most = [CERTAINTIES.index(ceiling(tuple(norms[n] for n in norms_in(k % (1 << 64))))) for k in kinds.tolist()]
    found = np.array(most, np.int32)[number]
    return _words(np.where(alone == 0, np.minimum(found, CERTAINTIES.index("likely")), found), CERTAINTIES)


def _words(number: Any, words: Sequence[str]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(np.asarray(number, np.int32)), pa.array([*words], pa.string()))


def _same(word: str, size: int) -> Any:
    return _words(np.zeros(size, np.int32), [word])


def _batch(columns: dict[str, Any], schema: Any) -> Any:
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
