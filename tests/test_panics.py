"""A compiled reader's panic is an ordinary error; what stops the program still stops it."""

from __future__ import annotations

import pytest

from cuijie.panics import panics_are_errors


def test_a_panic_is_an_ordinary_error_that_keeps_its_words() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(ValueError, match="out of range"), panics_are_errors():
        raise panic("out of range")


def test_whoever_stops_the_program_stops_it() -> None:
    with pytest.raises(KeyboardInterrupt), panics_are_errors():
        raise KeyboardInterrupt
