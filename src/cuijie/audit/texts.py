"""Every distinct text of a log read once, in worker processes, and remembered by its digest."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cuijie.audit.logs.dialogues import Unheard, spoken
from cuijie.audit.outputs import write_options
from cuijie.records import LABELS
from cuijie.whole_files import whole_file

__all__ = ["READINGS", "READ_COLUMNS", "read_texts", "reader_digest", "reading", "unheard"]

READ_COLUMNS: tuple[str, ...] = (*(f"says_{label}" for label in LABELS), "asks_payment", "caller_identified")
"""What a machine can fill from words, in the order of the bits of ``read_mask``."""

READINGS: Any = pa.schema(
    [("text_key", pa.string()), *((name, pa.bool_()) for name in READ_COLUMNS), ("unheard", pa.string())]
)
"""What was read of a text; ``unheard``: of a conversation of which nobody knows who spoke, a JSON list of its speakers."""
_PIECE = 500
_Row = tuple[str, str, str]  # key, text, how
_Read = tuple[str, tuple[bool | None, ...], str | None]


def reading(text: str, how: str) -> tuple[bool | None, ...]:
    """What the words tell, in the order of ``READ_COLUMNS``; *how*: as ``reading_key`` says.

    The same choices as for a case: only a likely label says yes, only words kept whole say no.
    """
    from cuijie.reading.reader import read

    if how == "own":  # what the contacted person wrote says nothing on the collector's side
        return (*(False for _ in LABELS), False, None)
    to, form, summary, speakers = how.split("|", 3)
    words = _spoken(text, speakers)
    if isinstance(words, Unheard):
        return (None,) * len(READ_COLUMNS)
    found = read(words, recipient=to)
    hits = {hit.label: hit.certainty for hit in found.labels}
    whole = not summary
    says: dict[str, bool | None] = {
        label: True if hits.get(label) == "likely" else False if label not in hits and whole else None
        for label in LABELS
    }
    if form == "post" and not says["public_exposure"]:
        says["public_exposure"] = True if found.facts.reveals_debt else None
        if found.facts.reveals_debt:
            says["third_party_disclosure"] = True
    if found.facts.debtor_speaks:
        return (*(False for _ in LABELS), None, None)
    named = found.facts.caller_identified
    if named is None and whole and form == "written" and found.facts.asks_payment is not False:
        named = False  # of a receipt it is not said: nobody is collecting there
    return (*says.values(), found.facts.asks_payment, named)


def unheard(text: str, how: str) -> str | None:
    """The speakers that are not known of a conversation whose words are therefore held against none, as in ``READINGS``."""
    if how == "own":
        return None
    words = _spoken(text, how.split("|", 3)[3])
    return json.dumps(words.speakers, ensure_ascii=False) if isinstance(words, Unheard) else None


def _spoken(text: str, named: str) -> str | Unheard:
    return spoken(text, json.loads(named) if named else {})


def _read_piece(rows: Sequence[_Row]) -> list[_Read]:
    return [(key, reading(text, how), unheard(text, how)) for key, text, how in rows]


def _readings_of(rows: Iterable[_Row], processes: int) -> Iterator[list[_Read]]:
    """The readings of *rows*, piece by piece, in their order."""
    source = iter(rows)
    first = list(islice(source, _PIECE))
    if len(first) < _PIECE or processes < 2:
        while first:
            yield _read_piece(first)
            first = list(islice(source, _PIECE))
        return
    # not forked: the database's threads would be left behind half-way
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as workers:
        waiting = [workers.submit(_read_piece, first)]
        while waiting:
            while len(waiting) < processes * 4 and (piece := list(islice(source, _PIECE))):
                waiting.append(workers.submit(_read_piece, piece))
            yield waiting.pop(0).result()


@cache
def reader_digest() -> str:
    """A digest of the reading room, which decides what it says, and of how texts are put to it here."""
    import cuijie.reading

    folder, digest = Path(cuijie.reading.__file__).parent, hashlib.sha256()
    here = [Path(__file__).parent / name for name in ("texts.py", "reading_keys.py", "logs/dialogues.py")]
    for path in (*sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts), *here):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def read_texts(
    batches: Iterator[Any], folder: Path, known: Callable[[list[str]], set[str]], tell: Callable[[int], None]
) -> int:
    """Read the texts of *batches* (text_key, said_text, how) that are not *known*, into Parquet files in *folder*.

    Each file is whole or not there; gives how many were read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = 0
    for batch in batches:
        keys = batch.column(0).to_pylist()
        have = known(keys)
        fresh = [
            row
            for row in zip(keys, batch.column(1).to_pylist(), batch.column(2).to_pylist(), strict=True)
            if row[0] not in have
        ]
        if not fresh:
            continue
        said: list[_Read] = []
        for piece in _readings_of(sorted(fresh), os.cpu_count() or 1):
            said += piece
            done += len(piece)
            tell(done)
        _write_readings(said, folder)
    return done


def _write_readings(said: Sequence[_Read], folder: Path) -> None:
    """One file of readings, named by its keys."""
    rows = [(key, *read, speakers) for key, read, speakers in said]
    columns = [list(values) for values in zip(*rows, strict=True)]
    table = pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, READINGS, strict=True)], schema=READINGS)
    name = hashlib.sha256("".join(columns[0]).encode()).hexdigest()[:24]
    with whole_file(folder / f"{name}.parquet") as file:
        pq.write_table(table, file, **write_options())
