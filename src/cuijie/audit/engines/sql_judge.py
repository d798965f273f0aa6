# ruff: noqa: S608 -- names are our own
"""The engine in SQL, for DuckDB and Spark alike: a key for each contact, each distinct key judged once."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from cuijie.audit.engines.profiles import Profiler
from cuijie.audit.engines.seam import SHOWN, Profile, Store
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.rulebook import Rulebook
from cuijie.rulebook.windows.members import window_of

__all__ = ["SqlEngine"]

_PERSON = (
    f"CASE WHEN {is_masked('recipient_id')} THEN recipient_id || '@' || COALESCE(debtor_id, loan_id) ELSE recipient_id END"
    " AS recipient_id"
)
"""Who was contacted: a masked number is one person within a debtor (138****1002@d1), and of no known debtor it is nobody known."""


def _shown_columns(book: Rulebook) -> tuple[str, ...]:
    """The columns of ``judged`` beside ``profile``: ``SHOWN`` and those by which the window rules group."""
    windows = [window_of(linked) for linked in book.rules if linked.rule.about == "window"]
    keys = [name for window in windows for name in (*window.per, window.alone, window.distinct)]
    if any(window.within_minutes is not None for window in windows):
        keys.append("time_precision")
    return tuple(dict.fromkeys((*SHOWN, *(name for name in keys if name))))


class SqlEngine:
    """Judges by the rules' classes; one scan of the facts however many rules there are."""

    def __init__(self, book: Rulebook) -> None:
        self._profiler = Profiler(book)
        self._shown = _shown_columns(book)

    def judge(self, store: Store) -> Sequence[Profile]:
        """Judge the table ``facts`` of *store*, which then holds ``judged``: the columns shown of each contact, and
        ``profile``, the place of its profile in the sequence that is returned and only ever grows."""
        profiler, keys = self._profiler, self._profiler.key_names
        shown = (_PERSON if name == "recipient_id" else name for name in self._shown)
        store.keep("keyed", f"SELECT {', '.join((*shown, *profiler.key_sql()))} FROM facts")
        distinct = store.rows(f"SELECT DISTINCT {', '.join(keys)} FROM keyed")
        columns = [distinct.column(name).to_pylist() for name in keys]
        places = [profiler.place_of(key) for key in zip(*columns, strict=True)]
        found = {name: pa.array(values, pa.int64()) for name, values in zip(keys, columns, strict=True)}
        store.put("profile_of", pa.table(found | {"profile": pa.array(places, pa.int64())}))
        same = " AND ".join(f"k.{name} = p.{name}" for name in keys)
        store.name(
            "judged",
            f"SELECT {', '.join(f'k.{n}' for n in self._shown)}, p.profile FROM keyed AS k JOIN profile_of AS p ON {same}",
        )
        return profiler.profiles
