"""Folding: every disguise comes out plain, and every span leads back to where it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.reading.normalise import normalise

DISGUISES = [
    ("爆.通.讯.录", "爆通讯录"),
    ("爆#通@讯%录", "爆通讯录"),
    ("王*在", "王*在"),
    ("请@张三", "请@张三"),
    ("聽日嚟你屋企", "明天来你家"),
    ("法院那旮旯", "法院那里"),
    ("爆\u200b通\u200d讯录", "爆通讯录"),
    ("给你txl打电话", "给你通讯录打电话"),
    ("暴同讯录", "爆通讯录"),
    ("滚 c n m", "滚操你妈"),
    ("CNM还钱", "操你妈还钱"),
    ("草泥马", "操你妈"),
    ("短x轰zha", "短信轰炸"),
    ("小x点，走夜路看👀🔪", "小心点,走夜路看盯刀"),
    ("上 门 抓 你", "上门抓你"),
    ("令姊積欠款項未還", "令姊积欠款项未还"),
    ("帳戶逾期貸款", "账户逾期贷款"),
    ("ＱＱ１２３", "qq123"),
    ("③天", "3天"),
    ("弓虽女干", "强奸"),
    ("果照先发", "裸照先发"),
    ("tong xun lu 全爆", "通讯录全爆"),
    ("tōng xùn錄 全爆", "通讯录 全爆"),
    ("lǜ师函", "律师函"),
    ("爆你tong讯lu", "爆你通讯录"),
    ("暴✦通✦讯✦录", "爆通讯录"),
    ("爆🌟通🌟讯🌟录", "爆通讯录"),
    ("伱吥还", "你不还"),
    ("爆📞通📞讯📞录", "爆通讯录"),
    ("爆☠通☠讯☠录", "爆通讯录"),
    ("通✉️讯✉️录", "通讯录"),
    ("你🐴你🐔打📞给👴", "你马你鸡打电话给老人"),
    ("我call你boss", "我打电话给你领导"),
    ("I will tell your family", "我们会 告诉 你的 家人"),
]


@pytest.mark.parametrize(("written", "meant"), DISGUISES)
def test_a_disguise_is_folded_to_what_is_meant(written: str, meant: str) -> None:
    assert normalise(written).text == meant


@pytest.mark.parametrize(
    "plain",
    [
        "王*在本平台欠款",
        "请在app还款,回t退订",
        "去4s店保养",
        "3栋12b室",
        "哈尔滨",
        "维信金科",
        "收款人:陈*",
        "usb接口",
        "一共10pcs",
        "the bus line",
        "今晚打boss用iphone开黑",
    ],
)
def test_ordinary_text_is_left_as_it_is(plain: str) -> None:
    assert normalise(plain).text == plain


def test_the_span_of_a_disguised_word_is_the_whole_disguise() -> None:
    text = "再装，给你t x l全爆"
    folded = normalise(text)
    start = folded.text.index("通讯录")
    assert text[slice(*folded.span(start, start + 3))] == "t x l"


def test_the_span_of_a_word_with_inserted_signs_covers_the_signs() -> None:
    text = "我要爆.通.讯.录了"
    folded = normalise(text)
    start = folded.text.index("爆")
    assert text[slice(*folded.span(start, start + 4))] == "爆.通.讯.录"


@given(
    st.text(alphabet=st.one_of(st.characters(), st.sampled_from("爆通讯录.＊x🔪 cnm你妈上门㎏\u200b\n")), max_size=60)
)
def test_every_folded_character_stands_for_a_range_of_the_original(text: str) -> None:
    folded = normalise(text)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for start, end in zip(folded.starts, folded.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(folded.starts) == sorted(folded.starts)
    if folded.text:
        whole = folded.span(0, len(folded.text))
        assert 0 <= whole[0] < whole[1] <= len(text)
