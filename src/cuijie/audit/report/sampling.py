# ruff: noqa: S608 -- names are our own; values pass through literal()
"""A stratified sample of a result for people to judge: each rule and certainty, and contacts in which nothing was found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from cuijie.audit.errors import AuditError
from cuijie.audit.masking import Mask
from cuijie.audit.report.laws import Rules
from cuijie.audit.report.reading import AuditFolder, mask_of_run
from cuijie.audit.report.words import DEGREES
from cuijie.clock import SHANGHAI
from cuijie.rulebook.column_words import column_words, value_pair
from cuijie.rulebook.sql.text import literal

__all__ = ["HEAD", "Row", "Sample", "draw", "shares", "strata"]

Stratum = tuple[str | None, str | None]
"""Rule and certainty; (None, None) are the contacts in which nothing was found."""
CLEAR: Stratum = (None, None)
_CLEAR_SHARE = 5  # one row in five
_A_WINDOW = 20  # contacts of a window whose rows are told
_NUMBER = re.compile(r"(\d{5})-[0-9a-f]{20}[/\\]log\.parquet$")

HEAD: Mapping[str, str] = {
    "number": "序号",
    "audit": "审计说",
    "title": "规则",
    "rule": "规则编号",
    "certainty": "把握",
    "file": "日志文件",
    "row": "日志行",
    "day": "日期",
    "time": "时间（北京）",
    "channel": "渠道",
    "recipient_role": "接收人",
    "lender_id": "贷款人",
    "agency_id": "催收机构",
    "collector_id": "催收员",
    "because": "因为",
    "contacts": "涉及联系数",
    "contact_id": "联系编号",
    "finding_id": "发现编号",
    "review": "人工判断（违反/不违反/不清楚）",
    "second": "第二人判断（可空）",
    "note": "备注",
}
"""The columns of the sheet and their heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the sample; ``values`` by the names of ``HEAD``."""

    stratum: Stratum
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The rows, how large each stratum is, and what could not be done (``no_stage``, ``other_key``)."""

    rows: tuple[Row, ...]
    sizes: Mapping[Stratum, int]
    lacking: tuple[str, ...]


def strata(audit: AuditFolder) -> dict[Stratum, int]:
    """Every stratum of the result and its size."""
    found: dict[Stratum, int] = {
        (rule, certainty): number
        for rule, certainty, number in audit.rows(
            "SELECT rule, certainty, COUNT(*) FROM findings GROUP BY rule, certainty ORDER BY rule, certainty"
        )
    }
    every, named = audit.rows(
        "SELECT (SELECT CAST(COALESCE(SUM(contacts), 0) AS BIGINT) FROM summary WHERE dimension = 'all' AND rule IS NULL),"
        " (SELECT COUNT(DISTINCT c) FROM (SELECT unnest(contacts) AS c FROM findings))"
    )[0]
    return found | {CLEAR: max(0, every - named)}


def shares(sizes: Mapping[Stratum, int], wanted: int) -> dict[Stratum, int]:
    """How many rows each stratum gives: a fifth to the clear contacts, the rest evenly, none more than it holds."""
    found = {stratum: 0 for stratum in sizes}
    clear = min(sizes.get(CLEAR, 0), max(1, wanted // _CLEAR_SHARE) if len(sizes) > 1 else wanted)
    if CLEAR in found:
        found[CLEAR] = clear
    left, open_ = wanted - clear, sorted((s for s in sizes if s != CLEAR), key=lambda s: (sizes[s], str(s)))
    for place, stratum in enumerate(open_):
        found[stratum] = min(sizes[stratum], -(-left // (len(open_) - place)))
        left -= found[stratum]
    if left and CLEAR in found:
        found[CLEAR] = min(sizes[CLEAR], clear + left)
    return found


def draw(audit: AuditFolder, wanted: int, seed: int, *, mask_key: Path | None = None) -> Sample:
    """*wanted* rows, the same for the same result and *seed*.  Raises AuditError for a number below 1."""
    if wanted < 1:
        raise AuditError("抽样至少要 1 条。", remedy="例如 -n 200。")
    sizes, lacking = strata(audit), []
    stage = _Stage(audit, mask_key)
    if stage.lacks:
        lacking.append(stage.lacks)
    given = sizes if not stage.lacks else {stratum: size for stratum, size in sizes.items() if stratum != CLEAR}
    drawn, rules = shares(given, wanted), Rules(audit.run)
    picked: list[tuple[Stratum, dict[str, object]]] = []
    for (rule, certainty), number in drawn.items():
        if rule is not None and number:
            rows = _found(audit, rule, str(certainty), number, seed)
            picked += [((rule, certainty), row | {"title": rules.title(rule).zh, "audit": "违反"}) for row in rows]
    places = stage.places([row for _, row in picked])
    picked = [(stratum, _placed(row, places)) for stratum, row in picked]
    picked += [(CLEAR, row | {"audit": "没有发现"}) for row in stage.clear(drawn.get(CLEAR, 0), seed)]
    numbered = [
        Row(stratum=stratum, values={"number": number, **_in_words(_shown(audit, row))})
        for number, (stratum, row) in enumerate(picked, 1)
    ]
    return Sample(rows=tuple(numbered), sizes=sizes, lacking=tuple(lacking))


def _placed(row: Mapping[str, object], places: Mapping[str, tuple[str, int]]) -> dict[str, object]:
    """*row* with file and rows of its contacts in the log; of a window the first contact's file, and the rows of all."""
    contacts = [str(contact) for contact in _listed(row["contacts"])]
    held = [places[contact] for contact in contacts if contact in places]
    file = held[0][0] if held else ""
    rows = [str(place) if name == file else f"{name}:{place}" for name, place in held]
    return {**row, "contacts": len(contacts), "file": file, "row": " ".join(rows)}


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _shown(audit: AuditFolder, row: Mapping[str, object]) -> dict[str, object]:
    return {
        name: audit.shown(name, value) if isinstance(value, str) and name in HEAD else value
        for name, value in row.items()
    }


def _in_words(row: Mapping[str, object]) -> dict[str, object]:
    """*row* with our codes in the words of whoever is to judge it."""
    named = {name: value_pair(name, row[name])[0] for name in ("channel", "recipient_role") if row.get(name)}
    if row.get("certainty"):
        named["certainty"] = DEGREES[str(row["certainty"])][0]
    if row.get("because"):
        facts = (fact.partition("=") for fact in str(row["because"]).split("；"))
        named["because"] = "；".join(
            f"{column_words(name)[0]}{'：' + value_pair(name, value)[0] if value else ''}" for name, _, value in facts
        )
    return {**row, **named}


def _found(audit: AuditFolder, rule: str, certainty: str, number: int, seed: int) -> list[dict[str, object]]:
    rows = audit.rows(
        "SELECT finding_id, contact_id, contacts, CAST(day AS VARCHAR), occurred_at, channel, recipient_role, lender_id, agency_id,"
        f" collector_id, CASE WHEN kind = 'window' THEN concat('窗口里至少 ', at_least, ' 次，上限 ', \"limit\", ' 次')"
        f" ELSE array_to_string(because, '；') END FROM findings WHERE rule = {literal(rule)} AND certainty = {literal(certainty)}"
        f" ORDER BY sha256(concat('{int(seed)}|', finding_id)) LIMIT {int(number)}"
    )
    names = ("finding_id", "contact_id", "contacts", "day", "at", "channel", "recipient_role", "lender_id", "agency_id",
             "collector_id", "because")  # fmt: skip
    found = []
    for row in rows:
        held: dict[str, object] = dict(zip(names, row, strict=True))
        at = held.pop("at")
        held["time"] = f"{at.astimezone(SHANGHAI):%H:%M:%S}" if isinstance(at, datetime) else ""
        found.append(held | {"rule": rule, "certainty": certainty})
    return found


_SHOWN = ("channel", "recipient_role", "lender_id", "agency_id", "collector_id")


class _Stage:
    """The log as the audit staged it, in ``work/``: where a contact stands in it, and the contacts with no finding."""

    def __init__(self, audit: AuditFolder, mask_key: Path | None) -> None:
        self._audit = audit
        files = sorted((audit.folder / "work" / "stage").glob("*/log.parquet"))
        mask = mask_of_run(audit.run, mask_key)
        self._mask = mask or Mask(None)
        self.lacks = "no_stage" if not files else "other_key" if mask is None else ""
        listed = ", ".join(literal(str(path)) for path in files)
        held = set(pq.read_schema(files[0]).names) if files else set()  # no more than what the log fills
        lacking = "".join(f", CAST(NULL AS VARCHAR) AS {name}" for name in _SHOWN if name not in held)
        self._log = f"(SELECT *{lacking} FROM read_parquet([{listed}], filename = true, hive_partitioning = false))"
        self._id = self._mask.sql("contact_id", "contact_id")

    def places(self, rows: Sequence[Mapping[str, object]]) -> dict[str, tuple[str, int]]:
        """File and row of the contacts of *rows* (of a large window the first ones), by their ids in the result."""
        wanted = {str(contact) for row in rows for contact in _listed(row["contacts"])[:_A_WINDOW]}
        if self.lacks or not wanted:
            return {}
        ids = ", ".join(map(literal, sorted(wanted)))
        found = self._audit.rows(
            f"SELECT id, filename, src_row FROM (SELECT {self._id} AS id, filename, src_row FROM {self._log} WHERE {self._days(rows)})"
            f" WHERE id IN ({ids}) ORDER BY id, filename DESC, src_row DESC"
        )
        return {id_: (self._file(name), row) for id_, name, row in found}

    @staticmethod
    def _days(rows: Sequence[Mapping[str, object]]) -> str:
        """Only the days of the findings are read, unless some has a window that may reach into other days."""
        if any(len(_listed(row["contacts"])) > 1 for row in rows):
            return "day <> 'aside'"
        return f"day IN ({', '.join(literal(day) for day in sorted({str(row['day'] or 'undated') for row in rows}))})"

    def clear(self, number: int, seed: int) -> list[dict[str, object]]:
        """*number* contacts that were judged and that no finding names."""
        if self.lacks or not number:
            return []
        named = int(
            self._audit.rows("SELECT COUNT(DISTINCT c) FROM (SELECT unnest(contacts) AS c FROM findings)")[0][0]
        )
        order, most = f"hash(concat('{int(seed)}|', contact_id))", 3 * number + 3 * min(named, 100_000) + 100
        rows = self._audit.rows(
            f"WITH picked AS (SELECT *, {order} AS place FROM {self._log} WHERE {self._inside()} ORDER BY place, contact_id, src_row"
            f" LIMIT {most}), shown AS (SELECT {self._id} AS id, filename, src_row, day, at_us, channel, recipient_role, lender_id,"
            f" agency_id, {self._mask.sql('collector_id', 'collector_id')} AS collector, place FROM picked"
            " QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY filename, src_row) = 1)"
            " SELECT * EXCLUDE (place) FROM shown WHERE id NOT IN (SELECT unnest(contacts) FROM findings)"
            f" ORDER BY place, id LIMIT {int(number)}"
        )
        return [self._clear(row) for row in rows]

    def _inside(self) -> str:
        parts = ["day <> 'aside'"]
        run = self._audit.run
        if run.since:
            parts.append(f"(day = 'undated' OR day >= {literal(run.since)})")
        if run.until:
            parts.append(f"(day = 'undated' OR day <= {literal(run.until)})")
        return " AND ".join(parts)

    def _clear(self, row: Sequence[Any]) -> dict[str, object]:
        id_, name, src_row, day, at_us, channel, role, lender, agency, collector = row
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at_us) if at_us is not None else None
        return {
            "contact_id": id_,
            "file": self._file(name),
            "row": src_row,
            "day": "" if day == "undated" else day,
            "time": f"{at.astimezone(SHANGHAI):%H:%M:%S}" if at else "",
            "channel": channel,
            "recipient_role": role,
            "lender_id": lender,
            "agency_id": agency,
            "collector_id": collector,
        }

    def _file(self, name: str) -> str:
        found = _NUMBER.search(name)
        number = int(found.group(1)) if found else -1
        inputs = self._audit.run.inputs
        return inputs[number].path if 0 <= number < len(inputs) else ""
