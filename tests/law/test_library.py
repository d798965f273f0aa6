"""The library that ships with the program: dates, citing, moving from old numbers to new."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law import Library, NotInForce, Provision, UnknownLaw, library
from cuijie.law.loading import DATA, load_topics
from cuijie.law.naming import normal
from cuijie.law.wording import LEVELS

LIBRARY = library()
_PROVISIONS = st.sampled_from(LIBRARY.provisions)
_DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))


@given(_PROVISIONS, _DAYS, st.integers(0, 4000))
def test_a_provision_that_ended_never_comes_back(provision: Provision, day: date, later: int) -> None:
    first, second = provision.in_force_on(day), provision.in_force_on(day + timedelta(days=later))
    assert not (first is True and second is None and provision.repealed is None)
    ended = provision.repealed is not None and provision.repealed.reached(day) is True
    assert not (ended and second is not False)


@given(_PROVISIONS, _DAYS)
def test_no_provision_is_in_force_before_its_instrument_or_after_it(provision: Provision, day: date) -> None:
    if provision.instrument.in_force_on(day) is False:
        assert provision.in_force_on(day) is False


@given(_PROVISIONS, _DAYS)
def test_citing_either_names_the_law_or_says_that_it_did_not_apply(provision: Provision, day: date) -> None:
    if LIBRARY.in_force(provision.id, day) is False:
        with pytest.raises(NotInForce):
            LIBRARY.cite(provision.id, day)
    else:
        written = LIBRARY.cite(provision.id, day)
        assert normal(provision.instrument.title) in normal(written)
        assert written.startswith("《")
        assert (provision.label_zh is None) == written.endswith(("》", "）"))


@pytest.mark.parametrize(
    ("id_", "first_day"),
    [
        ("cn.criminal-law.1997/293-1", date(2021, 3, 1)),
        ("cn.criminal-law.1997/253-1", date(2015, 11, 1)),
        ("cn.criminal-law.1997/293", date(2011, 5, 1)),
        ("cn.criminal-law.1997/279", date(1997, 10, 1)),
        ("cn.civil-code.2020/1033.1.1", date(2021, 1, 1)),
        ("cn.pipl.2021/13", date(2021, 11, 1)),
        ("cn.psapl.2025/56", date(2026, 1, 1)),
        ("cn.gbt45251.2025/5.3.hours", date(2025, 2, 28)),
        ("cn.cba-collection.2026/quiet-hours", date(2026, 1, 30)),
        ("cn.internet-court-jurisdiction.2025/1", date(2025, 11, 1)),
    ],
)
def test_provisions_begin_on_their_own_day(id_: str, first_day: date) -> None:
    assert LIBRARY.in_force(id_, first_day) is True
    assert LIBRARY.in_force(id_, first_day - timedelta(days=1)) is False


@pytest.mark.parametrize(
    ("id_", "first_day_without"),
    [
        ("cn.psapl.2012/42.1.5", date(2026, 1, 1)),
        ("cn.cybersecurity-law.2016/42", date(2026, 1, 1)),
        ("cn.nifa-guide.2024/hours", date(2025, 2, 28)),
        ("cn.contract-law.1999", date(2021, 1, 1)),
        ("cn.samr-complaints.2019/14", date(2026, 4, 15)),
    ],
)
def test_provisions_end_on_the_day_of_repeal(id_: str, first_day_without: date) -> None:
    assert LIBRARY.in_force(id_, first_day_without) is False
    assert LIBRARY.in_force(id_, first_day_without - timedelta(days=1)) is True


def test_a_notice_known_to_the_month_is_unknown_within_that_month() -> None:
    id_ = "cn.creditcard-notice.2022/collection"
    days = [date(2022, 6, 30), date(2022, 7, 1), date(2022, 7, 30), date(2022, 7, 31), date(2022, 8, 1)]
    assert [LIBRARY.in_force(id_, day) for day in days] == [False, None, None, True, True]


def test_a_draft_is_never_in_force() -> None:
    drafts = [provision for provision in LIBRARY.provisions if provision.instrument.is_draft]
    assert drafts
    assert all(provision.in_force_on(date(2030, 1, 1)) is False for provision in drafts)


@pytest.mark.parametrize(
    ("id_", "written"),
    [
        ("cn.civil-code.2020/1033.1.1", "《中华人民共和国民法典》第一千零三十三条第（一）项"),
        ("cn.pipl.2021/13.1.2", "《中华人民共和国个人信息保护法》第十三条第一款第（二）项"),
        ("cn.psapl.2025/50.1.5", "《中华人民共和国治安管理处罚法》（2025年修订）第五十条第一款第（五）项"),
        ("cn.psapl.2025/50.2", "《中华人民共和国治安管理处罚法》（2025年修订）第五十条第二款"),
        ("cn.psapl.2025/47.1.3", "《中华人民共和国治安管理处罚法》（2025年修订）第四十七条第（三）项"),
        ("cn.criminal-law.1997/253-1", "《中华人民共和国刑法》第二百五十三条之一"),
        ("cn.gbt45251.2025/5.4", "《互联网金融 个人网络消费信贷 贷后催收风控指引》（GB/T 45251-2025）5.4"),
        ("cn.consumer-finance-measures.2024/collection", "《消费金融公司管理办法》"),
        ("cn.internet-loan-measures.2020/collection", "《商业银行互联网贷款管理暂行办法》"),
        ("cn.sms-rules.2015/18", "《通信短信息服务管理规定》"),
        ("cn.pipl.2021", "《中华人民共和国个人信息保护法》"),
    ],
)
def test_citations_are_written_as_courts_write_them(id_: str, written: str) -> None:
    assert LIBRARY.cite(id_, date(2026, 3, 1)) == written


def test_a_citation_without_its_article_is_the_title() -> None:
    assert LIBRARY.cite("cn.pipl.2021/13", date(2026, 3, 1), article=False) == "《中华人民共和国个人信息保护法》"


def test_citing_a_repealed_law_names_the_day_and_the_law_that_followed() -> None:
    with pytest.raises(NotInForce) as caught:
        LIBRARY.cite("cn.contract-law.1999", date(2023, 5, 1))
    assert "2021年1月1日" in str(caught.value)
    assert "民法典" in str(caught.value)


def test_citing_a_draft_says_that_it_is_one() -> None:
    with pytest.raises(NotInForce, match="草案"):
        LIBRARY.cite("cn.app-pi-draft.2026/contacts", date(2026, 11, 1))


@pytest.mark.parametrize("id_", ["cn.pipl.2021/88", "cn.nothing.2020", "cn.nothing.2020/1", ""])
def test_an_id_that_is_not_held_is_refused_by_name(id_: str) -> None:
    with pytest.raises(UnknownLaw):
        LIBRARY.cite(id_, date(2026, 3, 1))


def test_the_version_in_force_follows_the_day() -> None:
    chosen = [LIBRARY.version_on("cn.psapl", day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(1990, 1, 1))]
    assert [version.id if version else None for version in chosen] == ["cn.psapl.2012", "cn.psapl.2025", None]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cn.psapl.2012/42", "cn.psapl.2025/50"),
        ("cn.psapl.2012/42.1.5", "cn.psapl.2025/50.1.5"),
        ("cn.psapl.2012/40.1.3", "cn.psapl.2025/47.1.3"),
        ("cn.psapl.2012/51", "cn.psapl.2025/62"),
        ("cn.cybersecurity-law.2016/41", "cn.cybersecurity-law.2025/43"),
        ("cn.cybersecurity-law.2016/42", "cn.cybersecurity-law.2025/44"),
        ("cn.cybersecurity-law.2016/43", "cn.cybersecurity-law.2025/45"),
        ("cn.cybersecurity-law.2016/44", "cn.cybersecurity-law.2025/46"),
        ("cn.cybersecurity-law.2016/64", "cn.cybersecurity-law.2025/71"),
        ("cn.contract-law.1999/60", "cn.civil-code.2020/509"),
        ("cn.contract-law.1999/200", "cn.civil-code.2020/670"),
        ("cn.tort-law.2009/6", "cn.civil-code.2020/1165"),
        ("cn.tort-law.2009/34", "cn.civil-code.2020/1191"),
    ],
)
def test_old_numbers_lead_to_new_ones_and_back(old: str, new: str) -> None:
    assert new in LIBRARY.successors(old)
    assert old in LIBRARY.predecessors(new)


def test_an_article_without_counterpart_has_no_successor() -> None:
    assert LIBRARY.successors("cn.psapl.2012/61") == ()
    assert LIBRARY.predecessors("cn.psapl.2025/56") == ()


def test_plain_words_find_the_law_people_mean() -> None:
    wanted = {
        "半夜打电话": "cn.gbt45251.2025/5.3.hours",
        "威胁要弄死我": "cn.psapl.2025/50.1.1",
        "爆通讯录": "cn.pipl.2021/6",
        "逾期会坐牢吗": "cn.cba-collection.2026/ban-false-consequences",
        "砍头息": "cn.civil-code.2020/670",
        "让我家人代还": "cn.civil-code.2020/552",
        "征信异议多少天": "cn.credit-reporting-regs.2013/25",
        "行政复议期限": "cn.admin-review.2023/20",
    }
    missed = {words for words, id_ in wanted.items() if id_ not in [p.id for p in LIBRARY.search(words)]}
    assert missed == set()


def test_search_leaves_out_what_was_not_in_force_that_day() -> None:
    found = LIBRARY.search("威胁 恐吓", on=date(2026, 3, 1))
    assert found
    assert all(provision.in_force_on(date(2026, 3, 1)) is not False for provision in found)


@pytest.mark.parametrize("words", ["", "   ", "！？。", "qqqq"])
def test_searching_for_nothing_finds_nothing(words: str) -> None:
    assert LIBRARY.search(words) == ()


def test_the_library_is_read_once() -> None:
    assert library() is LIBRARY
    assert isinstance(LIBRARY, Library)


def test_unseen_numbers_and_dates_are_known_less_well_than_the_text() -> None:
    revised = LIBRARY.instrument("cn.psapl.2025")
    assert revised.confidence == "verified"
    assert (revised.sure_of("in_force"), revised.sure_of("number")) == ("verified", "secondary")


def test_places_to_read_the_text_are_named_for_every_instrument() -> None:
    assert [i.id for i in LIBRARY.instruments if LIBRARY.read_at(i) is None] == []


def test_authorities_that_ended_name_who_took_over() -> None:
    by_name = {name: authority for authority in LIBRARY.authorities for name in (authority.name, *authority.also)}
    gone = by_name["银保监会"]
    assert gone.successors == ("国家金融监督管理总局",)
    days = [date(2022, 12, 31), date(2023, 6, 1), date(2023, 12, 31)]
    assert [gone.ended.reached(day) for day in days] == [False, None, True]


def test_no_two_authorities_share_a_name() -> None:
    names = [name for authority in LIBRARY.authorities for name in (authority.name, *authority.also)]
    assert len(names) == len(set(names))


def test_no_authority_that_ended_is_named_as_a_successor_without_a_later_one() -> None:
    ended = {authority.name for authority in LIBRARY.authorities}
    left = [a.name for a in LIBRARY.authorities if a.successors and set(a.successors) <= ended]
    assert left == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("催收打给我妈", "cn.civil-code.2020/1033.1.1"),
        ("半夜打电话", "cn.gbt45251.2025/5.3.hours"),
        ("冒充律师", "cn.lawyers-law.2017/55"),
        ("利息太高", "cn.civil-code.2020/680"),
        ("砍头息", "cn.civil-code.2020/670"),
        ("催收来我家堵门", "cn.psapl.2025/47.1.3"),
        ("一天最多打几次电话", "cn.gbt45251.2025/5.3.frequency"),
        ("国家标准 三次", "cn.gbt45251.2025/5.3.frequency"),
        ("打爆我电话", "cn.psapl.2025/50.1.5"),
        ("曝光 朋友圈", "cn.pipl.2021/25"),
        ("催收录音保存多久", "cn.creditcard-measures.2011/68"),
    ],
)
def test_plain_words_lead_first_to_what_a_lawyer_would_open(words: str, first: str) -> None:
    found = [one.id for one in library().search(words)]
    assert first in found[:2], found[:5]


def test_a_word_in_common_is_no_hit_where_the_words_name_a_subject() -> None:
    found = {one.id for one in library().search("打给我单位")}
    assert "cn.civil-code.2020/1191" not in found
    assert "cn.criminal-law.1997/253-1" not in found


def test_every_provision_that_a_subject_leads_to_first_exists() -> None:
    for topic in load_topics(DATA / "topics.yaml"):
        for id_ in topic.first:
            assert library().holds(id_), (topic.id, id_)


def test_every_note_and_level_is_also_said_in_english() -> None:
    held = library()
    noted = [law.id for law in (*held.provisions, *held.instruments) if law.note]
    noted += [authority.name for authority in held.authorities if authority.note]
    assert {id_ for id_, _ in held.contents.notes_en} == set(noted)
    for id_ in noted:
        words = re.sub(
            '“[^”]*”|"[^"]*"|银保监办发〔2020〕86号|金规〔2026〕2号|地方金融管理局', "", held.note_en(id_) or ""
        )
        assert len(words) > 10, id_
        assert not re.search(r"[\u4e00-\u9fff]", words), (id_, words)
    assert {instrument.level for instrument in held.instruments} <= set(LEVELS)
