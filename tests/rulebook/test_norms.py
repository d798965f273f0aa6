"""When a rule speaks and for whom: dates, binding, membership, scopes that nobody has verified."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cuijie.clock import SHANGHAI
from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.records import ContactRecord
from cuijie.rulebook import Entry, Judgement, Registers, Rulebook, RulebookError, load_rulebook
from cuijie.rulebook.book import Engine
from cuijie.rulebook.judgement import CaseJudgement
from tests.rulebook.builders import contact, toy_book, toy_rule, write_rule


@pytest.fixture(scope="module")
def night() -> Rulebook:
    return load_rulebook().only("cn.time.quiet-hours")


def late(on: date, **facts: object) -> ContactRecord:
    usual: dict[str, object] = {
        "occurred_at": datetime(on.year, on.month, on.day, 23, tzinfo=SHANGHAI),
        "channel": "call",
        "hours_agreed": False,
        "lender_type": "microloan",
        "product": "online_consumer",
        "actor": "lender",
    }
    return contact(**{**usual, **facts})


def said(book: Rulebook, given: ContactRecord, registers: Registers | None = None) -> Judgement | None:
    found = book.judge([given], registers=registers).contacts
    return found[0] if found else None


def test_the_day_before_a_norm_nothing_is_said_and_from_its_day_it_is(night: Rulebook) -> None:
    assert said(night, late(date(2024, 5, 14))) is None
    first = said(night, late(date(2024, 5, 15)))
    assert first is not None
    assert first.basis == ("cn.nifa-guide.2024/hours",)


def test_each_contact_rests_on_the_norms_of_its_own_day(night: Rulebook) -> None:
    before, after = said(night, late(date(2025, 2, 27))), said(night, late(date(2025, 2, 28)))
    assert before is not None
    assert after is not None
    assert before.basis == ("cn.nifa-guide.2024/hours",)
    assert after.basis == ("cn.gbt45251.2025/5.3.hours",)


def test_a_lender_that_no_norm_binds_is_not_spoken_of(night: Rulebook) -> None:
    assert said(night, late(date(2026, 3, 1), lender_type="private_person", product="other")) is None


def test_a_lender_not_known_makes_a_question_of_its_type(night: Rulebook) -> None:
    judged = said(night, late(date(2026, 3, 1), lender_type=None))
    assert judged is not None
    assert (judged.verdict, "lender_type" in judged.asks) == ("unknown", True)
    assert not set(judged.asks) & set(judged.law_missing)


@pytest.mark.parametrize("engine", ["python", "duckdb", "fused"])
@pytest.mark.parametrize(
    ("facts", "verdict", "asks"),
    [
        ({"actor": "agency"}, "breach", ()),
        ({"actor": "agency", "lender_type": "private_person"}, "breach", ()),
        ({"actor": "lender", "lender_type": "private_person"}, None, ()),
        ({"lender_type": "private_person"}, "unknown", ("actor",)),
        ({"actor": "lender"}, "unknown", ("lender_type",)),
        ({"lender_type": "microloan"}, "breach", ()),
    ],
)
def test_an_agency_is_bound_by_the_information_protection_law_whoever_lent(
    facts: dict[str, object], verdict: str | None, asks: tuple[str, ...], engine: Engine
) -> None:
    given: dict[str, object] = {
        "channel": "call",
        "recipient_role": "other",
        "recipient_refused": True,
        "product": "other",
    }
    book = load_rulebook().only("cn.third-party.after-refusal")
    found = book.judge([contact(**{**given, **facts})], engine=engine).contacts
    assert [(one.verdict, one.asks) for one in found] == ([] if verdict is None else [(verdict, asks)])


def test_membership_is_asked_only_once_nothing_else_is_missing(night: Rulebook) -> None:
    given = late(date(2026, 3, 1), lender_type="consumer_finance", product="credit_card")
    judged = said(night, given)
    assert judged is not None
    assert "member_cba" in judged.asks
    member = Registers(entries=(Entry(column="member_cba", value=True, lender_id="b1"),))
    settled = said(night, given, member)
    assert settled is not None
    assert (settled.verdict, settled.basis) == ("breach", ("cn.cba-collection.2026/quiet-hours",))
    assert "cn.gbt45251.2025/5.3.hours" in settled.may_apply


def test_a_date_known_to_the_month_is_open_within_it_and_certain_around_it(tmp_path: Path) -> None:
    text = toy_rule("connected").replace("from: 2024-01-01", "from: 2022-07, until: 2023-02")
    write_rule(tmp_path, text)
    book = load_rulebook([tmp_path], ours=False)

    def on(day: date) -> tuple[str, tuple[str, ...]] | None:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)
        judged = said(book, contact(connected=True, occurred_at=at))
        return None if judged is None else (judged.verdict, judged.asks)

    open_ = ("unknown", ("in_force__xx_house_1",))
    assert [on(date(2022, 6, 30)), on(date(2022, 7, 1)), on(date(2022, 7, 30))] == [None, open_, open_]
    assert [on(date(2022, 7, 31)), on(date(2023, 1, 31))] == [("breach", ()), ("breach", ())]
    assert [on(date(2023, 2, 1)), on(date(2023, 2, 28)), on(date(2023, 3, 1))] == [open_, None, None]


def test_a_norm_of_its_own_condition_carries_only_what_meets_it(tmp_path: Path) -> None:
    text = toy_rule("connected").replace("binds: everyone", "binds: everyone, only: actor = 'agency'")
    write_rule(tmp_path, text)
    book = load_rulebook([tmp_path], ours=False)
    assert said(book, contact(connected=True, actor="lender")) is None
    unknown = said(book, contact(connected=True))
    assert unknown is not None
    assert (unknown.verdict, unknown.asks) == ("unknown", ("actor",))


def test_the_highest_certainty_of_the_norms_in_force_is_the_finding_s(tmp_path: Path) -> None:
    second = "  - {id: xx.house/2, label: {zh: 二, en: Two}, from: 2026-01-01, binds: everyone}\nprotects:"
    text = toy_rule("connected").replace("binds: everyone}", "binds: everyone, certainty: to_judge}")
    write_rule(tmp_path, text.replace("protects:", second))
    book = load_rulebook([tmp_path], ours=False)
    new = said(book, contact(connected=True))
    old = said(book, contact(connected=True, occurred_at=datetime(2025, 12, 31, 12, tzinfo=SHANGHAI)))
    assert new is not None
    assert old is not None
    assert (new.certainty, old.certainty) == ("established", "to_judge")


def test_only_outbound_contacts_are_seen_unless_the_rule_names_the_direction(tmp_path: Path) -> None:
    book = toy_book(tmp_path / "a", "connected")
    assert said(book, contact(connected=True, direction="inbound")) is None
    unknown = said(book, contact(connected=True, direction=None))
    assert unknown is not None
    assert unknown.asks == ("direction",)
    both = toy_book(tmp_path / "b", "connected AND direction IN ('outbound', 'inbound')")
    assert said(both, contact(connected=True, direction="inbound")) is not None


def test_every_norm_of_every_rule_is_in_force_on_some_day_and_breaks_on_its_first(tmp_path: Path) -> None:
    law = library()
    for linked in load_rulebook().rules:
        for norm in linked.norms:
            if norm.since is None or norm.provision is None:
                continue
            assert law.in_force(norm.id, norm.since.last) is not False
            assert law.in_force(norm.id, norm.since.first - timedelta(days=1)) is False


def test_a_rule_says_what_made_it_true(tmp_path: Path) -> None:
    book = toy_book(tmp_path, "(connected OR says_insult) AND channel = 'call'")
    judged = said(book, contact(connected=False, says_insult=True, channel="call"))
    assert judged is not None
    assert judged.because == ("says_insult", "channel", "direction")


def test_two_contacts_of_one_id_are_refused(night: Rulebook) -> None:
    with pytest.raises(RulebookError, match="contact_id"):
        night.judge([contact("c1"), contact("c1")])


def case(book: Rulebook, rule: str, **facts: object) -> CaseJudgement:
    return next(j for j in book.judge_case(facts).case if j.rule == rule)  # type: ignore[arg-type]


def test_a_case_rule_looks_at_the_law_of_the_day_it_names() -> None:
    book, rule = load_rulebook(), "cn.fees.undisclosed"
    given: dict[str, object] = {"lender_type": "microloan", "product": "online_consumer", "fees_disclosed": False}
    assert case(book, rule, **given, contract_on=date(2026, 8, 1)).verdict == "breach"
    assert case(book, rule, **given, contract_on=date(2026, 7, 31)).verdict == "silent"
    undated = case(book, rule, **given)
    assert (undated.verdict, undated.asks) == ("unknown", ("contract_on",))


def test_questions_are_worded_by_the_rule_by_the_column_or_by_the_law() -> None:
    book = load_rulebook()
    assert "接通" in book.ask("connected").zh
    assert book.ask("recipient_role", "cn.third-party.not-agreed") != book.ask("recipient_role")
    assert "是否及于" in book.ask("applies__cn_gbt45251_2025").zh
    assert "是否仍适用" in book.ask("applies__cn_cash_loan_notice_2017").zh
    assert "会员" in book.ask("member_cba").zh


def test_a_rule_is_found_by_its_number_where_one_alone_bears_it() -> None:
    book = load_rulebook()
    assert book.rule("r06").rule.id == "cn.time.quiet-hours"
    with pytest.raises(RulebookError, match=r"cn\.threat\.violence"):
        book.rule("R10")


def test_a_norm_with_its_own_label_cannot_invent_an_article_of_a_law_we_know(tmp_path: Path) -> None:
    write_rule(tmp_path, toy_rule("connected").replace("xx.house/1", "cn.pipl.2021/99"))
    with pytest.raises(DataFileError, match=r"没有 cn\.pipl\.2021/99 这一条"):
        load_rulebook([tmp_path], ours=False)
    write_rule(tmp_path, toy_rule("connected").replace("xx.house/1", "cn.pipl.2021/72"))
    assert load_rulebook([tmp_path], ours=False).rules  # an article that the library holds no paraphrase of
