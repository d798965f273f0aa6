"""An invented case for the tests of papers and the ladder: one loan, a mother, a colleague, five contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from cuijie.clock import SHANGHAI
from cuijie.records import Basis, CaseState, Collector, ContactRecord, Entry, Finding, Loan, Person, Tie, Tier
from cuijie.records.findings import BasisRole
from cuijie.records.remedies import Exhibit
from cuijie.remedies.material import CustodyLine, Material

ON = date(2026, 3, 20)


def at(*parts: int) -> datetime:
    """An instant in Beijing."""
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


def basis(*parts: tuple[str, Tier, BasisRole]) -> tuple[Basis, ...]:
    return tuple(Basis(id=id, tier=tier, role=role) for id, tier, role in parts)


def entry(number: int, kind: str, owner: str, when: datetime, sender: str, text: str | None, item: str) -> Entry:
    return Entry(
        entry_id=f"e{number}",
        kind=kind,  # type: ignore[arg-type]
        owner=owner,
        places=(f"{item}#sms:{number}",),
        occurred_at=when,
        time_precision="second",
        zone_basis="epoch",
        inbound=True,
        number_raw=sender,
        number=sender,
        text=text,
        text_kind="verbatim" if text else None,
        signature="【星河消金】" if text and text.startswith("【") else None,
        tie=Tie(collector_id="c1", basis="signature" if text and text.startswith("【") else "number"),
    )


def contact(one: Entry, role: str, **more: object) -> ContactRecord:
    return replace(
        ContactRecord(
            contact_id=one.entry_id,
            loan_id="loan1",
            lender_id="l1",
            lender_type="consumer_finance",
            channel=one.channel,
            occurred_at=one.occurred_at,
            time_precision=one.time_precision,
            direction="outbound",
            from_number=one.number,
            text=one.text,
            text_kind=one.text_kind,
            recipient_role=role,  # type: ignore[arg-type]
            recipient_id=one.owner,
        ),
        **more,  # type: ignore[arg-type]
    )


def sample(many: int = 0, *, text: str = "【星河消金】张三欠款5000元，请你转告他今天还清") -> Material:
    """The case; *many* adds that many calls to the mother."""
    entries = [
        entry(1, "call", "p1", at(2026, 3, 2, 9, 15), "17000001188", None, "it1"),
        entry(2, "sms", "p2", at(2026, 3, 2, 10, 2), "1069000012345", text, "it2"),
        entry(3, "call", "debtor", at(2026, 3, 3, 22, 41), "17000001188", None, "it3"),
        entry(4, "sms", "debtor", at(2026, 3, 4, 8, 30), "17000001188", "再不还钱就打断你的腿", "it3"),
        entry(5, "call", "p1", at(2025, 12, 20, 12, 0), "17000001188", None, "it1"),
    ]
    entries += [
        entry(100 + n, "call", "p1", at(2026, 3, 5, 9) + timedelta(minutes=7 * n), "17000001188", None, "it1")
        for n in range(many)
    ]
    roles = {"debtor": "debtor"}
    contacts = tuple(
        contact(one, roles.get(one.owner, "other"), says_threat_violence=True if one.entry_id == "e4" else None)
        for one in entries
    )
    others = tuple(one.contact_id for one in contacts if one.recipient_role == "other")
    findings = (
        Finding(
            rule="cn.third-party.not-agreed",
            contacts=others,
            claimants=("debtor", "recipient"),
            certainty="established",
            basis=basis(
                ("cn.civil-code.2020/1033.1.1", "civil", "norm"),
                ("cn.gbt45251.2025/5.3.object", "standard", "norm"),
                ("cn.psapl.2025/50.1.5", "public_security", "support"),
                ("cn.psapl.2012/42.1.5", "public_security", "support"),
            ),
        ),
        Finding(
            rule="cn.threat.violence",
            contacts=("e4",),
            claimants=("debtor",),
            certainty="likely",
            basis=basis(("cn.psapl.2025/50.1.1", "public_security", "norm")),
        ),
        Finding(
            rule="cn.harassment.volume",
            contacts=("e3",),
            claimants=("debtor", "recipient"),
            certainty="to_judge",
            basis=basis(("cn.psapl.2025/50.1.5", "public_security", "norm")),
        ),
    )
    exhibits = tuple(
        Exhibit(
            exhibit_id=f"it{n}",
            number=n,
            name=f"备份{n}.xml",
            sha256=f"{n}a" * 32,
            size_bytes=1000 * n,
            taken_in_at=at(2026, 3, 10, 20, n),
            media_type="text/xml",
            owner=owner,
        )
        for n, owner in ((1, "p1"), (2, "p2"), (3, "debtor"))
    )
    state = CaseState(
        loans=(
            Loan(
                loan_id="loan1",
                lender_id="l1",
                lender_name="星河消费金融有限公司（虚构）",
                lender_type="consumer_finance",
                platform_name="闪云借（虚构）",
                contract_no="XH-0001",
                principal_fen=500_000,
            ),
        ),
        persons=(
            Person(person_id="debtor", name="张三", role="debtor", numbers=("13800001001",)),
            Person(person_id="p1", name="王某", role="other", relation_word="母亲", numbers=("13800001002",)),
            Person(person_id="p2", name="李某", role="other", relation="colleague", relation_word="同事"),
        ),
        collectors=(Collector(collector_id="c1", name="星河消金", numbers=("17000001188",), lender_id="l1"),),
        entries=tuple(entries),
    )
    line = CustodyLine(when="2026年3月10日20:01:00", act="收入原件", what="证据1，备份1.xml")
    return Material(state=state, contacts=contacts, findings=findings, exhibits=exhibits, custody=(line,))
