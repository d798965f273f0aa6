"""The lists a bundle carries for machines: its items, and what of the ledger belongs to them."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cuijie.bundle.selection import Chosen, Selection
from cuijie.bundle.wording import number_of, what_of, when_of, words_of
from cuijie.casefile.ledger.chain import head_statement, read_entry
from cuijie.casefile.ledger.merkle import inclusion_proofs, leaf_hash
from cuijie.remedies.exhibits import inside

__all__ = ["excerpt", "items_list", "ledger_extract", "proofs_of", "readable"]


def readable(value: object) -> bytes:
    """*value* as JSON for people and machines, the same bytes for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def items_list(selection: Selection) -> bytes:
    """``清单.json``: every item with its fingerprint, its origin, and what stayed out."""
    mask = selection.mask
    rows = []
    for one in selection.chosen:
        item, about = one.item, one.item.about
        row: dict[str, object] = {
            "label": one.label,
            "item": item.item_id,
            "path": f"data/{one.path}",
            "sha256": item.sha256,
            "size": item.size_bytes,
            "kind": about.kind,
            "parent": item.parent_id,
            "excerpt": one.is_excerpt,
            "kept_at": item.kept_at.isoformat(),
            "media_type": about.media_type,
            "tool": about.tool,
            "tool_version": about.tool_version,
            "owner": about.owner,
            "device": mask.words(about.device) if mask else about.device,
            "obtained": mask.words(about.obtained) if mask else about.obtained,
            "modified_at": about.modified_at.isoformat() if about.modified_at else None,
        }
        if mask is None:
            row["name"] = about.name
        rows.append(row)
    left = [{"item": one.item_id, "why": one.why, **({} if mask else {"name": one.name})} for one in selection.left_out]
    return readable({"format": "cuijie-bundle/1", "profile": selection.profile, "items": rows, "left_out": left})


def ledger_extract(bodies: Sequence[bytes], selection: Selection) -> tuple[dict[int, bytes], bool]:
    """The ledger entries a bundle shows, by number from 1, and whether they are all of it.

    The full profile shows the whole ledger; the other only the taking in of the items inside.
    """
    if selection.profile == "full":
        return dict(enumerate(bodies, start=1)), True
    ids = {one.item.item_id for one in selection.chosen}
    shown = {}
    for number, body in enumerate(bodies, start=1):
        entry = read_entry(body)
        if entry.act in {"kept", "derived"} and entry.detail.get("item") in ids:
            shown[number] = body
    return shown, False


def proofs_of(case_id: str, bodies: Sequence[bytes], shown: dict[int, bytes], count: int) -> bytes:
    """For each entry shown, the path that proves it under the root of the first *count* entries.

    Where all of them are shown there is nothing to prove: the root can be worked out anew.
    """
    numbers = [number for number in sorted(shown) if number <= count]
    paths = {}
    if len(numbers) < count:
        leaves = [leaf_hash(body) for body in bodies[:count]]
        paths = inclusion_proofs(leaves, (number - 1 for number in numbers))
    proofs = [{"entry": index + 1, "path": [node.hex() for node in path]} for index, path in paths.items()]
    statement = json.loads(head_statement(case_id, bodies[:count]))
    return readable({"statement": statement, "proofs": proofs})


def excerpt(one: Chosen, selection: Selection) -> bytes:
    """The masked excerpt that stands for a phone export: only the contacts tied to a collector."""
    mask = selection.mask
    if mask is None:
        raise ValueError("an excerpt needs a mask")
    lines = [
        f"{one.label}的摘录（只列确认属于催收的联系；第三人的姓名和号码已遮盖）",
        f"原件 SHA-256：{one.item.sha256}（{one.item.size_bytes} 字节；原件由投诉人保存，可当面核对）",
        "",
    ]
    for entry in one.entries:
        # under the place that the papers name: what lies between is private and left out
        place = inside(entry, one.item.item_id) or "·"
        lines.append(f"{place}  {when_of(entry)}（北京时间）  {what_of(entry)}  {number_of(entry, mask)}")
        lines += [f"   {part}" for part in words_of(entry, mask).splitlines()]
    return ("\n".join(lines) + "\n").encode()
