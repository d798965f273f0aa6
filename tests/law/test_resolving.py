"""From what a person writes to a provision."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import LawError, NotUnderstood, Provision, UnknownLaw, library
from cuijie.law.naming import names_of, normal

LIBRARY = library()
_NOW = date(2026, 11, 21)
_NUMBERED = [p for p in LIBRARY.provisions if p.label_zh and p.place is not None]


def _found(text: str, on: date | None = _NOW) -> str | None:
    match = LIBRARY.resolve(text, on)
    return match.provision.id if match.provision else None


@given(st.sampled_from(LIBRARY.provisions), st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)))
def test_every_id_resolves_to_itself_on_any_day(provision: Provision, on: date | None) -> None:
    match = LIBRARY.resolve(provision.id, on)
    assert match.provision is provision
    assert not match.is_whole_article
    assert match.redirected_from is None


@given(st.sampled_from(_NUMBERED), st.data())
def test_every_name_with_the_label_resolves_to_the_provision(provision: Provision, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(names_of(provision.instrument)))))
    if normal(name) == "法释〔2020〕17号":
        return  # amended several interpretations and names none
    year = provision.instrument.id.rsplit(".", 1)[-1]
    version = f"（{year}年文本）" if len(LIBRARY.versions(provision.instrument.family)) > 1 else ""
    assert _found(f"《{name}》{version}{provision.label_zh}") == provision.id


@given(st.sampled_from(_NUMBERED))
def test_the_citation_itself_resolves_to_what_it_cites(provision: Provision) -> None:
    written = LIBRARY.title(provision.instrument) + (provision.label_zh or "")
    assert _found(written) == provision.id


@given(st.text(max_size=30))
def test_any_words_resolve_or_are_refused_in_words(text: str) -> None:
    with contextlib.suppress(LawError):
        assert LIBRARY.resolve(text, _NOW).instrument in LIBRARY.instruments


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("民法典1032", "cn.civil-code.2020/1032"),
        ("民法典 第1032条", "cn.civil-code.2020/1032"),
        ("《民法典》第一千零三十二条", "cn.civil-code.2020/1032"),
        ("《中华人民共和国民法典》第1033条第（一）项", "cn.civil-code.2020/1033.1.1"),
        ("民法典第一千零三十三条第一项的规定", "cn.civil-code.2020/1033.1.1"),
        ("个保法第十三条第一款第二项", "cn.pipl.2021/13.1.2"),
        ("个人信息保护法 13 条 1 款 2 项", "cn.pipl.2021/13.1.2"),
        ("个保法13.1.2", "cn.pipl.2021/13.1.2"),
        ("刑法第253条之一", "cn.criminal-law.1997/253-1"),
        ("刑法二百九十三条之一", "cn.criminal-law.1997/293-1"),
        ("消法第二十九条", "cn.consumer-law.2013/29"),
        ("民诉解释第一百零六条", "cn.interp-civil-procedure.2022/106"),
        ("反诈法14", "cn.anti-telecom-fraud.2022/14"),
        ("征信条例第25条。", "cn.credit-reporting-regs.2013/25"),
        ("法释〔2017〕10号第五条", "cn.interp-personal-info-crime.2017/5"),
        ("催收国标5.4", "cn.gbt45251.2025/5.4"),
        ("GB/T 45251-2025 5.3.hours", "cn.gbt45251.2025/5.3.hours"),
        ("行诉法47", "cn.admin-litigation.2017/47"),
        ("cn.psapl/50", "cn.psapl.2025/50"),
        ("cn.psapl/50.1.5", "cn.psapl.2025/50.1.5"),
        ("cn.cba-collection/frequency", "cn.cba-collection.2026/frequency"),
    ],
)
def test_laws_are_found_as_people_write_them(text: str, id_: str) -> None:
    assert _found(text) == id_


@pytest.mark.parametrize(
    ("text", "on", "id_"),
    [
        ("治安管理处罚法第五十条", date(2026, 3, 1), "cn.psapl.2025/50"),
        ("治安管理处罚法第四十二条", date(2025, 3, 1), "cn.psapl.2012/42"),
        ("治安管理处罚法（2012年修正）第四十二条", date(2026, 3, 1), "cn.psapl.2012/42"),
        ("治安处罚法2012年文本42", date(2026, 3, 1), "cn.psapl.2012/42"),
        ("cn.psapl/42", date(2025, 12, 31), "cn.psapl.2012/42"),
        ("民间借贷规定25", date(2026, 3, 1), "cn.interp-private-lending.2020/25"),
        ("民间借贷规定26", date(2018, 3, 1), "cn.interp-private-lending.2015/26"),
    ],
)
def test_the_day_and_a_named_year_choose_the_version(text: str, on: date, id_: str) -> None:
    assert _found(text, on) == id_


def test_an_old_number_leads_to_its_successor_and_says_so() -> None:
    match = LIBRARY.resolve("治安管理处罚法第42条", date(2026, 3, 1))
    assert match.provision is not None
    assert match.provision.id == "cn.psapl.2025/50"
    assert match.redirected_from == "cn.psapl.2012/42"


def test_an_old_item_leads_to_the_new_item() -> None:
    match = LIBRARY.resolve("治安管理处罚法第四十二条第五项", date(2026, 3, 1))
    assert match.provision is not None
    assert match.provision.id == "cn.psapl.2025/50.1.5"
    assert match.redirected_from == "cn.psapl.2012/42.1.5"


def test_a_day_before_all_versions_shows_the_oldest() -> None:
    assert LIBRARY.resolve("治安管理处罚法42", date(1999, 1, 1)).instrument.id == "cn.psapl.2012"


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("根据民法典1032条", "cn.civil-code.2020/1032"),
        ("新治安管理处罚法第五十条", "cn.psapl.2025/50"),
        ("旧治安管理处罚法第四十二条", "cn.psapl.2012/42"),
        ("原治安管理处罚法42", "cn.psapl.2012/42"),
        ("CN.PIPL.2021/13", "cn.pipl.2021/13"),
    ],
)
def test_words_before_the_name_do_not_matter_or_choose_the_version(text: str, id_: str) -> None:
    assert _found(text) == id_


def test_a_number_that_means_another_article_today_names_what_else_may_be_meant() -> None:
    match = LIBRARY.resolve("网络安全法42", date(2026, 3, 1))
    assert match.provision is not None
    assert match.provision.id == "cn.cybersecurity-law.2025/42"
    assert match.alternatives == ("cn.cybersecurity-law.2025/44",)


def test_a_new_number_asked_for_an_old_day_names_where_it_stood_then() -> None:
    match = LIBRARY.resolve("治安管理处罚法第五十条", date(2025, 6, 1))
    assert match.instrument.id == "cn.psapl.2012"
    assert match.alternatives == ("cn.psapl.2012/42",)
    assert LIBRARY.resolve("网络安全法第四十四条", date(2025, 6, 1)).alternatives == ("cn.cybersecurity-law.2016/42",)


def test_an_item_that_is_not_held_leads_to_its_article() -> None:
    match = LIBRARY.resolve("民法典1033条3项", _NOW)
    assert match.provision is not None
    assert match.provision.id == "cn.civil-code.2020/1033"
    assert match.is_whole_article


def test_an_article_that_is_not_held_keeps_its_place() -> None:
    match = LIBRARY.resolve("民法典第二百条", _NOW)
    assert match.provision is None
    assert match.place is not None
    assert match.place.label == "第二百条"


@pytest.mark.parametrize(
    "text", ["", "  ", "火星法第三条", "第三条", "你好", "《》", "民法典第三款", "治安管理处罚法（1994年）42"]
)
def test_what_is_not_understood_is_said(text: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        LIBRARY.resolve(text, _NOW)
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["cn.moon.2020/1", "cn.moon", "cn.gbt45251/9.9", "cn.cba-collection/nothing"])
def test_unknown_ids_are_refused(text: str) -> None:
    with pytest.raises(UnknownLaw):
        LIBRARY.resolve(text, _NOW)


def test_no_name_stands_for_two_laws() -> None:
    claimed: dict[str, set[str]] = {}
    for instrument in LIBRARY.instruments:
        for name in names_of(instrument):
            claimed.setdefault(normal(name), set()).add(instrument.family)
    assert {name for name, families in claimed.items() if len(families) > 1} == {"法释〔2020〕17号"}


def test_where_several_rules_of_a_standard_share_a_number_all_of_them_are_named() -> None:
    match = library().resolve("催收国标5.3", date(2026, 11, 1))
    assert match.provision is not None
    held = {one.id for one in library().provisions_of("cn.gbt45251.2025") if one.label_zh == "5.3"}
    assert {match.provision.id, *match.alternatives} == held
    assert len(held) > 1


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("公约17", "cn.nifa-convention.2018/17"),
        ("公约第十七条", "cn.nifa-convention.2018/17"),
        ("消保条例23", "cn.consumer-law-regs.2024/23"),
        ("刑253之一", "cn.criminal-law.1997/253-1"),
        ("民诉66", "cn.civil-procedure.2023/66"),
        ("反诈25", "cn.anti-telecom-fraud.2022/25"),
        ("违反公约第十七条的规定", "cn.nifa-convention.2018/17"),
        ("旧治安42", "cn.psapl.2012/42"),
        ("互金公约17", "cn.nifa-convention.2018/17"),
        ("PIPL 13", "cn.pipl.2021/13"),
        ("psapl/50", "cn.psapl.2025/50"),
        ("pipl.2021/13.1.1", "cn.pipl.2021/13.1.1"),
    ],
)
def test_what_one_says_for_a_law_is_understood_before_a_number(said: str, meant: str) -> None:
    match = library().resolve(said, date(2026, 11, 22))
    assert match.provision is not None
    assert match.provision.id == meant


def test_a_spoken_name_does_not_swallow_other_words() -> None:
    with pytest.raises(NotUnderstood):
        library().resolve("国标准入规定", date(2026, 11, 22))


def test_no_spoken_name_stands_for_two_laws_or_hides_a_full_name() -> None:
    said = [normal(name) for name, _ in library().contents.spoken]
    assert len(said) == len(set(said))
    full = {normal(name): one.family for one in library().instruments for name in names_of(one)}
    for name, id_ in library().contents.spoken:
        assert full.get(normal(name), library().instrument(id_).family) == library().instrument(id_).family, name
