"""The rules in Python: for single cases and for the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from cuijie.garbage import garbage_left_alone
from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.columns import Value
from cuijie.rulebook.compiled import Compiled, compile_nodes, outcome_of
from cuijie.rulebook.facts import fact_names, facts_of
from cuijie.rulebook.judgement import CaseJudgement, Judgement, Judgements, WindowJudgement
from cuijie.rulebook.linking import LinkedRule, law_facts_of
from cuijie.rulebook.predicate import all_of
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.windows.judging import judge_windows
from cuijie.rulebook.windows.members import members_of

__all__ = ["PythonEngine"]


class PythonEngine:
    """Compiled rules and what they remember of records met before; safe to keep and ask again."""

    def __init__(self, rules: Sequence[LinkedRule]) -> None:
        self._law_facts = law_facts_of(rules)
        self.names = fact_names(self._law_facts)
        self._case = tuple(linked for linked in rules if linked.rule.about == "case")
        self.contact_rules = Compiled([linked for linked in rules if linked.rule.about == "contact"], self.names)
        self._windows = [
            (
                linked,
                compile_nodes([all_of(linked.breach, norm.applies) for norm in linked.norms], [linked], self.names),
            )
            for linked in rules
            if linked.rule.about == "window"
        ]

    def judge(self, contacts: Sequence[ContactRecord], loans: Sequence[Loan], registers: Registers) -> Judgements:
        """Every breach and every unknown among *contacts*."""
        with garbage_left_alone():
            return self._judge(contacts, loans, registers)

    def _judge(self, contacts: Sequence[ContactRecord], loans: Sequence[Loan], registers: Registers) -> Judgements:
        rows = facts_of(contacts, loans=loans, registers=registers, law_facts=self._law_facts)
        by_rule: list[list[Judgement]] = [[] for _ in self.contact_rules.rules]
        for contact, row in zip(contacts, rows, strict=True):
            for place, outcome in self.contact_rules.judge(row):
                rule = self.contact_rules.rules[place].rule
                by_rule[place].append(
                    Judgement(
                        rule=rule.id,
                        version=rule.version,
                        contact=contact.contact_id,
                        verdict=outcome.verdict,
                        basis=outcome.basis,
                        may_apply=outcome.may_apply,
                        missing=outcome.missing,
                        law_missing=outcome.law_missing,
                        because=outcome.because,
                        certainty=outcome.certainty,
                    )
                )
        windows: list[WindowJudgement] = []
        for linked, answers in self._windows:
            windows += judge_windows(linked, list(members_of(linked, contacts, rows, self.names, answers)))
        return Judgements(contacts=tuple(j for found in by_rule for j in found), windows=tuple(windows))

    def judge_case(self, case: Mapping[str, Value], law_facts: Mapping[str, bool]) -> Judgements:
        """What the case rules say; each is asked on the law of the day that its ``at`` names."""
        found = []
        for linked in self._case:
            facts: dict[str, Value] = {"actor": "lender", **case, **law_facts}  # the loan itself is the lender's act
            facts["day"] = case.get(linked.rule.at or "")
            outcome = outcome_of(linked, facts.get)
            missing = tuple(
                dict.fromkeys(linked.rule.at or name if name == "day" else name for name in outcome.missing)
            )
            found.append(
                CaseJudgement(
                    rule=linked.rule.id,
                    version=linked.rule.version,
                    **{key: value for key, value in asdict(outcome).items() if key != "missing"},
                    missing=missing,
                )
            )
        return Judgements(case=tuple(found))
