"""Our age files against pyrage, both ways: the same plain bytes, at every position, and no byte of an altered file."""

from __future__ import annotations

import hashlib
import io
import random
from concurrent.futures import ThreadPoolExecutor

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyrage import x25519

from cuijie.casefile.age_file import AgeReader, identity_bytes, read_header
from cuijie.casefile.errors import CaseDamaged
from cuijie.casefile.sealing import Hashing, seal

_IDENTITY = x25519.Identity.generate()
_OTHER = x25519.Identity.generate()
_CHUNK = 64 * 1024
_PIECE = 16 * _CHUNK


def _sealed(plain: bytes, *identities: x25519.Identity) -> bytes:
    return pyrage.encrypt(plain, [one.to_public() for one in identities or (_IDENTITY,)])


def _reader(sealed: bytes, identity: x25519.Identity = _IDENTITY) -> AgeReader:
    return AgeReader(io.BytesIO(sealed), str(identity), label="样例")


@pytest.mark.parametrize("size", [0, 1, _CHUNK - 1, _CHUNK, _CHUNK + 1, 3 * _CHUNK, 3 * _CHUNK + 17])
def test_the_plain_bytes_are_those_that_pyrage_sealed(size: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    reader = _reader(_sealed(plain))
    assert reader.size_bytes == size
    assert reader.readall() == plain


@given(st.integers(0, 3 * _CHUNK), st.integers(0, 2 * _CHUNK), st.integers(0, 3))
def test_reading_from_anywhere_is_reading_a_file(start: int, size: int, whence_free: int) -> None:
    stream = io.BufferedReader(_reader(_SEALED))
    stream.seek(start)
    assert stream.read(size) == _PLAIN[start : start + size]
    stream.seek(-whence_free, io.SEEK_END)
    assert stream.read() == _PLAIN[len(_PLAIN) - whence_free :]


_PLAIN = bytes(range(256)) * 600
_SEALED = _sealed(_PLAIN)


_LONG = random.Random(5).randbytes(53 * _CHUNK + 11)  # noqa: S311
_LONG_SEALED = _sealed(_LONG)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 54), st.integers(0, _CHUNK), st.integers(0, 40 * _CHUNK)), max_size=5))
def test_chunks_opened_ahead_are_the_ones_that_are_asked_for(steps: list[tuple[int, int, int]]) -> None:
    with ThreadPoolExecutor(2) as beside:
        reader = AgeReader(io.BytesIO(_LONG_SEALED), str(_IDENTITY), label="样例", beside=beside)
        stream = io.BufferedReader(reader, _CHUNK)
        assert stream.read(20 * _CHUNK) == _LONG[: 20 * _CHUNK]
        for chunk, offset, size in steps:
            stream.seek(chunk * _CHUNK + offset)
            assert stream.read(size) == _LONG[chunk * _CHUNK + offset :][:size]
        stream.seek(0)
        assert stream.read() == _LONG
        stream.close()


@pytest.mark.parametrize("bad", [0, 15, 16, 17, 18, 34, 52])
def test_an_altered_chunk_is_told_when_it_is_its_turn_and_not_before(bad: int) -> None:
    start = len(read_header(io.BytesIO(_LONG_SEALED)).raw)
    altered = bytearray(_LONG_SEALED)
    altered[start + bad * (_CHUNK + 16) + 100] ^= 1
    with ThreadPoolExecutor(1) as beside:
        reader = AgeReader(io.BytesIO(bytes(altered)), str(_IDENTITY), label="样例", beside=beside)
        read = b"".join(iter(lambda: reader.read(_CHUNK) if reader.tell() < bad * _CHUNK else b"", b""))
        assert read == _LONG[: bad * _CHUNK]
        with pytest.raises(CaseDamaged, match=f"第 {bad + 1} 段"):
            reader.read(1)
        reader.seek((bad + 1) * _CHUNK)
        assert reader.read(9) == _LONG[(bad + 1) * _CHUNK :][:9]


def test_a_reader_that_outlives_its_helpers_reads_on_alone() -> None:
    beside = ThreadPoolExecutor(1)
    reader = AgeReader(io.BytesIO(_LONG_SEALED), str(_IDENTITY), label="样例", beside=beside)
    first = b"".join(reader.read(_CHUNK) for _ in range(18))
    beside.shutdown()
    assert first + reader.readall() == _LONG


def test_any_of_several_recipients_can_read() -> None:
    sealed = _sealed(b"shared", _OTHER, _IDENTITY)
    assert _reader(sealed).readall() == _reader(sealed, _OTHER).readall() == b"shared"


def test_a_wrong_key_opens_nothing() -> None:
    with pytest.raises(CaseDamaged, match="不是用本案的密钥"):
        _reader(_sealed(b"secret"), _OTHER)


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_file_cut_off_near_its_end_is_refused_before_its_first_byte(cut: int) -> None:
    with pytest.raises(CaseDamaged):
        _reader(_SEALED[: len(_SEALED) - 1 - cut])


def test_a_file_cut_at_a_chunk_boundary_is_refused() -> None:
    start = len(read_header(io.BytesIO(_SEALED)).raw)
    with pytest.raises(CaseDamaged):
        _reader(_SEALED[: start + 2 * (_CHUNK + 16)])


def test_every_truncation_of_a_small_file_is_refused() -> None:
    sealed = _sealed(b"short")
    for end in range(len(sealed)):
        with pytest.raises(CaseDamaged):
            _reader(sealed[:end])


@given(st.integers(0, 8 * len(_SEALED) - 1))
def test_a_flipped_bit_anywhere_is_refused(position: int) -> None:
    altered = bytearray(_SEALED)
    altered[position // 8] ^= 1 << (position % 8)
    with pytest.raises(CaseDamaged):
        _reader(bytes(altered)).readall()


def test_swapped_chunks_are_refused() -> None:
    start = len(read_header(io.BytesIO(_SEALED)).raw)
    size = _CHUNK + 16
    swapped = (
        _SEALED[:start]
        + _SEALED[start + size : start + 2 * size]
        + _SEALED[start : start + size]
        + _SEALED[start + 2 * size :]
    )
    with pytest.raises(CaseDamaged):
        _reader(swapped).readall()


def test_the_secret_of_an_identity_is_read_as_pyrage_reads_it() -> None:
    assert len(identity_bytes(str(_IDENTITY))) == 32


@pytest.mark.parametrize(
    "text",
    ["", "AGE-SECRET-KEY-1", "age1qqqq", "AGE-SECRET-KEY-1!!!", str(_IDENTITY)[:-8]],
    ids=["empty", "bare", "recipient", "signs", "cut off"],  # a key made at random has no lasting name
)
def test_what_is_no_identity_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an age identity"):
        identity_bytes(text)


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_and_never_crash(data: bytes) -> None:
    for given_bytes in (data, b"age-encryption.org/v1\n" + data):
        with pytest.raises(CaseDamaged):
            _reader(given_bytes)


class Trickling:
    """A source that answers fewer bytes than it is asked for, as sockets and archives do."""

    def __init__(self, plain: bytes, most: int) -> None:
        self._stream, self._most = io.BytesIO(plain), most

    def read(self, size: int = -1, /) -> bytes:
        return self._stream.read(min(size, self._most))


def sealed_here(plain: bytes, most: int = 1 << 30) -> bytes:
    with ThreadPoolExecutor(1) as beside:
        written, source = io.BytesIO(), Hashing(Trickling(plain, most), beside)
        seal(source, written, str(_IDENTITY))
    assert (source.size, source.digest()) == (len(plain), hashlib.sha256(plain).digest())
    return written.getvalue()


@pytest.mark.parametrize("size", [0, 1, _CHUNK - 1, _CHUNK, _CHUNK + 1, _PIECE - 1, _PIECE, _PIECE + 1, 2 * _PIECE])
def test_pyrage_and_our_reader_open_what_we_seal(size: int) -> None:
    plain = (bytes(range(251)) * (size // 251 + 1))[:size]
    sealed = sealed_here(plain)
    assert pyrage.decrypt(sealed, [_IDENTITY]) == plain
    assert _reader(sealed).readall() == plain


@given(st.binary(max_size=300), st.integers(1, 70))
def test_a_source_that_trickles_is_sealed_whole(plain: bytes, most: int) -> None:
    assert pyrage.decrypt(sealed_here(plain, most), [_IDENTITY]) == plain


def test_nobody_else_opens_what_we_seal_and_no_two_files_are_alike() -> None:
    first, second = sealed_here(b"the same"), sealed_here(b"the same")
    assert first != second
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(first, [_OTHER])


def test_what_the_source_raises_is_kept_apart_from_what_the_file_raises() -> None:
    class Broken:
        def read(self, size: int = -1, /) -> bytes:
            raise OSError(5, "the source")

    class Full(io.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(28, "the disk")

    broken, whole = Hashing(Broken()), Hashing(io.BytesIO(b"x"))
    with pytest.raises(OSError, match="the source"):
        seal(broken, io.BytesIO(), str(_IDENTITY))
    with pytest.raises(OSError, match="the disk"):
        seal(whole, Full(), str(_IDENTITY))
    assert (str(broken.failed), whole.failed) == ("[Errno 5] the source", None)
