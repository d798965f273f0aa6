"""Any recording or transcript, hurt in any way: records and notes, or one clear Chinese error."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.intake import IntakeError, Note
from cuijie.intake.registry import findings, recognise
from cuijie.records import Entry

from ..intake_samples import source_of
from . import sounds

NAMES = ["17000002101_20260304123005.amr", "李某-2603041230.m4a", "录音 001.mp3", "x.srt", "x.json", ""]
SEEDS = [make(1) for make, _ in sounds.MAKERS.values()] + [
    b"1\n00:00:01,000 --> 00:00:02,000\n\xe8\xbf\x98\xe9\x92\xb1\n",
    json.dumps({"segments": [{"start": 1, "end": 2, "text": "还钱"}]}).encode(),
]


@given(
    seed=st.sampled_from(SEEDS),
    name=st.sampled_from(NAMES),
    hurts=st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=10)), max_size=5),
    cut=st.integers(0, 5000),
)
def test_a_hurt_file_gives_notes_or_a_clear_error(
    seed: bytes, name: str, hurts: list[tuple[int, bytes]], cut: int
) -> None:
    data = bytearray(seed)
    for at, piece in hurts:
        data[at : at + len(piece)] = piece
    source = source_of(bytes(data[:cut]), name)
    importer = recognise(source.head())
    if importer is None or importer.KIND not in {"recording", "transcript"}:
        return
    with contextlib.suppress(IntakeError):
        found = list(findings(importer, source))
        assert any(isinstance(one, Note) for one in found)
        assert all(one.is_inferred for one in found if isinstance(one, Entry))


def test_a_recording_of_a_few_bytes_is_refused() -> None:
    source = source_of(b"#!AMR\n\x3c", "a.amr")
    importer = recognise(source.head())
    assert importer is not None
    with pytest.raises(IntakeError, match="几乎是空的"):
        list(findings(importer, source))
