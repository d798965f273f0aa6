"""Whatever the contacts look like, every paper can be drafted and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.records import Basis, ContactRecord, Finding
from cuijie.records.contact import Channel, RecipientRole, TextKind, TimePrecision
from cuijie.remedies.documents.writers import draft_bytes
from cuijie.remedies.material import Material
from tests.remedies.papers import drafted, words_of
from tests.remedies.sample import at, sample

_WORDS = st.one_of(
    st.none(),
    st.text(max_size=60).filter(lambda drawn: "None" not in drawn),
    st.sampled_from(["你等着", "@page", "| a | b |", "*" * 40, "A" * 300]),
)


_INSTANTS = st.one_of(
    st.none(), st.integers(0, 6_000_000).map(lambda minutes: at(2015, 1, 1) + timedelta(minutes=minutes))
)


@st.composite
def _any_material(draw: st.DrawFn) -> Material:
    """Contacts of every kind, most of their columns unknown, named by a finding."""
    contacts = tuple(
        ContactRecord(
            contact_id=f"k{number}",
            channel=draw(st.one_of(st.none(), st.sampled_from(get_args(Channel)))),
            occurred_at=draw(_INSTANTS),
            time_precision=draw(st.one_of(st.none(), st.sampled_from(get_args(TimePrecision)))),
            direction=draw(st.sampled_from([None, "outbound", "inbound"])),
            count=draw(st.one_of(st.none(), st.integers(0, 99))),
            connected=draw(st.sampled_from([None, True, False])),
            duration_s=draw(st.one_of(st.none(), st.integers(0, 9999))),
            from_number=draw(st.one_of(st.none(), st.text(max_size=15).filter(lambda drawn: "None" not in drawn))),
            recipient_id=draw(st.sampled_from([None, "debtor", "p1", "group-1"])),
            recipient_role=draw(st.one_of(st.none(), st.sampled_from(get_args(RecipientRole)))),
            text=draw(_WORDS),
            text_kind=draw(st.one_of(st.none(), st.sampled_from(get_args(TextKind)))),
        )
        for number in range(draw(st.integers(1, 5)))
    )
    named = Finding(
        rule=draw(st.sampled_from(["cn.insult", "cn.time.quiet-hours", "my.own.rule"])),
        contacts=tuple(one.contact_id for one in contacts),
        claimants=("debtor", "recipient"),
        certainty=draw(st.sampled_from(["established", "likely"])),
        basis=(Basis(id="cn.civil-code.2020/1033", tier="civil", role="norm"),),
    )
    return replace(sample(), contacts=contacts, findings=(named,))


@settings(max_examples=25)
@given(_any_material(), st.sampled_from(["cease_letter_lender", "police_report", "spam_report", "civil_complaint"]))
def test_whatever_the_contacts_look_like_the_paper_can_be_drafted_and_written(
    material: Material, document: str
) -> None:
    made = drafted(document, material)
    assert "None" not in words_of(made).replace(str(material.contacts), "")
    for suffix in (".md", ".docx"):
        assert draft_bytes(made, suffix)
    by_number = (one for one in material.contacts if one.channel not in {"letter", "visit", "public_post"})
    if any(one.text is None and one.from_number is None for one in by_number):
        assert "未显示的" in words_of(made) or document != "cease_letter_lender"
