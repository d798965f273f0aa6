# ruff: noqa: S608 -- values pass through literal()
"""A reviewed sample read back: each row held against the result it was drawn from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.report.agreeing import Agreement, Judged, worked_out
from cuijie.audit.report.cells import read_table
from cuijie.audit.report.reading import AuditFolder
from cuijie.audit.report.sampling import HEAD, strata
from cuijie.rulebook.sql.text import literal

__all__ = ["reviewed"]

_YES = frozenset({"违反", "是", "有", "对", "yes", "y", "true", "1", "breach"})
_NO = frozenset({"不违反", "没有违反", "否", "无", "没有", "不是", "错", "no", "n", "false", "0", "clear"})
_UNCLEAR = frozenset({"不清楚", "不知道", "看不出", "?", "？", "unclear", "unknown"})
_NEEDED = ("finding_id", "contact_id", "review")


def reviewed(audit: AuditFolder, path: Path) -> Agreement:
    """The agreement of the filled-in sheet at *path*.  Raises AuditError naming the row that cannot be used."""
    head, rows = read_table(path)
    places = _places(path, head)
    known = _known(audit, [row[places["finding_id"]] for row in rows])
    sizes = strata(audit)
    judged, unclear, met = [], 0, set()
    for number, row in enumerate(rows, 2):
        said = _said(path, number, row[places["review"]])
        if said == "empty":
            continue
        key = row[places["finding_id"]] or f"contact {row[places['contact_id']]}"
        if key in met:
            raise AuditError(f"{path} 第 {number} 行和前面的一行是同一条。", remedy="每条只留一行。")
        met.add(key)
        if said == "unclear":
            unclear += 1
            continue
        rule, certainty = _stratum(path, number, row[places["finding_id"]], known)
        second = _said(path, number, row[places["second"]]) if "second" in places else "empty"
        judged.append(
            Judged(
                rule=rule,
                certainty=certainty,
                person=said == "breach",
                second=None if second in {"empty", "unclear"} else second == "breach",
            )
        )
    if not judged:
        raise AuditError(
            f"{path} 里没有一行填了“人工判断”。", remedy="在“人工判断”一列填：违反、不违反或不清楚，再来一次。"
        )
    return worked_out(
        judged,
        sizes,
        unclear=unclear,
        source=path.name,
        source_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        findings_sha256=audit.run.outputs.get("findings.parquet", ""),
    )


def _places(path: Path, head: Sequence[str]) -> dict[str, int]:
    """Where each column stands: by its Chinese head (the part before a bracket is enough) or by its name."""
    names = {title: name for name, title in HEAD.items()} | {
        title.partition("（")[0]: name for name, title in HEAD.items()
    }
    found = {names.get(title, names.get(title.partition("（")[0], title)): place for place, title in enumerate(head)}
    lacking = [name for name in _NEEDED if name not in found]
    if lacking:
        raise AuditError(
            f"{path} 没有“{HEAD[lacking[0]].partition('（')[0]}”这一列。",
            remedy="请用 cuijie audit sample 写的表，列名不要改。",
        )
    return found


def _known(audit: AuditFolder, ids: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    listed = ", ".join(literal(id_) for id_ in sorted({id_ for id_ in ids if id_})) or "NULL"
    rows = audit.rows(f"SELECT finding_id, rule, certainty FROM findings WHERE finding_id IN ({listed})")
    return {id_: (rule, certainty) for id_, rule, certainty in rows}


def _stratum(
    path: Path, number: int, finding: str, known: Mapping[str, tuple[str, str]]
) -> tuple[str | None, str | None]:
    if not finding:
        return None, None
    if finding not in known:
        raise AuditError(
            f"{path} 第 {number} 行的发现编号不在这次审计的结果里。", remedy="请核对文件夹：复核表要配抽它的那次审计。"
        )
    return known[finding]


def _said(path: Path, number: int, written: str) -> str:
    word = written.strip().lower().rstrip("。.")
    if not word:
        return "empty"
    for said, words in (("breach", _YES), ("clear", _NO), ("unclear", _UNCLEAR)):
        if word in words:
            return said
    raise AuditError(
        f"{path} 第 {number} 行的“{written[:20]}”看不懂。", remedy="人工判断只填：违反、不违反、不清楚；没看的留空。"
    )
