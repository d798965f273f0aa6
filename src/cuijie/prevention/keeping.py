"""What the checks found, into a case: the file as evidence, the result, and what it offers to papers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from cuijie.assessment import contacts_of
from cuijie.casefile import Case
from cuijie.casefile.items import Item
from cuijie.casefile.results import keep_result
from cuijie.clock import SHANGHAI
from cuijie.prevention.apps.access import AppAccess
from cuijie.prevention.case_line import case_line, chosen_apps
from cuijie.prevention.contract import ClauseHit
from cuijie.prevention.credit.flags import Flag
from cuijie.prevention.credit.report import CreditReport
from cuijie.prevention.loan_terms import FoundTerm
from cuijie.prevention.results import KeptClause, KeptContract, KeptCredit, KeptPhone, KeptScam, KeptSign
from cuijie.prevention.scam import ScamCheck
from cuijie.reading import read
from cuijie.records import ContactRecord, to_json
from cuijie.records.results import CheckResult, PaperProposal
from cuijie.remedies.from_case import exhibits_of_case

__all__ = ["keep_contract", "keep_credit", "keep_phone", "keep_scam"]

_REQUEST, _REPORT, _DISPUTE = "pi_request_borrower", "cac_report", "credit_dispute"
_ABOUT_PERSONS = frozenset(
    {"contact_list_access", "third_party_contact", "share_with_others", "blanket_consent", "emergency_contact"}
)
_QUOTE_LENGTH = 160


def keep_contract(case: Case, item: Item, clauses: Sequence[ClauseHit], terms: Sequence[FoundTerm]) -> CheckResult:
    """A contract that was read; its clauses on personal information are offered to the request for one's data."""
    kept = KeptContract(clauses=tuple(KeptClause.of(hit) for hit in clauses), terms=tuple(terms))
    kinds = len({hit.kind.id for hit in clauses})
    about = f"合同《{item.about.name}》：{kinds} 类条款，共 {len(clauses)} 处"
    quoted = [_quoted(hit, item.about.name) for hit in clauses if hit.kind.id in _ABOUT_PERSONS]
    proposals = _proposals({(_REQUEST, "contract_clauses"): list(dict.fromkeys(quoted))})
    return keep_result(
        case, "contract", item.about.name, to_json(kept).decode(), about, items=(item,), proposals=proposals
    )


def _quoted(hit: ClauseHit, name: str) -> str:
    page = f"第 {hit.page} 页" if hit.page else ""
    words = " ".join(hit.quote.split())
    short = words if len(words) <= _QUOTE_LENGTH else words[:_QUOTE_LENGTH] + "……"
    return f"《{name.rsplit('.', 1)[0]}》{page}写明“{short}”（{hit.kind.title.zh}）"


def keep_phone(
    case: Case, items: Sequence[Item], apps: Sequence[AppAccess], contacts: Sequence[ContactRecord] | None = None
) -> CheckResult:
    """What apps may read and did read.

    Of loan apps, dated reading of contacts, call log and messages is offered to request and report, beside the first
    contact with somebody else; *contacts* are those of the case where the caller has them already.
    """
    loan_apps = chosen_apps(apps)
    readers = [app for app in apps if any(one.opens == "contacts" and one.used for one in app.permissions)]
    about = f"手机：{len(apps)} 个应用，其中 {len(loan_apps)} 个像贷款应用，{len(readers)} 个有读取通讯录的记录"
    state, exhibits = case.state(), exhibits_of_case(case)
    known = contacts_of(state, read) if contacts is None else contacts
    ids = [item.item_id for item in items]
    proved = "、".join(f"证据{one.number}" for one in exhibits if one.exhibit_id in ids)
    line = case_line(apps, ids, state, known, exhibits)
    lines = [*line.sentences, *(words for app in loan_apps for words in _reading(app, proved))]
    proposals = _proposals({(_REQUEST, "access_record"): lines, (_REPORT, "permission"): lines})
    content = to_json(KeptPhone(apps=tuple(apps))).decode()
    subject = "、".join(item.about.name for item in items) or "手机应用"
    return keep_result(case, "phone", subject, content, about, items=items, proposals=proposals)


def _reading(app: AppAccess, proved: str) -> list[str]:
    """What this source shows of one app, never more: asked for, granted and used are three things."""
    name = f"{app.label}（{app.package}）" if app.label else app.package
    source = f"（{proved}）" if proved else ""
    lines = []
    for permission in app.permissions:
        if permission.opens not in ("contacts", "call_log", "sms"):
            continue
        what = {"contacts": "通讯录", "call_log": "通话记录", "sms": "短信"}[permission.opens]
        if permission.uses:
            first = permission.uses[0].astimezone(SHANGHAI)
            lines.append(f"手机系统记录显示，{name} 在 {first:%Y-%m-%d %H:%M:%S} 使用过{what}权限{source}")
        elif permission.granted:
            lines.append(f"{name} 被允许使用{what}权限，有没有使用过，现有材料看不出{source}")
    return list(dict.fromkeys(lines))


def keep_credit(
    case: Case, item: Item, report: CreditReport, flags: Sequence[Flag], disputed: Collection[int] = ()
) -> CheckResult:
    """A credit report; only the flags that the user disputes (by place, from 0) are offered to the dispute letter."""
    chosen = [flag for place, flag in enumerate(flags) if place in disputed]
    kept = KeptCredit(report=_without_text(report), flags=tuple(flags), disputed=tuple(sorted(set(disputed))))
    made = report.made_on.isoformat() if report.made_on else "日期不详"
    about = f"信用报告（{made}）：{len(report.accounts)} 个账户，{len(flags)} 处值得核对"
    number = [f"{report.number or '编号见原件'}，{made}"]
    values = {
        (_DISPUTE, "report_no"): number,
        (_DISPUTE, "item"): [f"{flag.where}：{flag.says}" for flag in chosen],
        (_DISPUTE, "reason"): list(dict.fromkeys(flag.reason for flag in chosen)),
        (_DISPUTE, "request"): list(dict.fromkeys(flag.request for flag in chosen)),
    }
    return keep_result(
        case, "credit", item.about.name, to_json(kept).decode(), about, items=(item,), proposals=_proposals(values)
    )


def _without_text(report: CreditReport) -> CreditReport:
    """The report without the sentences of its items: they stand in the original, and may name numbers we do not keep."""
    return replace(report, accounts=tuple(replace(account, text="") for account in report.accounts))


def keep_scam(case: Case, item: Item, text: str, check: ScamCheck) -> CheckResult:
    """An offer of help and its signs."""
    signs = tuple(KeptSign.of(hit) for hit in check.hits)
    titles = "、".join(dict.fromkeys(hit.sign.title.zh for hit in check.hits))
    about = f"“帮忙”的话：{titles}" if signs else "“帮忙”的话：没有看出已知的征兆，不等于安全"
    content = to_json(KeptScam(text=text, signs=signs)).decode()
    return keep_result(case, "scam", item.about.name, content, about, items=(item,))


def _proposals(values: dict[tuple[str, str], list[str]]) -> tuple[PaperProposal, ...]:
    return tuple(
        PaperProposal(document=document, key=key, value="\n".join(lines))
        for (document, key), lines in values.items()
        if lines
    )
