"""Weighing: texts together as each alone, long texts by stretches; a wording that only looks like another."""

from __future__ import annotations

import numpy as np
import pytest

from cuijie.reading import Recipient, read
from cuijie.reading.linear import clauses_of
from cuijie.reading.many import labels_many
from cuijie.reading.model import model
from cuijie.reading.normalise import normalise

TEXTS = (
    "",
    "\n",
    "还",
    "您好，您的账单已逾期3天，请及时还款。",
    "你个老赖，明天去你单位堵你",
    "爸爸妈妈爷爷奶奶",
    "催收员：今天不还就打给你妈。\n客户：别打。\n催收员：那就还钱。",
    "爆.通.讯.录，t.m.d",
    "你转我❌个人账户，当天就给你销✦账",
    "阿婆您好，孙子欠的钱█今晚还",
    "通话" * 120 + "，今晚不还就打断你的腿，" + "请尽快处理，" * 30,
    "｜\u200b还款｜",
    "𠮷家欠钱🔪\ud800",
)


def test_texts_weighed_together_weigh_what_each_weighs_alone() -> None:
    folded = [normalise(text).text for text in TEXTS]
    together = model().linear.odds_of(folded)
    assert np.array_equal(together, np.array([model().linear.odds(text) for text in folded]))


@pytest.mark.parametrize("recipient", ["debtor", "third_party", "unknown"])
def test_many_texts_get_the_labels_and_spans_each_gets_alone(recipient: Recipient) -> None:
    assert labels_many([(text, recipient) for text in TEXTS]) == [
        read(text, recipient=recipient).labels for text in TEXTS
    ]


def test_a_clear_label_is_not_drowned_by_a_long_text() -> None:
    courtesy = "您好，这里是＊＊金融，关于您名下的借款想跟您核对一下，麻烦您看到消息以后回复我们，谢谢理解。"
    text = courtesy * 2 + "对了，你女儿每天四点半从那条没灯的巷子一个人走回家，路上可得当心。" + courtesy
    assert "threat_violence" in read(text, recipient="debtor").names


_COURTESY = "您好，打扰了，您的情况我已经如实登记，后续有结果会第一时间告诉您"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (f"{_COURTESY}。再这样下去，我只能去您公司找您领导聊聊了", "threat_contacts"),
        (f"再拖我就把你的照片贴满你们小区。{_COURTESY}。", "public_exposure"),
        (f"{_COURTESY}，只是您微粒贷还能提三万，先提出来结了。", "induce_new_loan"),
    ],
)
def test_a_courtesy_beside_a_threat_does_not_soften_it(text: str, label: str) -> None:
    assert label in read(text, recipient="debtor").names


def test_a_question_is_weighed_with_what_answers_it() -> None:
    text = "你问怎么帮他还？他本人授权后在APP里有“亲友代付”，我们不建议您垫付，还是让他自己联系我们。"
    assert read(text, recipient="third_party").names == ()


@pytest.mark.parametrize("text", ["本次活动结束后优惠券失效", "逾期费用已自动结清"])
def test_an_event_that_ends_is_no_frozen_account(text: str) -> None:
    assert "冻" not in normalise(text).text


@pytest.mark.parametrize("text", ["截图请不要再发了，我这边已经收到", "照片不用再发了，够了"])
def test_no_more_copies_please_is_no_refusal(text: str) -> None:
    assert read(text, recipient="debtor").facts.refuses_contact is None


@pytest.mark.parametrize(
    "text", ["别的平台先还上的那笔，我们这边查不到", "您可以跟亲戚朋友那里借点先还上", "今天还不还？那就还钱。"]
)
def test_a_bare_demand_and_a_debt_settled_elsewhere_are_lawful(text: str) -> None:
    assert read(text, recipient="debtor").names == ()


def test_a_flood_of_blanks_is_gone_through_once() -> None:
    flood = "\n" * 200_000
    assert read(f"催收：今晚不还就打断你的腿{flood}客户：别打", recipient="debtor").names == ("threat_violence",)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("客户:你好,今晚19:00-21:00到你家", ["你好", "今晚19:00-21:00到你家"]),
        ("应还3,200.50元。今天!", ["应还3,200.50元", "今天"]),
        ("客服:", ["客服"]),
        (":::", [":::"]),
    ],
)
def test_what_is_shown_of_a_text_is_cut_at_no_time_or_sum_and_names_nobody(text: str, clauses: list[str]) -> None:
    assert [text[start:end] for start, end in clauses_of(text)] == clauses
