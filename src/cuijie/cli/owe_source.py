"""Where ``owe`` gets its loans: a form, bills of wallets and banks, a case folder; any of them together."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.cli.case_open import opened
from cuijie.cli.language import t
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.intake.source import Source
    from cuijie.money import Candidate, Flow, FlowKind, LeftOut, LoanFacts
    from cuijie.records import Loan, Payment

__all__ = ["Gathered", "Naming", "gather"]

_TABLES = frozenset({"csv", "xls", "xlsx", "et", "pdf", "zip", "tsv", "html", "htm"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What the user confirmed by options: who the lender is in the bills, and what other payees were paid for."""

    lenders: tuple[str, ...] = ()
    payees: tuple[tuple[str, FlowKind], ...] = ()
    loan_id: str | None = None
    file_password: str | None = None

    @property
    def is_empty(self) -> bool:
        """True if no name was given."""
        return not self.lenders and not self.payees


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The loans, what of the bills was left out, who in the bills is not named yet, and remarks."""

    loans: tuple[LoanFacts, ...]
    left_out: tuple[LeftOut, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


def gather(sources: Sequence[Path], naming: Naming, passphrase_file: Path | None) -> Gathered:
    """Everything that *sources* say of the loans.  Raises CuijieError for what cannot be read."""
    from cuijie.money import read_forms

    forms: list[LoanFacts] = []
    payments: list[Payment] = []
    known: list[Loan] = []
    notes: list[str] = []
    for path in sources:
        if path.is_dir():
            loans, lines = _case(path, passphrase_file)
            known += loans
            payments += lines
        elif (bills := _bills(path, naming.file_password, notes)) is not None:
            payments += bills
        else:
            forms += read_forms(path)
    if not (payments or known):
        if not naming.is_empty:
            raise BadInput(t("--lender 和 --to 是给账单用的，这里没有账单。", "--lender and --to need bills."))
        return Gathered(loans=tuple(forms))
    return _together(forms, known, payments, naming, notes)


def _together(
    forms: list[LoanFacts], known: list[Loan], payments: list[Payment], naming: Naming, notes: list[str]
) -> Gathered:
    from cuijie.money import LoanFacts, candidates, pick

    loans: list[tuple[LoanFacts, str | None]] = [(form, None) for form in forms]
    if not forms:
        chosen = [loan for loan in known if naming.loan_id in (None, loan.loan_id)]
        if known and not chosen:
            raise BadInput(
                t(f"案卷里没有 {naming.loan_id} 这笔借款。", f"no such loan: {naming.loan_id}"),
                remedy=t("有：", "There are: ") + "、".join(loan.loan_id for loan in known),
            )
        loans = [(_facts(loan), loan.loan_id) for loan in chosen] or [(LoanFacts(), None)]
    if len(loans) > 1 and not naming.is_empty:
        raise BadInput(
            t("有几笔借款，--lender 不知道算哪一笔。", "Several loans: which one is meant?"),
            remedy=t("请在表单每一笔里写“账单里的名字”，或者用 --loan 选一笔。", "Name it in the form, or use --loan."),
        )
    out: list[LoanFacts] = []
    left: list[LeftOut] = []
    named = False
    for facts, loan_id in loans:
        names = (*naming.lenders, *facts.bill_names)
        picked = pick(payments, names, dict(naming.payees), settled_for=loan_id)
        named = named or bool(names) or bool(picked.received or picked.paid)
        left += picked.left_out
        received = _joined(facts.received, picked.received)
        out.append(replace(facts, received=received, paid=_joined(facts.paid, picked.paid)))
        for name in names:
            if not (pick(payments, (name,)).received or pick(payments, (name,)).paid):
                notes.append(t(f"账单里没有找到“{name}”的收付。", f"Nothing in the bills for {name!r}."))
    return Gathered(
        loans=tuple(out),
        left_out=tuple(left),
        candidates=() if named else candidates(payments),
        notes=tuple(notes),
    )


def _joined(told: Iterable[Flow], billed: Iterable[Flow]) -> tuple[Flow, ...]:
    """Both, where a flow of the form that a bill shows too (same day, same sum) counts once, as the bill's."""
    shown = list(billed)
    seen = Counter((flow.on, flow.fen) for flow in shown)
    for flow in told:
        if seen[flow.on, flow.fen] > 0:
            seen[flow.on, flow.fen] -= 1
            match = next(n for n, one in enumerate(shown) if (one.on, one.fen) == (flow.on, flow.fen))
            if shown[match].kind == "repayment" and flow.kind != "disbursement":
                shown[match] = replace(shown[match], kind=flow.kind)
        else:
            shown.append(flow)
    return tuple(sorted(shown, key=lambda flow: flow.on))


def _facts(loan: Loan) -> LoanFacts:
    from cuijie.money import ClaimedItem, LoanFacts

    claimed = (ClaimedItem(name="合计", fen=loan.claimed_fen),) if loan.claimed_fen is not None else ()
    return LoanFacts(
        lender_name=loan.lender_name or loan.platform_name,
        lender_type=loan.lender_type,
        product=loan.product,
        contract_on=loan.contract_on,
        principal_fen=loan.principal_fen,
        overdue_since=loan.overdue_since,
        claimed=claimed,
    )


def _case(folder: Path, passphrase_file: Path | None) -> tuple[list[Loan], list[Payment]]:
    from cuijie.records import Loan, Payment

    with opened(folder, passphrase_file) as case:
        loans, payments = list(case.all(Loan)), list(case.all(Payment))
    if not loans and not payments:
        raise BadInput(
            t("案卷里还没有借款，也没有账单。", "The case holds no loan and no bill."),
            remedy=t("先用 cuijie add 收账单，或用 cuijie case 填借款。", "Add bills or fill the loan in first."),
        )
    return loans, payments


def _bills(path: Path, password: str | None, notes: list[str]) -> list[Payment] | None:
    """The payments of a bill or of the bills in a zip; None for a file that is to be read as a form."""
    from cuijie.intake.archives import is_archive
    from cuijie.intake.gather import look_at
    from cuijie.intake.source import Source

    if path.suffix.lower() in (".yaml", ".yml"):
        return None
    given = look_at(path)
    source = Source(
        name=path.name,
        item_id=path.name,
        owner="debtor",
        opener=lambda: path.open("rb"),
        size=given.size,
        password=password,
    )
    with source.open() as stream:
        if is_archive(stream.read(65_536), stream):
            return list(_zipped(path, password, notes))
    found = _payments(source, notes)
    if found is None and path.suffix.lower().lstrip(".") in _TABLES:
        raise BadInput(
            t(f"“{path.name}”不像支付账单或银行流水。", f"{path.name} is no bill."),
            remedy=t(
                "请用支付宝、微信的“用于个人对账”账单，或银行导出的 CSV、xls 流水，不要改表头。",
                "Use the export as it came, with its header.",
            ),
        )
    return found


def _zipped(path: Path, password: str | None, notes: list[str]) -> Iterator[Payment]:
    from cuijie.intake.archives import ZipReader
    from cuijie.intake.source import MEMORY_BYTES, Source

    found = False
    with path.open("rb") as stream, ZipReader(stream, path.name, password) as bag:
        for member in bag.members():
            if member.refused or member.size > MEMORY_BYTES:
                notes.append(f"{member.path}：{member.refused or '太大，没有读'}")
                continue
            with bag.open(member.path) as inner:
                data = inner.read()
            name = member.path.rpartition("/")[2]
            source = Source(name=name, item_id=name, owner="debtor", opener=partial(io.BytesIO, data), size=len(data))
            lines = _payments(source, notes) if data else None
            found = found or lines is not None
            yield from lines or ()
    if not found:
        raise BadInput(t(f"压缩包“{path.name}”里没有账单。", f"No bill in {path.name}."))


def _payments(source: Source, notes: list[str]) -> list[Payment] | None:
    """The payments a source holds; None if it is no bill."""
    from cuijie.intake.found import SetAside
    from cuijie.intake.registry import findings, recognise
    from cuijie.records import Payment

    importer = recognise(source.head())
    if importer is None or importer.KIND != "bill":
        return None
    rows = list(findings(importer, source))
    for row in rows:
        if isinstance(row, SetAside):
            notes.append(t(f"{source.name} {row.at} 没有算：{row.why}", f"{source.name} {row.at} left out: {row.why}"))
    return [row for row in rows if isinstance(row, Payment)]
