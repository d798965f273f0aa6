"""The load of the gate benchmark: forty rules of a lender's own, and requests, alike for every engine.

Every rule is a conjunction over six columns, the shape that a decision table can hold, so that one list makes our YAML
rules, zen-engine's decision table and one flat zen expression.  Requests to zen have no unknowns (it has no three-valued
logic); ours may, and ours also carry basis and reasons.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cuijie.records import ContactRecord

__all__ = ["FORTY", "MORNING", "OneRule", "contacts", "expression", "table", "write_rules", "zen_facts"]

_EIGHT = datetime(2026, 10, 12, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai
MORNING = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
_COLUMNS = ("channel", "recipient_role", "minute_of_day", "in_dispute", "number_masked", "product")


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRule:
    """One conjunction; what is not named does not matter."""

    name: str
    channels: tuple[str, ...] = ()
    role: str | None = None
    from_minute: int | None = None
    in_dispute: bool | None = None
    number_masked: bool | None = None
    product: str | None = None

    def sql(self) -> str:
        """The condition in our rule language."""
        parts = []
        if self.channels:
            parts.append(f"channel IN ({', '.join(repr(c) for c in self.channels)})")
        if self.role:
            parts.append(f"recipient_role = '{self.role}'")
        if self.from_minute is not None:
            parts.append(f"minute_of_day >= {self.from_minute}")
        parts += [name for name in ("in_dispute", "number_masked") if getattr(self, name)]
        if self.product:
            parts.append(f"product = '{self.product}'")
        return " AND ".join(parts)

    def zen(self) -> str:
        """The condition as a zen expression."""
        return self.sql().replace(" IN (", " in [").replace(")", "]").replace(" = ", " == ").replace(" AND ", " and ")

    def cells(self) -> dict[str, str]:
        """The condition as a row of a zen decision table."""
        return {
            "channel": ", ".join(repr(c) for c in self.channels),
            "recipient_role": repr(self.role) if self.role else "",
            "minute_of_day": f">= {self.from_minute}" if self.from_minute is not None else "",
            "in_dispute": "true" if self.in_dispute else "",
            "number_masked": "true" if self.number_masked else "",
            "product": repr(self.product) if self.product else "",
        }


def _forty() -> Iterator[OneRule]:
    dice = random.Random(40)  # noqa: S311 -- a load, not a secret
    channels = ("call", "robot_call", "sms", "im", "email", "letter", "visit")
    for number in range(40):
        yield OneRule(
            name=f"r{number:02}",
            channels=tuple(dice.sample(channels, dice.randint(1, 3))),
            role=dice.choice(["debtor", "co_debtor", "agreed_contact", "other", None]),
            from_minute=dice.choice([None, 480, 720, 1080, 1200, 1260, 1320]),
            in_dispute=dice.choice([True, None, None]),
            number_masked=dice.choice([True, None, None, None]),
            product=dice.choice(["credit_card", "online_consumer", None, None]),
        )


FORTY = tuple(_forty())

_YAML = """\
id: bench.{name}
version: 1
title: {{zh: 限额 {name}, en: Limit {name}}}
about: contact
when: >-
  {sql}
norm:
  policy:
  - {{id: bench.manual/{name}, label: {{zh: 管理办法 {name}, en: Manual {name}}}, from: 2024-01-01, binds: everyone}}
protects: [debtor]
certainty: established
severity: ordinary
evidence: {{zh: [记录], en: [The record]}}
explain: {{zh: 内部限额。, en: A limit of the house.}}
tests:
- name: 信件
  on: 2026-03-01
  contact: {{channel: public_post}}
  expect: clear
"""


def write_rules(folder: Path) -> Path:
    """The forty as a folder of rules in our language."""
    folder.mkdir(parents=True, exist_ok=True)
    for rule in FORTY:
        (folder / f"{rule.name}.yaml").write_text(_YAML.format(name=rule.name, sql=rule.sql()), encoding="utf-8")
    return folder


def table() -> str:
    """The forty as one zen decision table that collects every hit."""
    rows = [{"_id": rule.name, "rule": repr(rule.name), **rule.cells()} for rule in FORTY]
    inputs = [{"id": name, "name": name, "field": name} for name in _COLUMNS]
    content = {
        "hitPolicy": "collect",
        "inputs": inputs,
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": content},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})


def expression() -> str:
    """The forty as one flat zen expression: is any of them true?"""
    return " or ".join(f"({rule.zen()})" for rule in FORTY)


def contacts(
    count: int, *, debtors: int = 2_000, unknown: float = 0.0, kinds: int = 0, seed: int = 7
) -> list[ContactRecord]:
    """*count* random contacts of a day; each fact is unknown with probability *unknown*.

    With *kinds*, what is known of them comes in so many shapes, as it does from a few systems of one lender; without,
    every contact may be a shape of its own.
    """
    dice = random.Random(seed)  # noqa: S311 -- a load, not a secret
    shapes = [_facts(dice, unknown) for _ in range(kinds)]
    rows = []
    for number in range(count):
        debtor = dice.randrange(debtors)
        facts = dice.choice(shapes) if shapes else _facts(dice, unknown)
        rows.append(
            ContactRecord(
                contact_id=f"c{number}", debtor_id=f"d{debtor}", loan_id=f"l{debtor}", lender_id="bank-1",
                agency_id=None, actor="lender", lender_type="consumer_finance", direction="outbound",
                recipient_id=f"138{debtor:08d}", time_precision="second",
                occurred_at=_EIGHT + timedelta(seconds=dice.randrange(13 * 3600)), **facts,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return rows


def _facts(dice: random.Random, unknown: float) -> dict[str, object]:
    facts = {
        "channel": dice.choice(["call", "call", "call", "robot_call", "sms", "im"]),
        "recipient_role": dice.choice(["debtor"] * 8 + ["co_debtor", "agreed_contact", "other"]),
        "in_dispute": dice.random() < 0.1,
        "number_masked": dice.random() < 0.02,
        "product": dice.choice(["credit_card", "online_consumer", "other"]),
        "number_source": "debtor",
        "asks_payment": dice.random() < 0.9,
        "hardship_known": dice.random() < 0.1,
        "debt_settled": False,
        "consent_withdrawn": False,
        "recipient_consent": True,
        "recipient_refused": dice.random() < 0.02,
        "hours_agreed": dice.random() < 0.1,
        "debtor_reachable": dice.random() < 0.5,
        "agency_disclosed": True,
    }
    return {name: None if dice.random() < unknown else value for name, value in facts.items()}


def zen_facts(contact: ContactRecord) -> dict[str, object]:
    """The six facts that the forty rules read."""
    at = contact.occurred_at
    assert at is not None
    local = at + timedelta(hours=8)
    return {
        "channel": contact.channel,
        "recipient_role": contact.recipient_role,
        "minute_of_day": local.hour * 60 + local.minute,
        "in_dispute": contact.in_dispute,
        "number_masked": contact.number_masked,
        "product": contact.product,
    }
