"""Small rules and contacts for tests, as a rule author would write them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, load_rulebook

__all__ = ["TOY", "at", "contact", "toy_book", "toy_rule", "write_rule"]

TOY = """\
id: xx.toy.loud
version: 1
title: {zh: 太吵, en: Too loud}
about: ABOUT
when: WHEN
norm:
  policy:
  - {id: xx.house/1, label: {zh: 住户规则第一条, en: House rule 1}, from: 2024-01-01, binds: everyone}
protects: [debtor]
certainty: established
severity: ordinary
evidence: {zh: [记录], en: [The record]}
explain: {zh: 太吵了。, en: Too loud.}
tests:
- name: 安静
  on: 2026-03-01
  contact: {channel: letter, connected: false, says_insult: false}
  expect: clear
"""


def toy_rule(when: str, about: str = "contact", extra: str = "") -> str:
    """The text of a toy rule of another jurisdiction with this condition; *extra* lines go before ``tests``."""
    text = TOY.replace("WHEN", f"'{when.replace(chr(39), chr(39) * 2)}'").replace("ABOUT", about)
    return text.replace("tests:", f"{extra}tests:")


def write_rule(folder: Path, text: str, name: str = "toy.yaml") -> Path:
    """*text* as a rule file in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def toy_book(folder: Path, when: str, about: str = "contact", extra: str = "") -> Rulebook:
    """A rulebook of one toy rule alone."""
    write_rule(folder, toy_rule(when, about, extra))
    return load_rulebook([folder], ours=False)


def at(day: int, hour: int = 10, minute: int = 0, month: int = 3, year: int = 2026, second: int = 0) -> datetime:
    """An instant in Asia/Shanghai."""
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


def contact(contact_id: str = "c1", **facts: object) -> ContactRecord:
    """An outbound contact of one known day to one known debtor; *facts* add to it or blank it out."""
    usual: Mapping[str, object] = {
        "occurred_at": at(1),
        "time_precision": "second",
        "direction": "outbound",
        "debtor_id": "d1",
        "lender_id": "b1",
    }
    return ContactRecord(contact_id=contact_id, **{**usual, **facts})  # type: ignore[arg-type]
