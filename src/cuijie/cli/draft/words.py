"""What ``cuijie draft`` says around a paper, Chinese or English; the paper itself is Chinese."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t
from cuijie.cli.next.words import help_first
from cuijie.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cuijie.remedies.documents.catalogue import DocumentSpec
    from cuijie.remedies.documents.draft import Draft

__all__ = ["draft_json", "list_documents", "spec_json", "tell"]


def _name(id: str, chinese: str) -> str:
    from cuijie.remedies.english import english

    return english().documents[id].name if is_english() and id in english().documents else chinese


def _recipient(id: str, chinese: str) -> str:
    from cuijie.remedies.english import english

    return english().documents[id].recipient if is_english() and id in english().documents else chinese


def _before(draft: Draft) -> tuple[str, ...]:
    from cuijie.remedies.english import english

    return english().before(draft.document, draft.before) if is_english() else draft.before


def _label(key: str, chinese: str) -> str:
    from cuijie.remedies.english import english

    if not is_english():
        return chinese
    if key == "evidence":
        return "facts without an exhibit number"
    head, _, number = key.rpartition("_")
    family = english().fields.get(f"{head}_N") if number.isdigit() else None
    return family.replace("N", number) if family else english().fields.get(key, chinese)


def spec_json(spec: DocumentSpec) -> dict[str, object]:
    """One document and its fields as JSON."""
    return {
        "id": spec.id,
        "name": _name(spec.id, spec.name),
        "recipient": _recipient(spec.id, spec.recipient),
        "for": list(spec.who),
        "fields": [
            {
                "key": one.key,
                "label": _label(one.key, one.label),
                "optional": one.is_optional,
                "by_hand": one.is_hand,
                "hint": None if is_english() else one.hint,
            }
            for one in spec.fields.values()
        ],
    }


def list_documents(specs: list[DocumentSpec], *, with_fields: bool) -> None:
    """Print the documents there are; *with_fields* what can be filled in."""
    who = {"debtor": t("借款人", "borrower"), "contacted": t("被联系人", "contacted person")}
    for spec in specs:
        names = t("、", ", ").join(who[one] for one in spec.who)
        click.echo(f"{spec.id}\n    {_name(spec.id, spec.name)}　{names}　→ {_recipient(spec.id, spec.recipient)}")
        for one in spec.fields.values() if with_fields else ():
            state = t("手写", "by hand") if one.is_hand else t("可不填", "optional") if one.is_optional else ""
            hint = "" if is_english() else one.hint
            marks = t("；", "; ").join(part for part in (state, hint) if part)
            shown = t(f"（{marks}）", f" ({marks})") if marks else ""
            click.echo(f"    --set {one.key}=……　{_label(one.key, one.label)}{shown}")
    if not with_fields:
        say("每份文书的可填项：cuijie draft --list 文书", "Fields of one: cuijie draft --list DOCUMENT")


def draft_json(draft: Draft, path: Path) -> dict[str, object]:
    """What was drafted, as JSON; the keys are stable, the words in the language of this run."""
    return {
        "document": draft.document,
        "name": _name(draft.document, draft.name),
        "file": str(path),
        "sender": draft.sender,
        "on": draft.on.isoformat(),
        "missing": [{"key": one.key, "label": _label(one.key, one.label)} for one in draft.missing],
        "claims": [
            {"words": one.words, "sentence": one.sentence, "why": t(*one.why), "instead": t(*one.instead)}
            for one in draft.claims
        ],
        "before": list(_before(draft)),
        "bring": list(draft.bring),
        "exhibits": list(draft.exhibits),
        "provisions": list(draft.provisions),
    }


def tell(draft: Draft, path: Path, given: Mapping[str, str]) -> None:
    """Print what to read first, where the paper is, what is blank and what to reconsider."""
    help_first(given.values())
    for line in _before(draft):
        say(f"先看：{line}", f"Read first: {line}")
    name = _name(draft.document, draft.name)
    say(f"已起草《{name}》：{path}", f"Drafted ({name}, in Chinese): {path}")
    if path.suffix.lower() == ".txt":
        count = len(path.read_text(encoding="utf-8"))
        say(
            f"共 {count} 字。网上填报请按栏目分段粘贴；栏目有字数限制的，用 --max-chars 缩短，其余作为附件上传。",
            f"{count} characters, for pasting into web forms; --max-chars shortens it.",
        )
    if draft.missing:
        say("还没有填的（文中是红色括号）：", "Blanks (red brackets in the paper):")
        for one in draft.missing:
            how = (
                t("先用 cuijie add 收进证据", "take in evidence first")
                if one.key == "evidence"
                else f"--set {one.key}=……"
            )
            click.echo(f"  {_label(one.key, one.label)}　{how}")
    for claim in draft.claims:
        why, instead = claim.why, claim.instead
        say(f"请斟酌：“{claim.words}”——{why.zh}；{instead.zh}", f"Reconsider “{claim.words}”: {why.en}; {instead.en}")
    say("请从头到尾读一遍，确认每一句都是事实，再签名寄出。", "Read it through before you sign and send it.")
