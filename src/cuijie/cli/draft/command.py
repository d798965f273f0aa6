"""``cuijie draft``: one document from the case, with what is missing and what to read first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import json_option, passphrase_option, print_json
from cuijie.cli.progress import doing
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.remedies.documents.draft import Draft
    from cuijie.remedies.material import Material

__all__ = ["command"]

_WRITING = t("正在写文书……", "Writing the paper…")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """In whose name the paper is, of which loan, on which day, and what is filled in."""

    who: str | None
    loan: str | None
    pairs: tuple[str, ...]
    on: date | None

    @property
    def day(self) -> date:
        """The day the paper bears."""
        return self.on or today()

    def given(self) -> dict[str, str]:
        """The fields by their names.  Raises BadInput."""
        given: dict[str, str] = {}
        for pair in self.pairs:
            key, equals, value = pair.partition("=")
            if not equals or not key.strip():
                raise BadInput(
                    t(f"--set 应写成 名称=内容，收到的是“{pair}”。", f"--set takes key=value, not {pair!r}."),
                    remedy=t("例如 --set reply_channel=电话13800001001", "For example --set reply_channel=…"),
                )
            given[key.strip()] = value.replace("\\n", "\n")
        return given


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """How the file is to be: without its page of remarks, for which channel, in how many characters."""

    no_cover: bool
    channel: str | None
    max_chars: int | None


def _list(asked: str | None, as_json: bool) -> None:
    from cuijie.cli.draft.words import list_documents, spec_json
    from cuijie.remedies.documents.catalogue import document, documents

    specs = [document(asked)] if asked else list(documents().values())
    if as_json:
        print_json({"documents": [spec_json(spec) for spec in specs]})
    else:
        list_documents(specs, with_fields=bool(asked))


def _person(material: Material, who: str | None) -> str:
    """The sender named by id, by the user's word (母亲, whom a diary calls 妈) or by name; nobody named: whose case it is."""
    from cuijie.intake.vocabulary import kin_word, relation_and_name
    from cuijie.remedies.material import DEBTOR
    from cuijie.remedies.situation import keeper_of

    if who in {None, "本人"}:
        return keeper_of(material)
    if who in {DEBTOR, "借款人"} or who in material.people():
        return DEBTOR if who == "借款人" else who
    kin, name = relation_and_name(who or "")
    wanted = {kin_word(who or "")} | ({name} if kin and name else set())  # 同事周婷 is 周婷
    named = [
        one.person_id
        for one in material.state.persons
        if wanted & {kin_word(word) for word in (one.relation_word, one.name) if word}
    ]
    if len(named) > 1:
        raise BadInput(t(f"案卷里有 {len(named)} 个“{who}”，请用人员编号：{'、'.join(named)}", "Ambiguous person."))
    return named[0] if named else who


def _write(material: Material, document: str, output: Path, asked: _Asked, form: _Form) -> Draft:
    from cuijie.law import library
    from cuijie.remedies.documents.draft import draft

    sender = _person(material, asked.who)
    made = draft(document, material, asked.day, law=library(), sender=sender, loan_id=asked.loan, fields=asked.given())
    return _put(made, output, form)


def _put(made: Draft, output: Path, form: _Form) -> Draft:
    """Write *made* to *output*, shortened where asked, and never beyond a verified limit of its channel."""
    from cuijie.remedies.channels import channels
    from cuijie.remedies.documents.fitting import fitted
    from cuijie.remedies.documents.txt_writer import txt_text
    from cuijie.remedies.documents.writers import draft_bytes, write_draft
    from cuijie.remedies.limits import broken

    suffix = output.suffix.lower()
    if form.max_chars is not None:
        if suffix != ".txt":
            raise BadInput(
                t(
                    "--max-chars 只用于网上填报的文字，文件名请以 .txt 结尾。",
                    "--max-chars is for text to paste: name the file .txt.",
                )
            )
        made = fitted(made, form.max_chars)
    if form.channel is not None:
        channel = channels().get(form.channel)
        if channel is None:
            raise BadInput(
                t(f"没有渠道“{form.channel}”。", f"No channel {form.channel!r}."),
                remedy=t("渠道：", "Channels: ") + "、".join(channels()),
            )
        size = len(draft_bytes(made, suffix, with_cover=not form.no_cover)) if channel.limits else 0
        chars = len(txt_text(made)) if suffix == ".txt" else None
        if over := broken(channel.limits, suffix=suffix, size_bytes=size, chars=chars):
            raise BadInput(
                t(
                    f"{channel.name}不收这样的文件：{'；'.join(over)}。",
                    f"{form.channel} does not take this: {'; '.join(over)}",
                ),
                remedy=t(
                    "换一种格式，或用 --max-chars 缩短。", "Choose another format, or shorten it with --max-chars."
                ),
            )
    write_draft(made, output, with_cover=not form.no_cover)
    return made


def _group(
    cases: tuple[Path, ...], passphrase_file: Path | None, output: Path, asked: _Asked, full_names: bool, form: _Form
) -> Draft:
    """The complaint of several borrowers; nothing is written into any of their cases."""
    from cuijie.cli.remedy_source import opened_material
    from cuijie.law import library
    from cuijie.remedies.documents.group import group_draft

    materials = []
    for one in cases:
        with opened_material(one, passphrase_file) as (_, material):
            materials.append(material)
    with doing(_WRITING):
        made = group_draft(
            materials, asked.day, law=library(), fields=asked.given(), naming="full" if full_names else "masked"
        )
        return _put(made, output, form)


def _report(made: Draft, output: Path, given: dict[str, str], as_json: bool) -> None:
    from cuijie.cli.draft.words import draft_json, tell

    if as_json:
        print_json(draft_json(made, output))
    else:
        tell(made, output, given)


def _remember(case: object, made: Draft, given: dict[str, str]) -> None:
    """Keep the fields the user filled in, and the act of drafting."""
    from cuijie.casefile import Case
    from cuijie.records.remedies import PaperField
    from cuijie.remedies.documents.fields import kept_under

    if not isinstance(case, Case) or not case.is_writable:
        return
    kept = [
        PaperField(field_id=kept_under(made.document, made.sender, key, made.loan_id), value=value)
        for key, value in given.items()
        if key != "date_sign" and value.strip()
    ]
    with case.batch("drafted", {"document": made.document}):
        case.put(*kept)


_asked_options = grouped(
    "asked",
    _Asked,
    click.option("--for", "who", help=t("以谁的名义：本人（默认）、人员编号、母亲……", "in whose name")),
    click.option("--loan", help=t("哪一笔借款（有多笔时）", "which loan")),
    click.option(
        "--set", "pairs", multiple=True, help=t("填一项：名称=内容（可写多次；换行写 \\n）", "key=value (repeatable)")
    ),
    click.option("--on", type=DAY, help=t("文书日期（默认今天）", "date of the paper (default today)")),
)
_form_options = grouped(
    "form",
    _Form,
    click.option("--no-cover", is_flag=True, help=t("不要前面那一页起草说明", "leave out the page of remarks")),
    click.option(
        "--to",
        "channel",
        help=t(
            "交给哪个渠道（编号见 next --json）：超出它已核实的限制就不写",
            "which channel it is for: its verified limits are kept",
        ),
    ),
    click.option(
        "--max-chars",
        type=click.IntRange(min=100),
        help=t(
            "网上填报的字数上限（.txt）：按整条缩短", "longest text a web form takes (.txt): shortened by whole points"
        ),
    ),
)


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
@_asked_options
@click.option(
    "--also",
    "others",
    multiple=True,
    type=click.Path(path_type=Path),
    help=t("集体投诉书：其他借款人的案卷（可多次，用同一个密码打开）", "group complaint: another borrower's case"),
)
@click.option("--full-names", is_flag=True, help=t("集体投诉书写全名（默认隐去）", "full names in the group complaint"))
@_form_options
@click.option("--once", is_flag=True, help=t("这次填的内容不记进案卷", "do not keep the fields in the case"))
@json_option
@passphrase_option
def command(
    case: Path | None,
    document: str | None,
    output: Path | None,
    listing: bool,
    asked: _Asked,
    others: tuple[Path, ...],
    full_names: bool,
    form: _Form,
    once: bool,
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    """Draft one document, or list them."""
    if listing:
        _list(document or (str(case) if case and not case.exists() else None), as_json)  # of any case the same
        return
    if case is None or document is None or output is None:
        raise BadInput(
            t("要写明案卷、文书和输出文件。", "A case, a document and an output file are needed."),
            remedy=t("例如：cuijie draft 案卷 cease_letter_lender -o 告知函.docx；全部文书见 --list", "See --list."),
        )
    from cuijie.cli.remedy_source import opened_material
    from cuijie.remedies.documents.catalogue import document as known

    known(document)  # a name that is no document is said before the passphrase is asked for
    given = asked.given()
    if others or document == "group_complaint":
        made = _group((case, *others), passphrase_file, output, asked, full_names, form)
        _report(made, output, given, as_json)
        return
    with opened_material(case, passphrase_file, writable=True) as (source, material):
        with doing(_WRITING):
            made = _write(material, document, output, asked, form)
        _remember(source, made, {} if once else given)
    _report(made, output, given, as_json)
