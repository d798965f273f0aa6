"""``cuijie draft``: one document from the case, with what is missing and what to read first."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, print_json
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.remedies.documents.catalogue import DocumentSpec
    from cuijie.remedies.documents.draft import Draft
    from cuijie.remedies.material import Material

__all__ = ["command"]


def _settings(pairs: tuple[str, ...]) -> dict[str, str]:
    given: dict[str, str] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise BadInput(
                t(f"--set 应写成 名称=内容，收到的是“{pair}”。", f"--set takes key=value, not {pair!r}."),
                remedy=t("例如 --set reply_channel=电话13800001001", "For example --set reply_channel=…"),
            )
        given[key.strip()] = value.replace("\\n", "\n")
    return given


def _spec_json(spec: DocumentSpec) -> dict[str, object]:
    return {
        "id": spec.id,
        "name": spec.name,
        "recipient": spec.recipient,
        "for": list(spec.who),
        "fields": [
            {"key": one.key, "label": one.label, "optional": one.is_optional, "by_hand": one.is_hand, "hint": one.hint}
            for one in spec.fields.values()
        ],
    }


def _list(asked: str | None, as_json: bool) -> None:
    from cuijie.remedies.documents.catalogue import document, documents

    specs = [document(asked)] if asked else list(documents().values())
    if as_json:
        print_json({"documents": [_spec_json(spec) for spec in specs]})
        return
    who = {"debtor": t("借款人", "debtor"), "contacted": t("被联系人", "contacted person")}
    for spec in specs:
        click.echo(f"{spec.id}\n    {spec.name}　{'、'.join(who[one] for one in spec.who)}　→ {spec.recipient}")
        for one in spec.fields.values() if asked else ():
            state = t("手写", "by hand") if one.is_hand else t("可不填", "optional") if one.is_optional else ""
            marks = "；".join(part for part in (state, one.hint) if part)
            click.echo(f"    --set {one.key}=……　{one.label}{f'（{marks}）' if marks else ''}")
    if not asked:
        click.echo(t("每份文书的可填项：cuijie draft --list 文书", "Fields of one: cuijie draft --list DOCUMENT"))


def _draft_json(draft: Draft, path: Path) -> dict[str, object]:
    return {
        "document": draft.document,
        "name": draft.name,
        "file": str(path),
        "sender": draft.sender,
        "on": draft.on.isoformat(),
        "missing": [{"key": one.key, "label": one.label} for one in draft.missing],
        "claims": [
            {"words": one.words, "sentence": one.sentence, "why": one.why, "instead": one.instead}
            for one in draft.claims
        ],
        "before": list(draft.before),
        "bring": list(draft.bring),
        "exhibits": list(draft.exhibits),
        "provisions": list(draft.provisions),
    }


def _tell(draft: Draft, path: Path) -> None:
    for line in draft.before:
        click.echo(t(f"先看：{line}", f"Read first: {line}"))
    click.echo(t(f"已起草《{draft.name}》：{path}", f"Drafted {draft.name}: {path}"))
    if path.suffix.lower() == ".txt":
        count = len(path.read_text(encoding="utf-8"))
        click.echo(
            t(
                f"共 {count} 字。网上填报请按栏目分段粘贴；栏目有字数限制的，先贴请求和事实，其余作为附件上传。",
                f"{count} characters, for pasting into web forms.",
            )
        )
    if draft.missing:
        click.echo(t("还没有填的（文中是红色括号）：", "Blanks (red brackets in the paper):"))
        for one in draft.missing:
            how = (
                t("先用 cuijie add 收进证据", "take in evidence first")
                if one.key == "evidence"
                else f"--set {one.key}=……"
            )
            click.echo(f"  {one.label}　{how}")
    for claim in draft.claims:
        click.echo(
            t(f"请斟酌：“{claim.words}”——{claim.why}；{claim.instead}", f"Reconsider {claim.words!r}: {claim.why}")
        )
    click.echo(t("请从头到尾读一遍，确认每一句都是事实，再签名寄出。", "Read it through before you sign and send it."))


def _person(material: Material, who: str) -> str:
    """The sender named by id, by the user's word (母亲) or by name."""
    from cuijie.remedies.material import DEBTOR

    if who in {DEBTOR, "本人", "借款人"} or who in material.people():
        return DEBTOR if who in {"本人", "借款人"} else who
    named = [one.person_id for one in material.state.persons if who in {one.relation_word, one.name}]
    if len(named) > 1:
        raise BadInput(t(f"案卷里有 {len(named)} 个“{who}”，请用人员编号：{'、'.join(named)}", "Ambiguous person."))
    return named[0] if named else who


def _write(
    material: Material, document: str, output: Path, *, who: str, loan: str | None, on: date, given: dict[str, str],
    cover: bool,
) -> Draft:  # fmt: skip
    from cuijie.law import library
    from cuijie.remedies.documents.draft import draft
    from cuijie.remedies.documents.writers import write_draft

    sender = _person(material, who)
    made = draft(document, material, on, law=library(), sender=sender, loan_id=loan, fields=given)
    write_draft(made, output, with_cover=cover)
    return made


def _group(
    cases: tuple[Path, ...], passphrase_file: Path | None, output: Path, on: date, given: dict[str, str],
    full_names: bool, cover: bool,
) -> Draft:  # fmt: skip
    """The complaint of several borrowers; nothing is written into any of their cases."""
    from cuijie.cli.remedy_source import opened_material
    from cuijie.law import library
    from cuijie.remedies.documents.group import group_draft
    from cuijie.remedies.documents.writers import write_draft

    materials = []
    for one in cases:
        with opened_material(one, passphrase_file) as (_, material):
            materials.append(material)
    made = group_draft(materials, on, law=library(), fields=given, naming="full" if full_names else "masked")
    write_draft(made, output, with_cover=cover)
    return made


def _report(made: Draft, output: Path, as_json: bool) -> None:
    if as_json:
        print_json(_draft_json(made, output))
    else:
        _tell(made, output)


def _remember(case: object, made: Draft, given: dict[str, str]) -> None:
    """Keep the fields the user filled in, and the act of drafting."""
    from cuijie.casefile import Case
    from cuijie.records.remedies import PaperField
    from cuijie.remedies.documents.fields import COMMON, field_id

    if not isinstance(case, Case) or not case.is_writable:
        return
    kept = [
        PaperField(field_id=field_id(made.sender, key, None if key in COMMON else made.document), value=value)
        for key, value in given.items()
        if key != "date_sign" and value.strip()
    ]
    with case.batch("drafted", {"document": made.document}):
        case.put(*kept)


@click.command(
    help=t(
        "起草文书。每个事实带证据编号，每条依据引行为当时有效的规定，缺的内容留空并列出。\n\n"
        "CASE 是案卷（也可以是 CASE.json）；DOCUMENT 用 --list 查看；文件名以 .docx、.pdf、.md 或 .txt（网上填报用）结尾。",
        "Draft a paper: facts with exhibits, law as in force, blanks left visible and listed.",
    )
)
@click.argument("case", required=False, type=click.Path(path_type=Path))
@click.argument("document", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), help=t("写到这个文件", "write to this file"))
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help=t("列出全部文书；后面写文书编号则列出它的可填项", "list every document, or one's fields"),
)
@click.option("--for", "who", default="debtor", help=t("以谁的名义：debtor（默认）、人员编号、母亲……", "in whose name"))
@click.option(
    "--also",
    "others",
    multiple=True,
    type=click.Path(path_type=Path),
    help=t("集体投诉书：其他借款人的案卷（可多次，用同一个密码打开）", "group complaint: another borrower's case"),
)
@click.option("--full-names", is_flag=True, help=t("集体投诉书写全名（默认隐去）", "full names in the group complaint"))
@click.option("--loan", help=t("哪一笔借款（有多笔时）", "which loan"))
@click.option(
    "--set", "pairs", multiple=True, help=t("填一项：名称=内容（可写多次；换行写 \\n）", "key=value (repeatable)")
)
@click.option("--on", type=DAY, help=t("文书日期（默认今天）", "date of the paper (default today)"))
@click.option("--no-cover", is_flag=True, help=t("不要前面那一页起草说明", "leave out the page of remarks"))
@click.option("--once", is_flag=True, help=t("这次填的内容不记进案卷", "do not keep the fields in the case"))
@json_option
@passphrase_option
def command(
    case: Path | None,
    document: str | None,
    output: Path | None,
    listing: bool,
    who: str,
    others: tuple[Path, ...],
    full_names: bool,
    loan: str | None,
    pairs: tuple[str, ...],
    on: date | None,
    no_cover: bool,
    once: bool,
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    """Draft one document, or list them."""
    if listing:
        _list(document or (str(case) if case else None), as_json)
        return
    if case is None or document is None or output is None:
        raise BadInput(
            t("要写明案卷、文书和输出文件。", "A case, a document and an output file are needed."),
            remedy=t("例如：cuijie draft 案卷 cease_letter_lender -o 告知函.docx；全部文书见 --list", "See --list."),
        )
    from cuijie.cli.remedy_source import opened_material
    from cuijie.remedies.documents.catalogue import document as known

    known(document)  # a name that is no document is said before the passphrase is asked for
    given = _settings(pairs)
    if others or document == "group_complaint":
        made = _group((case, *others), passphrase_file, output, on or today(), given, full_names, not no_cover)
        _report(made, output, as_json)
        return
    with opened_material(case, passphrase_file, writable=True) as (source, material):
        made = _write(material, document, output, who=who, loan=loan, on=on or today(), given=given, cover=not no_cover)
        _remember(source, made, {} if once else given)
    _report(made, output, as_json)
