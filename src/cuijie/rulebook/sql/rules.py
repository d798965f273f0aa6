# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""A contact rule as one SQL statement over the table ``facts``.

It gives a row per breach or unknown: verdict, norms in force, norms that may apply, and the columns to ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import columns_of
from cuijie.rulebook.sql.asking import class_sql, relevance_sql
from cuijie.rulebook.sql.dialects import Dialect
from cuijie.rulebook.sql.text import predicate_sql, word_list

__all__ = ["contact_rule_sql"]


def contact_rule_sql(linked: LinkedRule, dialect: Dialect) -> str:
    """The statement of a contact rule: contact_id, verdict, basis, may_apply, missing, law_missing."""
    node = linked.verdict
    columns = columns_of(node)
    norms = range(1, len(linked.norms) + 1)
    speaks = " OR ".join(f"norm_{n}" for n in norms)
    answers = ",\n    ".join(
        [
            f"({predicate_sql(linked.breach)}) AS breach",
            *(
                f"({predicate_sql(norm.applies)}) AS norm_{n} /* {norm.id} */"
                for n, norm in zip(norms, linked.norms, strict=True)
            ),
        ]
    )
    codes = ",\n    ".join(f"{class_sql(name, node, linked.domains)} AS k_{name}" for name in columns)
    decided = f"(breach AND ({speaks}))"
    ids = [(norm.id, n) for n, norm in zip(norms, linked.norms, strict=True)]
    return f"""WITH answers AS (
  SELECT contact_id, {", ".join(dict.fromkeys([*columns, *_acting(linked)]))},
    {answers}
  FROM facts
), spoken AS (
  SELECT *, {decided} AS decided,
    {codes}
  FROM answers
  WHERE COALESCE({decided}, TRUE)
)
SELECT contact_id,
  CASE WHEN decided THEN 'breach' ELSE 'unknown' END AS verdict,
  {word_list([(id_, f"norm_{n}") for id_, n in ids])} AS basis,
  {word_list([(id_, f"norm_{n} IS NULL") for id_, n in ids])} AS may_apply,
  {_asked(linked, columns, dialect, law=False)} AS missing,
  {_asked(linked, columns, dialect, law=True)} AS law_missing
FROM spoken"""


def _acting(linked: LinkedRule) -> list[str]:
    """What a question about ``institution_id`` depends on."""
    return ["actor"] if "institution_id" in linked.columns else []


def _asked(linked: LinkedRule, columns: Sequence[str], dialect: Dialect, *, law: bool) -> str:
    conditions: dict[str, list[str]] = {}
    for name in columns:
        if (name in linked.law_facts) is not law:
            continue
        matters = relevance_sql(name, linked.verdict, linked.domains, dialect.nth)
        if matters == "FALSE":
            continue
        missing = f"{name} IS NULL" if matters == "TRUE" else f"({name} IS NULL AND {matters})"
        if name == "institution_id":
            conditions.setdefault("actor", []).append(f"(actor IS NULL AND {missing})")
            conditions.setdefault("lender_id", []).append(f"(actor IN ('lender', 'assignee') AND {missing})")
            conditions.setdefault("agency_id", []).append(f"(actor IN ('agency', 'platform') AND {missing})")
        else:
            conditions.setdefault(linked.columns[name].asks, []).append(missing)
    pairs = [(asks, " OR ".join(of_column)) for asks, of_column in conditions.items()]
    return f"CASE WHEN decided THEN '' ELSE {word_list(pairs)} END" if pairs else "''"
