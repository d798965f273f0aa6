"""What stands around a citation, what opposes the article, and what is said of the instrument itself."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import Citation, check_text

ON = date(2026, 11, 22)


def found(text: str) -> tuple[Citation, ...]:
    return check_text(text, ON)


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("收集信息得告诉人家干嘛用、存多久，这在《个人信息保护法》第三十二条。", "cn.pipl.2021/17"),
        ("平台与受托公司共同实施，依民法典第一千一百六十七条承担连带责任。", "cn.civil-code.2020/1168"),
        ("向其他处理者提供的，《个人信息保护法》第二十二条要求告知接收方并取得单独同意。", "cn.pipl.2021/23"),
    ],
)
def test_what_is_told_beside_a_number_is_tied_to_it(text: str, instead: str) -> None:
    citation = found(text)[0]
    assert citation.verdict == "does_not_say"
    assert any(id_.startswith(instead) for id_ in citation.suggest), citation.suggest


@pytest.mark.parametrize(
    "text",
    [
        "违反第十四条、第二十五条第一款的罚款，见《反电信网络诈骗法》第四十二条。",
        "诈骗要有非法占有目的，刑法第二百六十六条那个跟逾期两码事。",
        "借了钱到日子就得还，民法典675条。",
        "根据《民法典》第五百八十五条，被告请求调减，本院予以支持，酌定按年利率24%计算。",
        "根据民法典第1032条、1033条，我要求精神损害赔偿。",
        "治安管理处罚法 2025 修订，罚款上限提高。",
        "| 依据 | 民法典 1191/1193、PIPL 21 [V FLK] |",
        "民法典995、998、1032-1038、1165 verified on FLK",
        "“公约规定 8:00 至 22:00”的说法有误。",
    ],
)
def test_years_codes_comparisons_and_cases_condemn_nothing(text: str) -> None:
    assert not [c for c in found(text) if c.is_wrong]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("点一次同意就覆盖敏感信息，无须单独同意，依据《个人信息保护法》第二十九条。", "无须单独同意"),
        ("违者依《律师法》第五十五条由公安机关处十日拘留。", "拘留"),
        ("《征信业管理条例》第十七条，每年三次免费，别花冤枉钱找中介。", "三次"),
        ("依《民法典》第一千零六十四条，婚姻存续期间任何一方的借款均为夫妻共同债务。", "日常生活"),
        ("根据刑法第三百一十三条，收到本告知书后拒不还款的，处三年以下有期徒刑。", "判决"),
    ],
)
def test_what_opposes_the_article_is_found_under_its_own_number(text: str, words: str) -> None:
    citation = found(text)[0]
    assert citation.verdict == "does_not_say"
    assert words in citation.note


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("《个人信息保护法》（主席令第90号）第十三条规定了合法性基础。", "主席令第91号"),
        ("国务院颁布的《个人信息保护法》第十三条。", "全国人民代表大会常务委员会"),
        ("2021年12月1日起施行的《个人信息保护法》第十三条。", "2021年11月1日"),
        ("《治安管理处罚法》于2025年7月1日修订通过。", "2025年6月27日"),
        ("《征信业管理条例》（国务院令第613号）第十六条。", "国务院令第631号"),
        (
            "《互联网金融 个人网络消费信贷 贷后催收风控指引》（GB/T 45251-2024）第5条。",
            "GB/T45251-2025",
        ),
    ],
)
def test_a_wrong_number_issuer_or_date_of_the_instrument_is_found(text: str, note: str) -> None:
    citation = found(text)[0]
    assert citation.verdict == "does_not_say"
    assert note in citation.note
    assert citation.note_en


@pytest.mark.parametrize(("law", "is_second_hand"), [("个人信息保护法", False), ("消费金融公司管理办法", True)])
def test_a_date_known_from_secondary_sources_is_told_as_such(law: str, is_second_hand: bool) -> None:
    (citation,) = found(f"《{law}》自2021年9月9日起施行。")
    assert citation.verdict == "does_not_say"
    assert ("二手资料" in citation.note, "secondary" in citation.note_en) == (is_second_hand, is_second_hand)


@pytest.mark.parametrize(
    "text",
    [
        "最高人民法院、最高人民检察院《关于办理敲诈勒索刑事案件适用法律若干问题的解释》（法释〔2013〕10号）第一条。",
        "最高法《关于审理民间借贷案件适用法律若干问题的规定》（法释〔2020〕17号）第二十五条。",
        "2020年5月28日第十三届全国人民代表大会第三次会议通过的《中华人民共和国民法典》。",
        "《个人信息保护法》自2021年11月1日起施行，由全国人大常委会通过。",
        "银保监会制定的《银行保险机构消费者权益保护管理办法》由国家金融监督管理总局执行。",
    ],
)
def test_right_particulars_are_left_alone(text: str) -> None:
    assert not [c for c in found(text) if c.verdict == "does_not_say"]


def test_an_item_of_the_same_paragraph_or_article_is_read_as_such() -> None:
    text = "《关于办理侵犯公民个人信息刑事案件适用法律若干问题的解释》第五条第一款第三项是五十条，同款第九项是减半。"
    assert [c.article for c in found(text)] == ["5.1.3", "5.1.9"]
    text = "《治安管理处罚法》第五十条第二款可以责令禁止接触；本条第（二）项是公然侮辱。"
    assert [c.article for c in found(text)] == ["50.2", "50.1.2"]


@pytest.mark.parametrize(
    "text",
    [
        "《消费者权益保护法》第五十六条规定，法律、法规未作规定的，由工商行政管理部门或者其他有关行政部门责令改正。",
        "他把我照片发到群里，这已经是《民法典》第一千零二十四条管的名誉权，也碰到一千零一十九条的肖像权了。",
    ],
)
def test_an_authority_in_the_laws_own_words_and_an_articles_own_subject_are_right(text: str) -> None:
    assert found(text)[0].outcome == "right"
    assert not [c for c in found(text) if c.is_wrong]
