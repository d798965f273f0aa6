"""The rulebook: rules as data, the small rule language, and the engines that judge contacts by it."""

from __future__ import annotations

from cuijie.rulebook.book import Rulebook, load_rulebook
from cuijie.rulebook.errors import PredicateError, RulebookError
from cuijie.rulebook.judgement import CaseJudgement, Judgement, Judgements, Verdict, WindowJudgement
from cuijie.rulebook.linking import LinkedNorm, LinkedRule
from cuijie.rulebook.registers import Entry, Registers
from cuijie.rulebook.rule import Norm, Rule, Words

__all__ = [
    "CaseJudgement",
    "Entry",
    "Judgement",
    "Judgements",
    "LinkedNorm",
    "LinkedRule",
    "Norm",
    "PredicateError",
    "Registers",
    "Rule",
    "Rulebook",
    "RulebookError",
    "Verdict",
    "WindowJudgement",
    "Words",
    "load_rulebook",
]
