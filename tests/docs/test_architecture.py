"""What the page of the architecture names of the code is there: modules, what they hold, what is called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent.parent
_SOURCE = _ROOT / "src" / "cuijie"
_SPANS = re.findall(r"`([^`\n]+)`", (_ROOT / "docs" / "architecture.md").read_text("utf-8"))
_HELD = re.compile(r"(?<!\w)([a-z_]\w*)(?=\.(\w+)(?!\w*\*))")  # module.name
_CALLED = re.compile(r"(?<![\w.])(\w+)\(")
# no modules of ours: values that a sentence before has named, ids of laws, files, and other people's modules
_NO_MODULES = {"act", "case", "cn", "dataclasses", "json", "msgspec", "place", "pyproject"}
_FILES = {"md", "py"}


@pytest.mark.parametrize(
    ("module", "name"),
    sorted(
        {one for span in _SPANS for one in _HELD.findall(span) if one[0] not in _NO_MODULES and one[1] not in _FILES}
    ),
)
def test_a_module_that_the_page_names_holds_what_it_says(module: str, name: str) -> None:
    inside = [path for path in _SOURCE.rglob(f"{module}/*") if path.stem == name]
    files = [*_SOURCE.rglob(f"{module}.py"), *_SOURCE.rglob(f"{module}/__init__.py")]
    assert inside or any(re.search(rf"\b{name}\b", path.read_text("utf-8")) for path in files)


def test_whatever_the_page_calls_is_defined() -> None:
    source = "\n".join(path.read_text("utf-8") for path in _SOURCE.rglob("*.py"))
    called = {name for span in _SPANS for name in _CALLED.findall(span)}
    assert {name for name in called if not re.search(rf"(?:def|class) {name}\b", source)} == set()
