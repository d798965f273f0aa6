"""A compiled reader's panic is an ordinary error; what stops the program still stops it."""

from __future__ import annotations

import os

import pytest

from cuijie.panics import panics_are_errors


def test_a_panic_is_an_ordinary_error_that_keeps_its_words() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(ValueError, match="out of range"), panics_are_errors():
        raise panic("out of range")


def test_what_a_panic_writes_to_the_terminal_is_not_shown_and_all_else_is(capfd: pytest.CaptureFixture[str]) -> None:
    panic = type("PanicException", (BaseException,), {})

    def panics() -> None:
        os.write(2, b"thread panicked at somewhere.rs")
        raise panic("no")

    with pytest.raises(ValueError, match="no"), panics_are_errors():
        panics()
    with panics_are_errors():
        os.write(2, "还有三页".encode())
    os.write(2, "，读完了".encode())
    assert capfd.readouterr().err == "还有三页，读完了"


def test_whoever_stops_the_program_stops_it() -> None:
    with pytest.raises(KeyboardInterrupt), panics_are_errors():
        raise KeyboardInterrupt
