"""Accounts of calls become the words as they were said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.reading import read
from cuijie.reading.telling import as_said, retold


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("骂我是老赖，说再不还就打死我全家，还说要去我单位闹", "你是老赖，再不还就打死你全家，要去你单位闹"),
        ("他说：“你再不还我弄死你”", "你再不还我弄死你"),
        ("威胁我说要给我妈打电话", "要给你妈打电话"),
        ("告诉我同事小李欠钱不还，让我劝她", "你同事小李欠钱不还，让你劝她"),
        ("自称警察，说要抓我", "我是警察，要抓你"),
        ("她说她是法院的", "我是法院的"),
        ("让我转到他个人微信", "让你转到我个人微信"),
        ("我说我会去投诉，他说随便你，再不还就上门", "随便你，再不还就上门"),
        ("我骂他骗子，他骂我老赖", "你老赖"),
        ("再不还就去你家", "再不还就去你家"),
        ("没说话就挂了", "没说话就挂了"),
        ("我没理他", ""),
        ("我打给客服问能不能分期，对方说不还就上门", "不还就上门"),
    ],
)
def test_what_was_told_is_put_as_it_was_said(account: str, said: str) -> None:
    assert as_said(account) == said


@pytest.mark.parametrize(
    ("account", "label"),
    [
        ("骂我是骗子、死不要脸", "insult"),
        ("催收的说再不还就打死我", "threat_violence"),
        ("对方威胁要到我孩子学校去闹", "visit_threat"),
        ("说今天不还就给我通讯录所有人打电话", "threat_contacts"),
        ("自称派出所的，让我今天还钱不然拘留我", "impersonate_authority"),
        ("扬言要P我的裸照发群里", "public_exposure"),
    ],
)
def test_a_breach_told_in_ones_own_words_is_read(account: str, label: str) -> None:
    hits = read(as_said(account), recipient="debtor", channel="call").labels
    assert label in {hit.label for hit in hits if hit.certainty == "likely"}


@pytest.mark.parametrize(
    "account",
    ["提醒我还款，语气正常", "客服问我什么时候能还，我说月底", "说可以分期，让我下周前答复", "我骂了他一句，他挂了"],
)
def test_a_lawful_call_told_in_ones_own_words_is_no_breach(account: str) -> None:
    assert read(as_said(account), recipient="debtor", channel="call").labels == ()


@given(st.text(alphabet="我你他说骂，。“”\n还打钱a1", max_size=40))
def test_nothing_is_put_in_but_the_other_persons_pronouns(account: str) -> None:
    said = as_said(account)
    assert len(said) <= len(account)
    assert set(said) <= set(account) | {"你", "我"}


def test_what_was_read_in_an_account_is_found_in_the_account() -> None:
    account = "下午打来，骂我是老赖，我说别打了，他说再不还就打死我全家"
    told = retold(account)
    start = told.words.index("打死你全家")
    assert [account[a:b] for a, b in told.in_account(start, start + 5)] == ["打死我全家"]
    whole = [account[a:b] for a, b in told.in_account(0, len(told.words))]
    assert "别打了" not in "".join(whole)
    assert whole[-1] == "再不还就打死我全家"


@given(st.text(alphabet="我你他们说骂自称是，。“”\n还打钱到a1", max_size=40))
def test_every_word_has_its_place_in_the_account(account: str) -> None:
    told = retold(account)
    assert len(told.places) == len(told.words)
    turned = {"你": "我你"}
    for one, place in zip(told.words, told.places, strict=True):
        assert one in "我他是" or account[place] in turned.get(one, one)
