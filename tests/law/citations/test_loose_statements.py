"""Loose statements under a wrong number are found, and under the right one left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from citation_corpus import measure
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.datafiles import Lines, load_yaml
from cuijie.law.citations import Citation, check_text
from cuijie.law.citations.statements import placing, ranking
from cuijie.law.citations.statements.ranking import fit_of
from cuijie.law.structure import structure

ON = date(2026, 11, 22)
LOOSE = sorted((Path(__file__).parent / "loose").glob("*"))


def first(text: str) -> Citation:
    return check_text(text, ON)[0]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("民法典1179，给你造成精神痛苦的可以要精神损失费。", "cn.civil-code.2020/1183"),
        ("个保法69，违规的公司最高能罚五千万，让网信办收拾他。", "cn.pipl.2021/66"),
        ("消法8条，咱的人格尊严和个人信息要被尊重。", "cn.consumer-law.2013/14"),
        (
            "依《民法典》第一千一百九十三条，用人单位的工作人员因执行工作任务造成他人损害的，由用人单位承担侵权责任。",
            "cn.civil-code.2020/1191",
        ),
        ("| 泄露通知 | 个人信息保护法第五十四条 | 发生泄露立即采取补救措施并通知监管部门和个人 |", "cn.pipl.2021/57"),
        ("不良信息自不良行为终止之日起保存五年，这是《征信业管理条例》第十四条。", "cn.credit-reporting-regs.2013/16"),
        ("《民法典》第一千一百六十五条规定继承人以所得遗产实际价值为限清偿债务。", "cn.civil-code.2020/1161"),
    ],
)
def test_a_loose_statement_under_another_number_is_found_and_its_article_suggested(text: str, instead: str) -> None:
    citation = first(text)
    assert citation.verdict == "does_not_say"
    assert instead in citation.suggest
    assert "像是" in citation.note or "应引" in citation.note or "内容" in citation.note


@pytest.mark.parametrize(
    "text",
    [
        "个保法15，授权了也能反悔，通讯录权限随时撤。",
        "依据《民法典》第五百零九条，请贵司停止向本人父母催收，本人会按期还款。",
        "被告多次致电原告父母，违反《民法典》第一千零三十二条。",
        "《消费者权益保护法》第八条没有规定惩罚性赔偿。",
        "刑法313拒执罪是判刑，那得有判决。",
        "个体工商户的从业人员造成他人损害的，适用民法典第一千一百九十一条第一款的规定认定民事责任。",
        "《反电信网络诈骗法》第九条；《反电信网络诈骗法》第三十一条，不得非法买卖、出租、出借电话卡。",
        "民法典第1165条、第1183条，请求赔礼道歉并赔偿精神损害五千元。",
        "《民法典》第一千零三十二条和《个人信息保护法》第二十三条，把资料给第三方要告知并取得单独同意。",
    ],
)
def test_what_fits_is_applied_denied_or_said_of_another_law_is_left_alone(text: str) -> None:
    assert not [c for c in check_text(text, ON) if c.is_wrong]


def test_of_the_loose_articles_no_right_citation_is_condemned_and_most_wrong_ones_are_found() -> None:
    measured = [measure(path, ON) for path in LOOSE]
    assert sum(m.condemned for m in measured) == 0, [line for m in measured for line in m.lines if "got does" in line]
    assert sum(m.caught for m in measured) >= 0.84 * sum(m.wrong for m in measured)
    assert sum(m.found for m in measured) >= 0.99 * sum(m.expected for m in measured)


def test_the_words_of_an_article_fit_it_best() -> None:
    fit = fit_of("因执行工作任务造成他人损害，由用人单位承担侵权责任", "cn.civil-code.2020")
    assert fit.nearly(fit.best)[0] == "1191"
    assert fit.of("1193") < 0.5 * fit.best


def test_plain_words_are_read_as_the_words_of_the_law() -> None:
    assert fit_of("霸王条款没提醒我", "cn.civil-code.2020").nearly(0.5)[:1] == ("496",)


@pytest.mark.parametrize("words", ["", "。", "的了", "cn.unknown"])
def test_words_that_tell_nothing_fit_nothing(words: str) -> None:
    assert fit_of(words, "cn.pipl.2021").best == 0.0 or words.isascii()
    assert fit_of("个人信息", "cn.no-such-law.2000").best == 0.0


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="个人信息处理者应当取得同意，。删除权罚款五千万 ab1", max_size=60))
def test_shares_lie_between_none_and_all(words: str) -> None:
    fit = fit_of(words, "cn.pipl.2021")
    assert all(0.0 <= share <= 1.0 + 1e-9 for share in fit.shares)


def test_every_general_article_exists_and_every_pattern_of_plain_words_compiles() -> None:
    rows = load_yaml(Path(placing.__file__).parent / "general_articles.yaml")
    assert isinstance(rows, Lines)
    for instrument, keys in rows.items():
        shape = structure(instrument)
        assert shape is not None
        assert isinstance(keys, list)
        assert set(map(str, keys)) <= set(shape.articles), instrument
    assert len(ranking._plain_words()) > 60
