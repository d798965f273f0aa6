"""The script that makes the data: on a text of our own, and against the law texts where they are at hand."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPTS = ROOT / "scripts"
LAW = """# 示例催收办法

第一条 为了示例，制定本办法。

第二条 催收人员应当遵守下列要求：

（一）说明身份；

（二）不得威胁，情节严重的，停止业务。

违反前款规定的，应当改正。
"""


def _run(folder: Path, data: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import runpy, sys, pathlib; sys.argv = ['build', sys.argv[1]];"
        f"sys.path.insert(0, {str(SCRIPTS)!r});"
        f"module = runpy.run_path({str(SCRIPTS / 'build_law_structure.py')!r});"
        f"module['main'].__globals__['_DATA'] = pathlib.Path({str(data)!r}); sys.exit(module['main']())"
    )
    return subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=False)


def test_counts_elements_and_fingerprints_are_written_and_the_words_are_not(tmp_path: Path) -> None:
    texts, data = tmp_path / "texts", tmp_path / "data"
    texts.mkdir()
    (texts / "cn.sample.2030.md").write_text(LAW, encoding="utf-8")
    result = _run(texts, data)
    assert result.returncode == 0, result.stderr
    written = json.loads((data / "cn.sample.2030.json").read_text(encoding="utf-8"))
    assert [row["items"] for row in written["articles"].values()] == [[0], [2, 0]]
    assert [element[:3] for element in written["articles"]["2"]["elements"]] == [[1, 2, "情节严重"]]
    everything = b"".join(path.read_bytes() for path in data.iterdir())
    assert "催收人员应当遵守".encode() not in everything


def test_keyword_subjects_are_terms_of_the_pack() -> None:
    filler = ["".join(chr(0x4E00 + (n * 131 + at * 977) % 9000) for at in range(14)) for n in range(60)]
    words = ("贷款合同", "消费账单")
    texts = [f"{filler[n][0]}{words[n % 2]}{filler[n][1]}。{filler[n][2:]}" for n in range(60)]
    terms = runpy.run_path(str(SCRIPTS / "law_keywords.py"))["Terms"](texts)
    assert (terms.subject(texts[0]), terms.subject(texts[1])) == ("贷款合同", "消费账单")


def test_a_folder_without_texts_is_wrong_use(tmp_path: Path) -> None:
    assert _run(tmp_path, tmp_path / "data").returncode == 2


@pytest.mark.slow
@pytest.mark.skipif("CUIJIE_SHARED" not in os.environ, reason="needs the law texts: CUIJIE_SHARED is not set")
def test_the_shipped_data_is_what_the_script_makes_of_the_law_texts(tmp_path: Path) -> None:
    result = _run(Path(os.environ["CUIJIE_SHARED"]) / "law" / "texts", tmp_path)
    assert result.returncode == 0, result.stderr
    shipped = ROOT / "src" / "cuijie" / "law" / "structure" / "data"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in shipped.iterdir())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (shipped / path.name).read_bytes(), path.name
