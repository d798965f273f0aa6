"""R16: a short round of the evidence part's fuzzing; longer ones by hand (docs/threat-model.md)."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

_PATH = Path(__file__).parents[2] / "fuzz" / "evidence.py"


@pytest.mark.slow
def test_mutated_samples_are_refused_and_never_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("fuzz_evidence", _PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "fuzz_evidence", module)
    spec.loader.exec_module(module)
    seconds, seed = float(os.environ.get("CUIJIE_FUZZ_SECONDS", "8")), os.getpid()
    found = module.fuzz(seconds, seed, None, tmp_path)
    assert [(one.target, one.what, one.data[:200]) for one in found] == [], f"seed {seed}"
