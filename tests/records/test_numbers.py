"""Telephone numbers: one normal form for every way of writing one, and never two numbers made one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.records.numbers import classify, is_masked, mask, normalise


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("13800001002", "13800001002"),
        ("+86 138 0000 1002", "13800001002"),
        ("+86-138-0000-1002", "13800001002"),
        ("0086 13800001002", "13800001002"),
        ("8613800001002", "13800001002"),
        ("013800001002", "13800001002"),
        ("17951 13800001002", "13800001002"),
        ("1795107550000123", "07550000123"),
        ("12593013800001002", "13800001002"),
        ("１３８００００１００２", "13800001002"),
        ("\u202a138 0000 1002\u202c", "13800001002"),
        ("\u2068+86 138 0000 1002\u2069", "13800001002"),
        ("'13800001002", "13800001002"),
        ("tel:+86-138-0000-1002", "13800001002"),
        ("19900002277.0", "19900002277"),
        ("(0755) 0000 1234", "075500001234"),
        ("0755-00001234", "075500001234"),
        ("+86 755 0000 1234", "075500001234"),
        ("+86 (0)755 0000 1234", "075500001234"),
        ("8675500001234", "075500001234"),
        ("0755-00001234转801", "075500001234"),
        ("010-00001234", "01000001234"),
        ("95588", "95588"),
        ("+8695588", "95588"),
        ("95013001234567", "95013001234567"),
        ("400-000-0001", "4000000001"),
        ("+86 400 000 0001", "4000000001"),
        ("+86 10 6600 1122", "01066001122"),
        ("+86 (10) 6900 1122", "01069001122"),
        ("+861066001122", "01066001122"),
        ("+861069001122", "1069001122"),
        ("10690000000 1001", "106900000001001"),
        ("+86106900000001001", "106900000001001"),
        ("12378", "12378"),
        ("138****0001", "138****0001"),
        ("+86138****0001", "138****0001"),
        ("00852 0000 0000", "+85200000000"),
        ("+852 0000 0000", "+85200000000"),
        ("86000012", "86000012"),
        ("8695588", "8695588"),
        ("某银行", "某银行"),
    ],
)
def test_every_way_of_writing_gives_one_normal_form(written: str, normal: str) -> None:
    assert normalise(written) == normal


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "-1",
        "-2",
        "-3",
        "--",
        "未知号码",
        "NULL",
        "Unknown",
        "私人号码",
        "无",
        "a@example.invalid",
        "1.7E10",
        "1.7000001188e+10",
    ],
)
def test_what_is_no_number_shows_none(written: str | None) -> None:
    assert normalise(written) is None


@given(st.text("0123456789+-() *.e转未知", max_size=24))
def test_the_normal_form_of_a_normal_form_is_itself(written: str) -> None:
    once = normalise(written)
    assert once is None or normalise(once) in (once, None)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "0086", "86", "0", "+86 ", "17951"])
)
def test_a_mobile_is_found_behind_every_prefix(number: str, prefix: str) -> None:
    assert normalise(prefix + number) == number


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_two_mobiles_are_one_only_if_every_digit_agrees(one: str, other: str) -> None:
    assert (normalise("+86" + one) == normalise(other)) == (one == other)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("13800001002", "mobile"), ("17000001188", "virtual_mobile"), ("16700001188", "virtual_mobile"), ("075500001234", "landline"),
        ("01000001234", "landline"), ("95588", "service"), ("95013001234567", "service"), ("4000000001", "service"), ("96123", "service"),
        ("106900000001001", "sms_port"), ("12378", "hotline"), ("10086", "hotline"), ("110", "hotline"), ("+85200000000", "foreign"),
        ("138****0001", "unknown"), ("", "unknown"), ("86000012", "unknown"), ("某银行", "unknown"),
    ],
)  # fmt: skip
def test_kinds_of_numbers_by_their_shape(number: str, kind: str) -> None:
    assert classify(number) == kind


def test_a_masked_number_is_known_as_such() -> None:
    assert is_masked("138****0001")
    assert is_masked("138xxxx0001")
    assert not is_masked("13800010001")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13800001002", "138****1002"),
        ("075500001234", "0755****1234"),
        ("01000001234", "010****1234"),
        ("95588", "95588"),
        ("12378", "12378"),
        ("86000012", "****12"),
    ],
)
def test_what_is_shared_hides_the_middle_and_leaves_hotlines_whole(number: str, shown: str) -> None:
    assert mask(number) == shown
