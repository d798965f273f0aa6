"""The page a rule author reads: its examples are rules that load and hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cuijie.rulebook import load_rulebook
from cuijie.rulebook.columns import READY
from cuijie.rulebook.loading.scenario_schema import _KEYS as SCENARIO_KEYS
from cuijie.rulebook.loading.schema import _KEYS as RULE_KEYS
from cuijie.rulebook.loading.schema import _NORM_KEYS as NORM_KEYS
from cuijie.rulebook.scenarios import run_scenarios
from tests.rulebook.builders import write_rule

_PAGE = (Path(__file__).parents[2] / "docs" / "rule-language.md").read_text(encoding="utf-8")
_EXAMPLES = re.findall(r"```yaml\n(.*?)```", _PAGE, re.S)


@pytest.mark.parametrize("text", _EXAMPLES)
def test_every_example_on_the_page_loads_and_its_scenarios_hold(tmp_path: Path, text: str) -> None:
    write_rule(tmp_path, text)
    results = list(run_scenarios(load_rulebook([tmp_path], ours=False)))
    assert results
    assert [result.differences for result in results if not result.passed] == []


@pytest.mark.parametrize("key", [*RULE_KEYS, *NORM_KEYS, *SCENARIO_KEYS, *(column.name for column in READY)])
def test_every_key_and_ready_column_is_on_the_page(key: str) -> None:
    assert f"`{key}`" in _PAGE
