"""A right ask is read in one step; whatever is not right is read again, and both ways agree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate import contact_columns
from cuijie.gate.asking import ask_from_plain
from cuijie.gate.contact_columns import contact_of
from cuijie.gate.errors import AskError
from cuijie.gate.register_rows import row_from_plain
from cuijie.records import COLUMNS
from tests.gate.asks import call

_ODD = st.sampled_from(
    [None, "", " ", " x ", "x", "张三", "a\u200bb", "\x00", "x" * 300, 0, 1, 3.0, 10**30, True, [], {}]
)
_TIMES = st.sampled_from([
    "2026-03-02T10:00:00+08:00", "2026-03-02", "2026-03-02T10:00:00", "9999-12-31T23:59:59Z", "infinity", "2026-03-02T02:00:00Z",
])  # fmt: skip
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{column.name: st.sampled_from([*column.values, None]) if column.values else _ODD for column in COLUMNS},
    "occurred_at": _TIMES | _ODD,
    "strange": _ODD,
}
_COLUMNS = st.lists(st.sampled_from(sorted(_VALUES)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({"contact_id": st.just("c1"), **{name: _VALUES[name] for name in names}})
)


def _read(columns: dict[str, Any]) -> object:
    try:
        return contact_of(dict(columns), "询问")
    except AskError as error:
        return str(error), error.at


@given(_COLUMNS)
def test_one_step_reads_what_column_by_column_reads(columns: dict[str, Any]) -> None:
    try:
        slowly: object = contact_columns._with_words(dict(columns), "询问")
    except AskError as error:
        slowly = str(error), error.at
    assert _read(columns) == slowly


@pytest.mark.parametrize("name", ["debtor_id", "recipient_id", "lender_id", "contact_id"])
@pytest.mark.parametrize("seen", ["138\u200b00001002", "\u202d13800001002\u202c", "d\x00", "x\u3164", "\ufeffd"])
def test_an_id_with_characters_that_nobody_sees_is_refused(name: str, seen: str) -> None:
    with pytest.raises(AskError, match="看不见的字符") as refused:
        ask_from_plain(call(**{name: seen}))
    assert refused.value.at == name


@pytest.mark.parametrize("role", ["debtor", "co_debtor", "heir", "agreed_contact"])
def test_a_public_post_has_no_single_recipient(role: str) -> None:
    with pytest.raises(AskError, match="公开发布") as refused:
        ask_from_plain(call(channel="public_post", recipient_role=role))
    assert refused.value.at == "recipient_role"
    assert ask_from_plain(call(channel="public_post", recipient_role="other"))


def test_a_register_does_not_take_such_an_id_either() -> None:
    row = {"column": "recipient_refused", "value": True, "recipient_id": "138\u200b00001002", "lender_id": "acme"}
    with pytest.raises(Exception, match="看不见的字符"):
        row_from_plain(row, where="登记")
