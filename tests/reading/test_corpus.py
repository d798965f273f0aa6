"""The training corpus and the model made from it: readable, invented, small."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from cuijie.errors import CouldNotFinish
from cuijie.reading.asking import ASKING
from cuijie.reading.model import MODEL, load_model, model
from cuijie.records import LABELS

SCRIPTS = Path(__file__).parents[2] / "scripts"


def data_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reader_data", SCRIPTS / "reader_data.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules["reader_data"] = tool  # its dataclass looks itself up there
    spec.loader.exec_module(tool)
    return tool


TOOL = data_tool()
FOLDERS = [TOOL.CORPUS, *sorted(path for path in TOOL.CORPUS.iterdir() if path.is_dir())]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_line_of_the_corpus_can_be_read(folder: Path) -> None:
    rows = TOOL.messages(folder, most=1)
    assert rows
    assert all(row.labels <= set(LABELS) for row in rows)
    assert not [row.text for row in rows if not row.text.strip()]


def test_every_label_and_lawful_texts_have_many_messages() -> None:
    rows = TOOL.messages(TOOL.CORPUS, most=6)
    for label in LABELS:
        assert sum(label in row.labels for row in rows) >= 150, label
    assert sum(not row.labels for row in rows) >= 2000


def test_third_party_labels_stand_only_on_words_to_third_parties() -> None:
    rows = [row for folder in FOLDERS for row in TOOL.messages(folder, most=1)]
    assert not [
        row.text
        for row in rows
        if row.recipient == "debtor" and row.labels & {"third_party_disclosure", "third_party_pressure"}
    ]


def test_the_corpus_holds_no_number_that_could_be_a_persons() -> None:
    for path in TOOL.CORPUS.rglob("*.txt"):
        text = path.read_text(encoding="utf-8")
        # 1380000…, 1700000…: the numbers of the invented people of every test here
        number = r"(?<!\d)(?!1380000|1700000)1[3-9]\d{9}(?!\d)"
        assert not re.search(number + r"|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)62\d{14,17}(?!\d)", text), path.name


def test_a_line_stands_for_its_alternatives() -> None:
    import random

    made = TOOL.read_line("tc+vt dc 再[不还|拖]，我[找你领导|去你单位]", "x:1", 8, random.Random(1))  # noqa: S311
    assert {row.text for row in made} == {
        "再不还，我找你领导",
        "再不还，我去你单位",
        "再拖，我找你领导",
        "再拖，我去你单位",
    }
    assert made[0].labels == {"threat_contacts", "visit_threat"}


@pytest.mark.parametrize(
    ("line", "asks"),
    [("ap dc 今天能弄掉不", True), ("tc+ap dc 再不还我找你领导", True), ("tc+ap? dc 我找你领导", None),
     ("pp dw 转我微信", None), ("- dw 吃了吗", False)],
)  # fmt: skip
def test_a_line_says_whether_it_asks_for_payment(line: str, asks: bool | None) -> None:
    import random

    assert [row.asks for row in TOOL.read_line(line, "x:1", 1, random.Random(1))] == [asks]  # noqa: S311


@pytest.mark.parametrize("line", ["tc dc", "zz dc 文字", "tc xc 文字", "tc dx 文字"])
def test_a_line_not_in_the_notation_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.txt").write_text(f"# 注释\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.txt line 2"):
        TOOL.messages(tmp_path, most=1)


def test_the_model_is_small_and_complete() -> None:
    assert MODEL.stat().st_size <= 2_000_000
    assert model().linear.weights.shape == (len(model().linear.keys) + 1, len(LABELS) + 1)
    assert not model().linear.weights[0].any()


def test_the_model_of_asking_for_payment_is_small() -> None:
    assert ASKING.stat().st_size <= 400_000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense", b"x" * 100])
def test_a_damaged_model_is_named_with_a_remedy(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(CouldNotFinish, match=r"model\.npz"):
        load_model(path)


def test_a_missing_model_is_named_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(CouldNotFinish, match=r"none\.npz"):
        load_model(tmp_path / "none.npz")
