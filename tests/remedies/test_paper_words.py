"""What papers may say: measured words, law of the day, nothing that must not leave the house."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cuijie.law import library
from cuijie.law.citations import CONDEMNING
from cuijie.law.citations import check_text as judge_citations
from cuijie.remedies.documents.blocks import Paragraph, Run
from cuijie.remedies.documents.claims import check, claim_rules
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.md_writer import md_text
from cuijie.remedies.errors import ClaimRefused, RemedyError
from tests.remedies.papers import EVERY, claims_in, drafted, words_of
from tests.remedies.sample import ON, at, sample


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_every_template_passes_the_claims_check_and_cites_law_in_force(document: str, sender: str) -> None:
    made = drafted(document, sender=sender)
    assert made.claims == ()
    for id in made.provisions:
        assert library().provision(id).confidence != "unverified"


@pytest.mark.parametrize("document", ["cease_letter_lender", "cease_letter_collector", "nfra_complaint"])
def test_a_complaint_never_says_that_the_debt_need_not_be_paid(document: str) -> None:
    assert "依法应承担的还款义务不因" in words_of(drafted(document))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("对方的行为已经构成犯罪", "构成犯罪"),
        ("足以证明对方违法", "证明"),
        ("所有联系人都被骚扰", "所有"),
        ("对方必然要承担责任", "必然"),
        ("这是催收非法债务", "非法债务"),
        ("泄露二十个联系人，属于侵犯公民个人信息罪", "侵犯公民个人信息罪"),
        ("他们是黑社会", "黑社会"),
    ],
)
def test_a_word_that_says_too_much_is_found(text: str, words: str) -> None:
    assert any(words in claim.words for claim in claims_in(text))


@pytest.mark.parametrize(
    "text",
    ["涉嫌违法，请依法审查", "附身份证明和困难证明", "证明材料见附件", "请审查是否构成犯罪", "责令一定期限内禁止接触"],
)
def test_measured_words_pass(text: str) -> None:
    assert claims_in(text) == ()


@pytest.mark.parametrize("text", ["这笔债务无效，不用还", "你们等着瞧，后果自负", "本人无需偿还"])
def test_what_must_not_leave_refuses_the_draft(text: str) -> None:
    with pytest.raises(ClaimRefused, match="不能写进文书"):
        drafted("cease_letter_lender", more_demands=text)


def test_every_provision_behind_a_milder_wording_is_in_the_library() -> None:
    cited = {rule.provision for rule in claim_rules() if rule.provision}
    assert cited
    assert [provision for provision in sorted(cited) if not library().holds(provision)] == []


def test_a_contacted_person_may_say_that_they_owe_nothing() -> None:
    assert claims_in("本人没有义务还款", is_debtor=False) == ()
    assert "没有义务还款" in words_of(drafted("third_party_complaint", sender="p1", more_requests="本人没有义务还款"))


@pytest.mark.parametrize("text", ["对方称本人拒绝还款，与事实不符", "对方说所有人都会知道"])
def test_what_the_other_side_is_reported_to_say_is_not_our_claim(text: str) -> None:
    assert claims_in(text) == ()


def test_the_collectors_own_words_are_not_our_claims() -> None:
    quote = Run(text="你犯罪了，所有人都会知道", kind="quote")
    assert check((Paragraph(runs=(Run(text="对方称："), quote)),)) == ()


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_a_paper_dated_before_a_new_law_rests_on_the_old_one(document: str, sender: str) -> None:
    on = date(2025, 6, 1)
    made = draft(document, sample(), on, law=library(), sender=sender)
    named = {id for finding in sample().findings for one in finding.basis for id in [one.id]}
    for id in set(made.provisions) - named:  # those of the findings follow the day of each contact
        assert library().in_force(id, on) is True


def test_a_draft_on_a_day_before_the_law_refuses_rather_than_misquotes() -> None:
    with pytest.raises(RemedyError, match="不能引用"):
        draft("call_script", sample(), date(2019, 1, 1), law=library())


@pytest.mark.parametrize(("document", "sender"), EVERY)
def test_our_own_citation_check_finds_nothing_wrong(document: str, sender: str) -> None:
    """The checker that reads other people's letters reads ours too: by another road than the one that cited."""
    text = md_text(drafted(document, sender=sender), with_cover=False)
    wrong = [(one.text, one.verdict) for one in judge_citations(text, ON) if one.verdict in CONDEMNING]
    assert wrong == []


def test_a_long_list_of_rows_stands_behind_the_annex_and_not_in_the_letter() -> None:
    (first, *_), (finding, *_) = sample().contacts, sample().findings
    contacts = tuple(
        replace(first, contact_id=f"k{n}", occurred_at=at(2026, 3, 1, 9) + timedelta(hours=n)) for n in range(100)
    )
    kinds = ("cn.third-party.not-agreed", "cn.insult")
    findings = tuple(
        replace(finding, rule=rule, contacts=tuple(one.contact_id for one in contacts[odd::2]))
        for odd, rule in enumerate(kinds)
    )
    words = words_of(drafted("cease_letter_lender", replace(sample(), contacts=contacts, findings=findings)))
    whole = "、".join(str(number) for number in range(1, 100, 2))
    assert "（附件序号1、3、5、" in words
    assert "、37、39等，全部列在附件之后）" in words
    assert words.count(whole) == 1
    assert words.index("附件　事件时间轴") < words.index("各情形的附件序号") < words.index(whole)
