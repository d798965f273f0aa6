"""The trained readers: their corpus can be read, their models are small and complete, strangers' texts are met.

The sets in ``strangers/`` were written by somebody who had not seen patterns or corpus.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.errors import CouldNotFinish
from cuijie.prevention import trained as trained_room
from cuijie.prevention.contract import Page, clause_kinds, find_clauses
from cuijie.prevention.scam import check_offer, scam_guide
from cuijie.prevention.trained import model_file, passages, trained

SCRIPTS = Path(__file__).parents[2] / "scripts"
STRANGERS = Path(__file__).parent / "strangers"


def data_tool() -> ModuleType:
    sys.path.insert(0, str(SCRIPTS))
    try:
        spec = importlib.util.spec_from_file_location("prevention_data", SCRIPTS / "prevention_data.py")
        assert spec is not None
        assert spec.loader is not None
        tool = importlib.util.module_from_spec(spec)
        sys.modules["prevention_data"] = tool  # its dataclass looks itself up there
        spec.loader.exec_module(tool)
    finally:
        sys.path.remove(str(SCRIPTS))
    return tool


TOOL = data_tool()


@pytest.mark.parametrize("subject", ["scam", "contract"])
def test_every_line_of_the_corpus_can_be_read_and_every_label_has_many(subject: str) -> None:
    rows = TOOL.labelled(subject, most=6)
    assert sum(not row.labels for row in rows) >= 300
    for label in TOOL.CODES[subject].values():
        assert sum(label in row.labels for row in rows) >= 30, label


def test_no_text_of_the_corpus_is_one_of_the_strangers() -> None:
    own = {row.text for subject in ("scam", "contract") for row in TOOL.labelled(subject, most=6)}
    assert not own & {row.text for path in STRANGERS.glob("*.jsonl") for row in TOOL.measured(path)}


def test_the_corpus_holds_no_number_that_could_be_a_persons() -> None:
    for path in TOOL.CORPUS.rglob("*.txt"):
        assert not re.search(r"1[3-9]\d{9}|\d{17}[\dXx]|\d{16,19}", path.read_text(encoding="utf-8")), path.name


@pytest.mark.parametrize("line", ["zz 文字", "ff"])
def test_a_line_not_in_the_notation_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    (tmp_path / "scam").mkdir()
    (tmp_path / "scam" / "a.txt").write_text(f"# 注释\n{line}\n", encoding="utf-8")
    monkeypatch.setattr(TOOL, "CORPUS", tmp_path)
    with pytest.raises(ValueError, match=r"a\.txt line 2"):
        TOOL.labelled("scam", most=1)


def test_the_outputs_of_the_models_are_the_signs_and_kinds_in_their_order() -> None:
    assert [sign.id for sign in scam_guide().signs] == list(TOOL.SIGNS.values())
    assert [kind.id for kind in clause_kinds()] == list(TOOL.CLAUSES.values())
    assert trained("scam").weights.shape[1] == len(TOOL.SIGNS) + 1
    assert trained("contract").weights.shape[1] == len(TOOL.CLAUSES) + 1


@pytest.mark.parametrize("subject", ["scam", "contract"])
def test_a_model_is_small(subject: str) -> None:
    assert model_file(subject).stat().st_size <= 1_000_000


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nonsense"])
def test_a_damaged_model_is_named_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    (tmp_path / "scam.npz").write_bytes(content)
    monkeypatch.setattr(trained_room, "model_file", lambda subject: tmp_path / f"{subject}.npz")
    with pytest.raises(CouldNotFinish, match=r"scam\.npz"):
        trained.__wrapped__("scam")


@given(st.text(alphabet="先交定金。！？\n 好", max_size=700))
def test_passages_cover_the_whole_text_in_order(text: str) -> None:
    found = list(passages(text))
    covered = {at for start, end in found for at in range(start, end)}
    assert all(at in covered for at, char in enumerate(text) if char in "先交定金好")
    assert found == sorted(found)


def test_a_trap_late_in_a_long_chat_is_seen() -> None:
    chat = "你好，最近怎么样。\n" * 60 + "我们老师替你去跟银行谈，你先把八百块材料钱给我。\n" + "好的谢谢。\n" * 60
    hits = check_offer(chat).hits
    assert hits
    assert all("银行" in chat[slice(*hit.span)] or "材料" in chat[slice(*hit.span)] for hit in hits)


def test_a_story_about_a_trap_is_no_offer() -> None:
    assert check_offer("上个月我妈差点上当，对方要她先交2000押金，还好银行柜员劝住了，已经报警。").hits == ()


def test_a_clause_without_any_known_word_order_is_possible_and_quoted_exactly() -> None:
    words = "一旦联络不到乙方，甲方得以就还款一事请其胞弟、房东代为转话。"
    hits = [hit for hit in find_clauses([Page(number=2, text=words)]) if hit.kind.id == "third_party_contact"]
    assert [(hit.quote, hit.page, hit.certain) for hit in hits] == [(words, 2, False)]


# what was measured once (docs/prevention.md) may not get worse
AT_LEAST = {"scam_A": (25, 1), "contract_A": (28, 1), "scam_B": (24, 1), "contract_B": (27, 2)}


@pytest.mark.parametrize("name", AT_LEAST)
def test_strangers_texts_are_read_as_well_as_they_were(name: str) -> None:
    rows = TOOL.measured(STRANGERS / f"{name}.jsonl")
    subject = name.split("_")[0]
    said = [
        bool(check_offer(row.text).hits if subject == "scam" else find_clauses([Page(number=None, text=row.text)]))
        for row in rows
    ]
    seen = sum(told for row, told in zip(rows, said, strict=True) if row.labels)
    wrong = sum(told for row, told in zip(rows, said, strict=True) if not row.labels)
    assert (seen >= AT_LEAST[name][0], wrong <= AT_LEAST[name][1]) == (True, True), (seen, wrong)
