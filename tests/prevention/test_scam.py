"""Signs of a trap: the examples in the data are the tests; warnings and lawful words are left alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import library
from cuijie.prevention.scam import check_offer, scam_guide

SIGNS = scam_guide().signs


@pytest.mark.parametrize(("sign", "text"), [(sign.id, text) for sign in SIGNS for text in sign.hits])
def test_each_sign_is_seen_in_its_own_examples(sign: str, text: str) -> None:
    assert sign in {hit.sign.id for hit in check_offer(text).hits}


@pytest.mark.parametrize("text", [text for sign in SIGNS for text in sign.misses])
def test_harmless_words_and_warnings_show_no_sign(text: str) -> None:
    assert check_offer(text).hits == ()


@pytest.mark.parametrize(
    "text",
    [
        "您可以直接致电发卡行申请个性化分期，协商不收费。",
        "法律援助中心：符合条件的可以免费申请，请带身份证和困难证明原件。",
        "凡是承诺征信洗白、包成功的，都是骗局，切勿先交定金。",
        "还款请使用合同约定的对公账户，我们不会要求您转到个人账户。",
        "如您更换了手机号码，请及时告知我行，以便联系。",
        "律师费按当地收费标准，签订委托合同后付到律所对公账户。",
        "法院诉讼费请通过诉讼费专户缴纳，勿转给个人。",
        "您申请的展期需支付展期利息120元，请于还款日从绑定卡扣款。",
    ],
)
def test_lawful_help_is_not_called_a_trap(text: str) -> None:
    assert check_offer(text).hits == ()


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("停 息 挂 账 包 成 功", {"sure_success"}),
        ("先交２０００定金再谈", {"fee_first"}),
        ("徵信洗白，內部渠道", {"sure_success"}),
    ],
)
def test_disguised_writing_is_seen_through(text: str, signs: set[str]) -> None:
    assert signs <= {hit.sign.id for hit in check_offer(text).hits}


def test_who_calls_himself_a_centre_for_debts_offers_no_loan_and_what_is_certain_is_told_once() -> None:
    hits = check_offer("我们是专业债务优化中心，可以帮您停息挂账、分60期。先交认证金1980元。").hits
    assert "new_loan" not in {hit.sign.id for hit in hits}
    certain = {hit.sign.id for hit in hits if hit.certain}
    assert "acts_for_you" in certain
    assert not certain & {hit.sign.id for hit in hits if not hit.certain}


def test_every_sign_has_examples_both_ways_and_its_law_exists() -> None:
    for sign in SIGNS:
        assert sign.hits, sign.id
        assert sign.misses, sign.id
        assert all(library().holds(provision) for provision in sign.provisions)


@given(st.text(max_size=80))
def test_spans_always_point_into_the_text(text: str) -> None:
    for hit in check_offer(text).hits:
        start, end = hit.span
        assert 0 <= start < end <= len(text)


def run(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cuijie", "scam", "-", "--json"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def test_the_command_quotes_what_it_found_and_exits_1() -> None:
    text = "债务清零，先交八个点服务费"
    done = run(text)
    assert done.returncode == 1
    for sign in json.loads(done.stdout)["signs"]:
        assert text[sign["span"][0] : sign["span"][1]] == sign["quote"]


def test_no_sign_is_exit_0_and_no_text_is_exit_2() -> None:
    assert run("你好，明天一起吃饭").returncode == 0
    assert run("   ").returncode == 2


def test_what_only_a_trained_reader_sees_is_told_as_possible_and_once() -> None:
    alone = check_offer("先转五千到监管专户做诚意验证").hits
    assert alone
    assert not any(hit.certain for hit in alone)
    assert len({hit.sign.id for hit in alone}) == len(alone)
    both = check_offer("先交2000定金，我们帮你谈停息挂账").hits
    assert "reads_like_trap" not in [hit.sign.id for hit in both]
