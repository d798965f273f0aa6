"""Where ``owe`` gets its loans: a form, bills of wallets and banks, a case folder; any of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.cli.language import t
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.money import Candidate, FlowKind, LeftOut, LoanFacts
    from cuijie.money.case_loans import CaseMoney
    from cuijie.records import Loan, Payment
    from cuijie.records.money import Interruption, LoanTerms

__all__ = ["CaseSource", "Gathered", "Naming", "gather"]

_FORMS = frozenset({".yaml", ".yml"})
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
class CaseSource:
    """What a case says of money: the loans asked for, and what restarted limitation by its own records."""

    money: CaseMoney
    loans: tuple[Loan, ...]
    acts: dict[str, tuple[Interruption, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The loans, what of the bills was left out, who in the bills is not named yet, and remarks.

    ``loan_ids`` are those of the case, in whose loans' places they stand; a loan without one is of no case.
    """

    loans: tuple[LoanFacts, ...]
    left_out: tuple[LeftOut, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()
    loan_ids: tuple[str | None, ...] = ()


def gather(sources: Sequence[Path], naming: Naming, case: Case | None) -> Gathered:
    """Everything that *sources* and the open *case* (the folder among them) say of the loans.  Raises CuijieError."""
    forms: list[LoanFacts] = []
    payments: list[Payment] = []
    notes: list[str] = []
    source = _case(case, naming) if case else None
    for path in sources:
        if path.is_dir():
            continue
        if (bills := _bills(path, naming.file_password, notes)) is not None:
            payments += bills
        else:
            forms += _forms(path)
    if not payments and source is None:
        if not naming.is_empty:
            raise BadInput(t("--lender 和 --to 是给账单用的，这里没有账单。", "--lender and --to need bills."))
        return Gathered(loans=tuple(forms), loan_ids=(None,) * len(forms))
    return _counted(forms, source, payments, naming, notes)


def _counted(
    forms: list[LoanFacts], source: CaseSource | None, payments: list[Payment], naming: Naming, notes: list[str]
) -> Gathered:
    from cuijie.money import candidates, pick
    from cuijie.money.case_loans import with_bills

    loans = _loans(forms, source)
    if len(loans) > 1 and not naming.is_empty:
        raise BadInput(
            t("有几笔借款，--lender 不知道算哪一笔。", "Several loans: which one is meant?"),
            remedy=t("请在表单每一笔里写“账单里的名字”，或者用 --loan 选一笔。", "Name it in the form, or use --loan."),
        )
    lines = [*(source.money.payments if source else ()), *payments]
    out: list[LoanFacts] = []
    left: list[LeftOut] = []
    is_named = False
    for facts, terms in loans:
        names = tuple(dict.fromkeys((*naming.lenders, *facts.bill_names, *terms.bill_names)))
        said = replace(terms, bill_names=names, payees=tuple((dict(terms.payees) | dict(naming.payees)).items()))
        found, left_out = with_bills(facts, said, lines)
        is_named = is_named or bool(names) or (found.received, found.paid) != (facts.received, facts.paid)
        out.append(found)
        left += left_out
        for name in names:
            if not (pick(lines, (name,)).received or pick(lines, (name,)).paid):
                notes.append(t(f"账单里没有找到“{name}”的收付。", f"Nothing in the bills for {name!r}."))
    is_of_case = source is not None and len(source.loans) == len(loans)
    return Gathered(
        loans=tuple(out),
        left_out=tuple(left),
        candidates=() if is_named else candidates(lines),
        notes=tuple(notes),
        loan_ids=tuple(loan.loan_id for loan in source.loans) if source and is_of_case else (None,) * len(out),
    )


def _loans(forms: list[LoanFacts], source: CaseSource | None) -> list[tuple[LoanFacts, LoanTerms]]:
    """Each loan with the terms that name it in bills: forms speak for themselves, else the case does."""
    from cuijie.money import LoanFacts
    from cuijie.money.case_loans import facts_of
    from cuijie.records.money import LoanTerms

    nothing = LoanTerms(loan_id="")
    if source is None:
        return [(form, nothing) for form in forms] or [(LoanFacts(), nothing)]
    money, known = source.money, []
    for number, loan in enumerate(source.loans):
        terms = money.terms_of(loan.loan_id)
        facts = facts_of(loan, terms, money.budget)
        if len(forms) == len(source.loans):
            facts = forms[number]  # the form is the newer word on the same loan
        acts = (*facts.interruptions, *source.acts.get(loan.loan_id, ()))
        known.append((replace(facts, interruptions=acts), terms))
    return known if len(forms) in (0, len(known)) else [(form, nothing) for form in forms]


def _case(case: Case, naming: Naming) -> CaseSource:
    """What *case* knows of money; names that are confirmed now are written back, to be asked once."""
    from cuijie.money.case_loans import money_of_case
    from cuijie.money.keeping import confirm_names

    money = money_of_case(case)
    if not money.loans and not money.payments:
        raise BadInput(
            t("案卷里还没有借款，也没有账单。", "The case holds no loan and no bill."),
            remedy=t("先用 cuijie add 收账单，或用 cuijie case 填借款。", "Add bills or fill the loan in first."),
        )
    chosen = _chosen(money, naming)
    if case.is_writable and not naming.is_empty:
        confirm_names(case, chosen[0].loan_id, naming.lenders, dict(naming.payees))
        money = money_of_case(case)
    return CaseSource(money=money, loans=chosen, acts=_acts(case, money))


def _chosen(money: CaseMoney, naming: Naming) -> tuple[Loan, ...]:
    """The loans asked for; a case with bills alone has one loan of which nothing else is known."""
    from cuijie.records import Loan

    chosen = tuple(loan for loan in money.loans if naming.loan_id in (None, loan.loan_id))
    if money.loans and not chosen:
        raise BadInput(
            t(f"案卷里没有 {naming.loan_id} 这笔借款。", f"no such loan: {naming.loan_id}"),
            remedy=t("有：", "There are: ") + "、".join(loan.loan_id for loan in money.loans),
        )
    if len(chosen) > 1 and not naming.is_empty:
        raise BadInput(
            t("有几笔借款，--lender 不知道算哪一笔。", "Several loans: which one is meant?"),
            remedy=t("请用 --loan 选一笔。", "Choose one with --loan."),
        )
    return chosen or (Loan(loan_id=naming.loan_id or "loan-1"),)


def _acts(case: Case, money: CaseMoney) -> dict[str, tuple[Interruption, ...]]:
    from cuijie.assessment import contacts_of
    from cuijie.money.case_loans import acts_of_case
    from cuijie.reading import read

    contacts = contacts_of(case.state(), read)
    return {loan.loan_id: acts_of_case(contacts, money.steps, loan.loan_id) for loan in money.loans}


def _forms(path: Path) -> tuple[LoanFacts, ...]:
    """The loans of a form; of any other file that was given for one it is said what can be read instead."""
    from cuijie.datafiles import DataFileError
    from cuijie.money import read_forms

    try:
        return read_forms(path)
    except DataFileError as error:
        if error.key or path.suffix.lower() in _FORMS:
            raise
        raise BadInput(
            t(f"“{path.name}”不是账单，也不是借款表单。", f"{path.name} is neither a bill nor a form of a loan."),
            remedy=t(
                "能读支付宝、微信、银行导出的账单（CSV、xls、zip），和照 cuijie owe --help 的例子写的表单（.yaml）。"
                "别的对账单请照它填表单，原件用 cuijie add 收进案卷。",
                "Give a bill as it was exported, or a form (.yaml) like the one in cuijie owe --help; keep other statements with cuijie add.",
            ),
        ) from error


def _bills(path: Path, password: str | None, notes: list[str]) -> list[Payment] | None:
    """The payments of a bill or of the bills in a zip; None for a file that is to be read as a form."""
    from cuijie.intake.payments.bill_files import payments_in

    if path.suffix.lower() in _FORMS:
        return None
    found = payments_in(path, notes, password=password)
    if found is None and path.suffix.lower().lstrip(".") in _TABLES:
        raise BadInput(
            t(f"“{path.name}”不像支付账单或银行流水。", f"{path.name} is no bill."),
            remedy=t(
                "请用支付宝、微信的“用于个人对账”账单，或银行导出的 CSV、xls 流水，不要改表头。",
                "Use the export as it came, with its header.",
            ),
        )
    return found
