"""The rulebook: every rule joined to the law, and one question to it: judge these contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from cuijie.datafiles import DataFileError, load_yaml
from cuijie.law import Library, library
from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.binding import load_bindings
from cuijie.rulebook.column_words import column_words
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS, FactColumn, Value
from cuijie.rulebook.errors import RulebookError
from cuijie.rulebook.judgement import Judgements
from cuijie.rulebook.linking import LinkedRule, law_facts_of, link
from cuijie.rulebook.loading.schema import read_rule
from cuijie.rulebook.python_engine import PythonEngine
from cuijie.rulebook.question_words import common_ask
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.rule import Rule, Words

__all__ = ["OUR_RULES", "Engine", "Rulebook", "load_rulebook"]

Engine = Literal["python", "duckdb", "spark", "fused"]
OUR_RULES = Path(__file__).parent / "rules"


class Rulebook:
    """Rules by id, ready to judge; made by ``load_rulebook``."""

    def __init__(self, rules: Sequence[LinkedRule], law: Library, asks: Mapping[str, Words]) -> None:
        self.rules = tuple(rules)
        self.law = law
        self._asks = asks
        self._by_id = {linked.rule.id: linked for linked in self.rules}
        self._python: PythonEngine | None = None

    def rule(self, id_: str) -> LinkedRule:
        """The rule with this id or number (R06, where one rule bears it).  Raises RulebookError."""
        found = self._by_id.get(id_)
        numbered = [linked for linked in self.rules if linked.rule.number == id_.upper()]
        if found is None and len(numbered) == 1:
            return numbered[0]
        if found is None:
            also = f"；编号 {id_} 有 {'、'.join(r.rule.id for r in numbered)}" if numbered else ""
            raise RulebookError(f"规则书里没有 {id_}{also}。", remedy="用 cuijie rules list 看全部规则。")
        return found

    def only(self, *ids: str) -> Rulebook:
        """A rulebook of these rules alone, joined to the same law.  Raises RulebookError."""
        return Rulebook([self.rule(id_) for id_ in ids], self.law, self._asks)

    @property
    def law_facts(self) -> tuple[str, ...]:
        """Every fact of law that some rule may need (membership, uncertain scopes and dates), by name."""
        return law_facts_of(self.rules)

    def column(self, name: str) -> FactColumn | None:
        """What is known of a column, a ready column or a law fact; None if no rule knows it."""
        for linked in self.rules:
            if name in linked.columns:
                return linked.columns[name]
        return CONTACT_COLUMNS.get(name) or CASE_COLUMNS.get(name)

    def ask(self, column: str, rule: str | None = None) -> Words:
        """How to ask about *column*: in the words of *rule* if it has its own, else in the common ones."""
        own = self._by_id[rule].rule.ask.get(column) if rule in self._by_id else None
        found = own or common_ask(column) or self._asks.get(column)
        if found is not None:
            return found
        known = self.column(column)
        title = known.title_zh if known and known.title_zh else column
        return Words(
            zh=f"{title}？（这一点要向主管机关或律师核实）",
            en=f"{(known and known.title_en) or column_words(column)[1]}? (Ask the authority in charge or a lawyer.)",
        )

    def judge(
        self,
        contacts: Sequence[ContactRecord],
        *,
        loans: Sequence[Loan] = (),
        registers: Registers | None = None,
        engine: Engine = "python",
    ) -> Judgements:
        """Every breach and every unknown among *contacts*; all engines agree.  Raises RulebookError."""
        ids = {contact.contact_id for contact in contacts}
        if len(ids) != len(contacts):
            raise RulebookError(
                "有两条联系记录用了同一个 contact_id。", remedy="每条联系要有自己的编号，请改好后再来。"
            )
        registers = registers or Registers()
        if engine == "python":
            return self.python.judge(contacts, loans, registers)
        if engine == "duckdb":
            from cuijie.rulebook.sql.duckdb_engine import judge_in_duckdb

            return judge_in_duckdb(self.rules, contacts, loans, registers)
        if engine == "fused":
            if find_spec("numba") is None:
                raise RulebookError("没有装 numba。", remedy="请安装 cuijie[audit]，或改用 --engine duckdb。")
            from cuijie.rulebook.fused.engine import judge_fused

            return judge_fused(self.rules, contacts, loans, registers)
        from cuijie.rulebook.sql.spark_engine import judge_in_spark

        return judge_in_spark(self.rules, contacts, loans, registers)

    def judge_case(self, case: Mapping[str, Value], law_facts: Mapping[str, bool] | None = None) -> Judgements:
        """What the rules about the loan or a complaint say of *case* (columns of ``CASE_COLUMNS``)."""
        return self.python.judge_case(case, law_facts or {})

    @property
    def python(self) -> PythonEngine:
        """The engine for the gate and for single cases, compiled once."""
        if self._python is None:
            self._python = PythonEngine(self.rules)
        return self._python


def _read_rules(folder: Path) -> list[Rule]:
    """The rules in *folder* and its sub-folders, one per YAML file, in the order of their paths."""
    try:
        paths = sorted(p for p in folder.rglob("*") if p.suffix in {".yaml", ".yml"} and "bindings" not in p.parts)
        if not folder.is_dir():
            raise RulebookError(f"规则文件夹 {folder} 不存在，或不是文件夹。", remedy="请核对 --rules 后面的路径。")
    except OSError as error:
        raise RulebookError(f"读不出规则文件夹 {folder}（没有权限？）。") from error
    if not paths:
        raise RulebookError(f"规则文件夹 {folder} 里没有规则文件（.yaml）。", remedy="写法见 docs/rule-language.md。")
    return [read_rule(load_yaml(path), str(path)) for path in paths]


def load_rulebook(folders: Sequence[Path] = (), *, ours: bool = True) -> Rulebook:
    """Our rules and those in *folders*, joined to the law library.  Raises DataFileError or RulebookError."""
    return _load(tuple(Path(folder) for folder in folders), ours)


@cache
def _ours() -> tuple[Rule, ...]:
    return tuple(_read_rules(OUR_RULES))


def _load(folders: tuple[Path, ...], ours: bool) -> Rulebook:
    rules = list(_ours()) if ours else []
    for folder in folders:
        rules += _read_rules(folder)
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            raise DataFileError(rule.source, 1, "id", f"{rule.id} 已在 {seen[rule.id].source} 里写过")
        seen[rule.id] = rule
    law, bindings = library(), load_bindings(folders)
    ordered = sorted(rules, key=lambda rule: (rule.number or "~", rule.id))
    asks = {name: ask for of_country in bindings.values() for name, ask in of_country.asks.items()}
    return Rulebook([link(rule, law, bindings) for rule in ordered], law, asks)
