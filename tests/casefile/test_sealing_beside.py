"""A file whose fingerprint is known is encrypted beside the caller; other bytes than that undo the act."""

from __future__ import annotations

import errno
import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from cuijie.casefile import ItemFacts
from cuijie.casefile.errors import ContentChanged
from tests.small_case import new_case


class Unplugged(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "unplugged")


def moved_away() -> BinaryIO:
    raise FileNotFoundError(errno.ENOENT, "gone")


@pytest.mark.parametrize(
    "opener",
    [lambda: io.BytesIO(b"other"), io.BytesIO, lambda: io.BytesIO(bytes(3_000_000)), Unplugged, moved_away],
    ids=["other", "empty", "longer", "unplugged", "moved away"],
)
def test_what_is_sealed_beside_the_caller_must_be_what_its_fingerprint_says(
    tmp_path: Path, opener: Callable[[], BinaryIO]
) -> None:
    plain, facts = bytes(range(256)) * 9_000, ItemFacts(name="a.xml")  # more than is sealed at once
    sha256 = hashlib.sha256(plain).hexdigest()
    with new_case(tmp_path / "案卷") as case:
        with pytest.raises(ContentChanged):
            case.keep_known(opener, facts, sha256=sha256, size=len(plain))
        assert (case.items(), case.unfinished_files()) == ((), 0)
        with case.batch("add"):
            item = case.keep_known(lambda: io.BytesIO(plain), facts, sha256=sha256, size=len(plain))
            assert case.open_item(item.item_id).read() == plain  # waits for what is under way
        assert case.open_item(item.item_id).read() == plain
        assert not case.keep(io.BytesIO(plain), ItemFacts(name="a.xml")).is_new
