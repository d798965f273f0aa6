# ruff: noqa: S608 -- statements are made of our own words
"""The twelve rules of ``twelve_rules/`` written by hand in DuckDB SQL, Polars and pandas, as one would for speed.

Each function gives, per rule, the rows of the log (from 0) that break it.  Nothing here knows what is missing
and what a norm's dates are: that is what the rulebook adds.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.text_patterns import PATTERNS
from numpy.typing import NDArray

__all__ = ["ANY_PATTERN", "BY_HAND", "COLUMNS", "Rows", "by_duckdb", "by_pandas", "by_polars", "scan_alone"]

Rows = dict[str, NDArray[np.int64]]

COLUMNS = (
    "debtor_id", "lender_id", "recipient_id", "channel", "occurred_at", "direction", "connected", "recipient_role",
    "caller_identified", "hours_agreed", "recipient_consent",
)  # fmt: skip
ANY_PATTERN = "|".join(PATTERNS)


def scan_alone(log: Path, text: bool) -> Rows:
    """DuckDB reading every column of the rules and doing next to nothing: the yardstick."""
    import duckdb

    columns = [*COLUMNS, *(["text"] if text else [])]
    said = ", ".join(f"count({name}), min({name})" for name in columns)
    with duckdb.connect() as connection:
        connection.execute(f"SELECT {said} FROM read_parquet('{log}')").fetchall()
    return {}


_CALL = "channel IN ('call', 'robot_call')"
_OTHERS = "recipient_role IN ('agreed_contact', 'other')"
_REACHES = "channel IN ('call', 'robot_call', 'sms', 'im')"


def _over(condition: str, keys: str, limit: int) -> str:
    return (
        f"SELECT row FROM (SELECT row, row_number() OVER (PARTITION BY {keys} ORDER BY row) AS n"
        f" FROM c WHERE {condition}) WHERE n > {limit}"
    )


_SQL = {
    "hours": "SELECT row FROM c WHERE (minute >= 1320 OR minute < 480) AND NOT hours_agreed",
    "fourth-call": _over(f"{_CALL} AND connected", "debtor_id, lender_id, day", 3),
    "lender-day": _over(_REACHES, "debtor_id, lender_id, day", 6),
    "third-party": "SELECT row FROM c WHERE recipient_role = 'other'",
    "reachable": f"""SELECT c.row FROM c JOIN (SELECT debtor_id, lender_id, day, min(at_us) AS first_us FROM every
        WHERE recipient_role = 'debtor' AND (({_CALL} AND connected) OR direction = 'inbound')
        GROUP BY debtor_id, lender_id, day) AS r USING (debtor_id, lender_id, day)
        WHERE {_OTHERS} AND r.first_us < c.at_us""",
    "third-parties-month": f"""SELECT row FROM (SELECT row,
        dense_rank() OVER (PARTITION BY debtor_id, lender_id, month ORDER BY met) AS n
        FROM (SELECT *, min(row) OVER (PARTITION BY debtor_id, lender_id, month, recipient_id) AS met
        FROM c WHERE {_OTHERS})) WHERE n > 5""",
    "gap": f"""SELECT row FROM (SELECT row, at_us - lag(at_us) OVER (PARTITION BY debtor_id ORDER BY row) AS gap
        FROM c WHERE {_REACHES}) WHERE gap < 3600000000""",
    "not-identified": f"SELECT row FROM c WHERE NOT caller_identified AND {_CALL} AND connected",
    "fifteen-a-week": f"""SELECT row FROM (SELECT row,
        row_number() OVER (PARTITION BY debtor_id, lender_id ORDER BY row) AS n,
        count(*) OVER (PARTITION BY debtor_id, lender_id ORDER BY day
          RANGE BETWEEN UNBOUNDED PRECEDING AND 7 PRECEDING) AS before
        FROM c WHERE {_CALL}) WHERE n - before > 15""",
    "unanswered": _over(f"{_CALL} AND NOT connected", "lender_id, recipient_id, day", 3),
    "consent": f"SELECT row FROM c WHERE {_OTHERS} AND NOT recipient_consent",
}


def by_duckdb(log: Path, text: bool) -> Rows:
    """Bare DuckDB SQL: the columns once, then one statement a rule, filtered before it is windowed."""
    import duckdb

    columns = ", ".join(c for c in COLUMNS if c != "occurred_at")
    found: Rows = {}
    with duckdb.connect() as connection:
        connection.execute(f"""CREATE TEMP TABLE every AS SELECT {columns}, file_row_number AS row, at_us,
            CAST(local // 86400000000 AS INTEGER) AS day, local % 86400000000 // 60000000 AS minute,
            CAST(strftime(make_timestamp(local), '%Y%m') AS INTEGER) AS month
            FROM (SELECT *, epoch_us(occurred_at) AS at_us, epoch_us(occurred_at) + 28800000000 AS local
            FROM read_parquet('{log}', file_row_number = true))""")
        connection.execute("CREATE TEMP VIEW c AS SELECT * FROM every WHERE direction = 'outbound'")
        for rule, query in _SQL.items():
            found[rule] = connection.execute(query).fetchnumpy()["row"].astype(np.int64)
        if text:
            query = f"""SELECT file_row_number AS row FROM read_parquet('{log}', file_row_number = true)
                WHERE direction = 'outbound' AND regexp_matches(text, '{ANY_PATTERN}')"""
            found["text"] = connection.execute(query).fetchnumpy()["row"].astype(np.int64)
    return found


def by_polars(log: Path, text: bool) -> Rows:
    """Polars: the columns once, then every rule over the filtered frame, all collected together."""
    import polars as pl

    local = pl.col("occurred_at").dt.convert_time_zone("Asia/Shanghai")
    read = [*COLUMNS, *(["text"] if text else [])]
    every = (
        pl.scan_parquet(log)
        .select(read)
        .with_row_index("row")
        .with_columns(
            local.dt.date().alias("day"),
            local.dt.truncate("1mo").dt.date().alias("month"),
            (local.dt.hour().cast(pl.Int32) * 60 + local.dt.minute()).alias("minute"),
        )
        .collect()
        .lazy()
    )
    c = every.filter(pl.col("direction") == "outbound")
    call = pl.col("channel").is_in(["call", "robot_call"])
    others = pl.col("recipient_role").is_in(["agreed_contact", "other"])
    day = ["debtor_id", "lender_id", "day"]

    def over(condition: Any, keys: list[str], limit: int) -> Any:
        return c.filter(condition).filter(pl.int_range(pl.len()).over(keys) >= limit)

    reached = (
        every.filter((pl.col("recipient_role") == "debtor") & ((call & pl.col("connected")) | (pl.col("direction") == "inbound")))
        .group_by(day)
        .agg(pl.col("occurred_at").min().alias("first"))
    )  # fmt: skip
    pair = ["debtor_id", "lender_id"]
    month = [*pair, "month"]
    reaches = pl.col("channel").is_in(["call", "robot_call", "sms", "im"])
    people = c.filter(others).with_columns(pl.col("row").min().over([*month, "recipient_id"]).alias("met"))
    since = pl.col("occurred_at") - pl.col("occurred_at").shift(1).over("debtor_id")
    calls = c.filter(call).select("row", *pair, "day").with_columns(pl.int_range(pl.len()).over(pair).alias("n"))
    by_day = calls.group_by(*pair, "day").agg((pl.col("n").max() + 1).alias("before")).sort("day")
    week_ago = calls.with_columns(pl.col("day").dt.offset_by("-7d").alias("ago"))
    asked = {
        "hours": c.filter(((pl.col("minute") >= 1320) | (pl.col("minute") < 480)) & ~pl.col("hours_agreed")),
        "fourth-call": over(call & pl.col("connected"), day, 3),
        "lender-day": over(reaches, day, 6),
        "third-party": c.filter(pl.col("recipient_role") == "other"),
        "reachable": c.filter(others).join(reached, on=day).filter(pl.col("first") < pl.col("occurred_at")),
        "third-parties-month": people.filter(pl.col("met").rank("dense").over(month) > 5),
        "gap": c.filter(reaches).filter(since < pl.duration(hours=1)),
        "not-identified": c.filter(~pl.col("caller_identified") & call & pl.col("connected")),
        "fifteen-a-week": week_ago.join_asof(by_day, left_on="ago", right_on="day", by=pair, check_sortedness=False).filter(
            pl.col("n") + 1 - pl.col("before").fill_null(0) > 15
        ),
        "unanswered": over(call & ~pl.col("connected"), ["lender_id", "recipient_id", "day"], 3),
        "consent": c.filter(others & ~pl.col("recipient_consent")),
    }  # fmt: skip
    if text:
        asked["text"] = c.filter(pl.col("text").str.contains(ANY_PATTERN))
    frames = pl.collect_all([query.select("row") for query in asked.values()])
    return {rule: frame["row"].to_numpy().astype(np.int64) for rule, frame in zip(asked, frames, strict=True)}


def by_pandas(log: Path, text: bool) -> Rows:
    """pandas with Arrow and category columns and grouped counts."""
    import pandas as pd
    import pyarrow.parquet as pq

    coded = [name for name in COLUMNS if name.endswith("_id") or name in ("channel", "direction", "recipient_role")]
    c: Any = pq.read_table(log, columns=list(COLUMNS), read_dictionary=coded).to_pandas()
    local = c["occurred_at"].astype("int64").to_numpy() + 28_800_000_000
    c["day"] = (local // 86_400_000_000).astype(np.int32)
    c["month"] = c["day"].to_numpy().astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    minute = local % 86_400_000_000 // 60_000_000
    every = c
    out = (c["direction"] == "outbound").to_numpy()
    call = c["channel"].isin(["call", "robot_call"]).to_numpy()
    others = c["recipient_role"].isin(["agreed_contact", "other"]).to_numpy()
    connected = c["connected"].eq(True).to_numpy()
    day = ["debtor_id", "lender_id", "day"]

    def rows(mask: Any) -> NDArray[np.int64]:
        return np.flatnonzero(out & mask)

    def over(mask: Any, keys: list[str], limit: int) -> NDArray[np.int64]:
        part = c.loc[out & mask, keys]
        count = part.groupby(keys, observed=True, sort=False).cumcount().to_numpy()
        return part.index.to_numpy()[count >= limit]

    reaches = call | c["channel"].isin(["sms", "im"]).to_numpy()
    reached = (c["recipient_role"] == "debtor") & ((call & connected) | ~out)
    first = every.loc[reached, [*day, "occurred_at"]].groupby(day, observed=True, sort=False)["occurred_at"].min()
    asked = c.loc[out & others, [*day, "occurred_at"]].reset_index(names="row")
    joined = asked.merge(first.rename("first").reset_index(), on=day)
    found = {
        "hours": rows(((minute >= 1320) | (minute < 480)) & ~c["hours_agreed"].to_numpy()),
        "fourth-call": over(call & connected, day, 3),
        "lender-day": over(reaches, day, 6),
        "third-party": rows(c["recipient_role"] == "other"),
        "reachable": joined.loc[joined["first"] < joined["occurred_at"], "row"].to_numpy(),
        "third-parties-month": _people(c.loc[out & others, ["debtor_id", "lender_id", "month", "recipient_id"]]),
        "gap": _gap(c.loc[out & reaches, ["debtor_id", "occurred_at"]]),
        "not-identified": rows(~c["caller_identified"].to_numpy() & call & connected),
        "fifteen-a-week": _week(c.loc[out & call, ["debtor_id", "lender_id", "day"]]),
        "unanswered": over(call & ~connected, ["lender_id", "recipient_id", "day"], 3),
        "consent": rows(others & c["recipient_consent"].eq(False).to_numpy()),
    }
    if text:
        said = pd.Series(pq.read_table(log, columns=["text"])["text"].to_pandas(types_mapper=pd.ArrowDtype))
        found["text"] = rows(said.str.contains(ANY_PATTERN, na=False).to_numpy().astype(bool))
    return found


def _week(calls: Any) -> NDArray[np.int64]:
    pair = calls.groupby(["debtor_id", "lender_id"], observed=True, sort=False).ngroup().to_numpy()
    when = pair.astype(np.int64) * 1_000_000 + calls["day"].to_numpy()
    order = np.argsort(when, kind="stable")
    before = np.searchsorted(when[order], when[order] - 6)
    over = np.arange(order.shape[0]) - before >= 15
    return np.sort(calls.index.to_numpy()[order[over]])


def _people(others: Any) -> NDArray[np.int64]:
    month = ["debtor_id", "lender_id", "month"]
    row = others.index.to_series()
    met = row.groupby([others[name] for name in (*month, "recipient_id")], observed=True, sort=False).transform("min")
    rank = met.groupby([others[name] for name in month], observed=True, sort=False).rank("dense")
    rows: NDArray[np.int64] = others.index.to_numpy()[rank.to_numpy() > 5]
    return rows


def _gap(contacts: Any) -> NDArray[np.int64]:
    since = contacts.groupby("debtor_id", observed=True, sort=False)["occurred_at"].diff()
    rows: NDArray[np.int64] = contacts.index.to_numpy()[(since < np.timedelta64(1, "h")).to_numpy()]
    return rows


BY_HAND: dict[str, Callable[[Path, bool], Rows]] = {
    "DuckDB SQL": by_duckdb,
    "Polars": by_polars,
    "pandas": by_pandas,
}
