"""Who looks like a collector although only a name is known: by what was written, and never because family mentions the debt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.intake.entries import make_entry
from cuijie.intake.grouping import suggest
from cuijie.intake.times.written import parse_time
from cuijie.intake.tying import is_short_for
from cuijie.records import Entry, EntryKind

from .intake_samples import source_of


def _said(words: str, *, name: str, kind: EntryKind = "im", group: str | None = None) -> Entry:
    when = parse_time("2025-03-03 21:14:11")
    return make_entry(source_of(b"x"), "1", kind, when=when, inbound=None, name=name, text=words, group_name=group)


@pytest.mark.parametrize(
    ("words", "kind", "group"),
    [
        ("诈骗犯王小舟欠钱不还，大家让他还钱", "im", "相亲相爱一家人"),
        ("今天下午不还款，我就给你通讯录里的人挨个打电话", "im", None),
        ("您的借款已逾期，请于三日内还款", "email", None),
    ],
)
def test_who_demands_payment_in_a_chat_or_by_mail_looks_like_a_collector(
    words: str, kind: EntryKind, group: str | None
) -> None:
    entry = _said(words, name="小李", kind=kind, group=group)
    (found,) = suggest([entry])
    assert (found.numbers, found.entries) == ((), (entry.entry_id,))
    assert found.why == ("1 条短信或消息说到欠款或催收",)


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("你是不是欠人家钱了？催收打我电话了", None),
        ("你快把钱还了吧，别让家里担心", None),
        ("房贷还款日到了", "相亲相爱一家人"),
        ("大家把饭钱转我", "饭搭子"),
    ],
)
def test_family_and_friends_who_speak_of_money_do_not(words: str, group: str | None) -> None:
    assert suggest([_said(words, name="妈妈", group=group)]) == ()


def test_one_name_in_two_groups_is_two_and_the_same_words_join_them() -> None:
    words = "诈骗犯王小舟欠钱不还，大家帮忙转告，让他还钱"
    one, other = (_said(words, name="小李", group=group) for group in ("家人群", "同事群"))
    (found,) = suggest([one, other])
    assert set(found.entries) == {one.entry_id, other.entry_id}
    assert "短信或消息的话术几乎一样" in found.why


@pytest.mark.parametrize(
    ("signature", "lender", "is_short"),
    [
        ("蓝汀消金", "蓝汀消费金融有限公司", True),
        ("禾丰小贷", "禾丰小额贷款有限公司", True),
        ("招行信用卡", "招商银行股份有限公司信用卡中心", True),
        ("江行", "中国江陵银行股份有限公司", True),
        ("蓝汀消费金融", "蓝汀消费金融有限公司", False),  # whole: tied, not proposed
        ("蓝海消金", "蓝汀消费金融有限公司", False),
        ("禾丰", "白桦小额贷款有限公司", False),
        ("", "蓝汀消费金融有限公司", False),
    ],
)
def test_a_signature_may_be_short_for_a_lender(signature: str, lender: str, is_short: bool) -> None:
    assert is_short_for(signature, lender) is is_short


def test_a_lender_in_short_is_proposed_and_not_decided() -> None:
    said = _said("【蓝汀消金】您的借款已逾期，请于三日内还款", name="1069000177701", kind="sms")
    entry = replace(said, number="1069000177701", signature="蓝汀消金", counterpart_name=None, inbound=True)
    (found,) = suggest([entry], (), ["蓝汀消费金融有限公司", "白桦小额贷款有限公司"])
    assert [why for why in found.why if "简称" in why] == [
        "署名【蓝汀消金】可能是蓝汀消费金融有限公司的简称，是不是，由你认定"
    ]
    assert found.collector_id is None
    assert not any("简称" in why for one in suggest([entry]) for why in one.why)
