"""Titles of laws that never were: 中华人民共和国催收管理条例."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from cuijie.datafiles import load_table

__all__ = ["is_invented"]

# the text itself says that there is none, or asks for one
_AS_SAID = re.compile(
    r"没有|并无|不存在|查无|查不到|找不到|编造|虚构|杜撰|子虚乌有|尚未|还没|立法|建议制定|呼吁|草案|征求意见|拟|将(?:来|要)?制定|假的|伪造|所谓|美国|英国|日本|香港|外国|境外"
)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Raises DataFileError."""
    return load_table(Path(__file__).parent / "elsewhere.yaml").patterns("invented")


def is_invented(title: str, sentence: str) -> bool:
    """Whether no national law, regulation or interpretation is named as *title* is, and the *sentence* does not say so itself."""
    return any(pattern.search(title) for pattern in _patterns()) and not _AS_SAID.search(_near(title, sentence))


def _near(title: str, sentence: str) -> str:
    """The clause that names the title and the one behind it: 没有催收资格证，违反《…》 denies something else."""
    at = sentence.find(title)
    if at < 0:
        return sentence
    start = max(sentence.rfind(sign, 0, at) for sign in "，；。") + 1
    ends = [end for end in range(at + len(title), len(sentence)) if sentence[end] in "，；。"]
    return sentence[start : ends[1] if len(ends) > 1 else len(sentence)]
