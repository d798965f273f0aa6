"""What goes into a bundle: which items, under which names, and what stays out and why."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cuijie.assessment.contacts import contacts_of
from cuijie.bundle.errors import NothingToBundle
from cuijie.bundle.names import safe_name
from cuijie.bundle.redaction import Mask, Profile
from cuijie.casefile import Case, Item
from cuijie.reading import read
from cuijie.records import CaseState, Entry
from cuijie.records.remedies import StepDone
from cuijie.remedies.from_case import exhibits_of_case
from cuijie.remedies.material import Material
from cuijie.remedies.situation import keeper_of

__all__ = ["Chosen", "LeftOut", "Selection", "label_order", "select"]

_EXHIBIT = "证据"
_CANNOT_MASK = "不能自动遮盖里面的第三人信息；请自己看过，确认可以交出后用 --also 选入"

_PRIVATE = "里面的记录您都说过不是催收；要交出的用 --also 选入"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One item in the bundle: its label, its path below ``data/``, and whether it is the very original.

    The label is the exhibit number that every paper of the case uses (证据1); an item that is no exhibit is an
    enclosure (附件1), numbered within this bundle only.  In file names the number has two digits, to sort by.
    """

    item: Item
    label: str
    path: str
    entries: tuple[Entry, ...]  # tied contacts that stand in it
    others: int = 0  # entries in it that are no contact of a collector, as far as anyone said
    is_excerpt: bool = False  # a masked excerpt stands for it


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """One item that stays out, and why."""

    item_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The contents of a bundle before anything is written."""

    profile: Profile
    chosen: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    mask: Mask | None


def select(
    case: Case,
    state: CaseState,
    profile: Profile,
    only: Iterable[str],
    without: Iterable[str],
    also: Iterable[str] = (),
) -> Selection:
    """Decides what goes in.  All three name items by id or exhibit number (``证据3`` or ``3``).

    A masked bundle holds what can be masked; *only* holds those originals and nothing else, *also* those besides.
    What holds nothing but what the user called private stays out unless it is named.
    Raises NothingToBundle if nothing is left, or for a name that is no item's.
    """
    items = {item.item_id: item for item in case.items()}
    labels = _labels(case, items)
    wanted, unwanted, seen = (_ids(names, items, labels) for names in (only, without, also))
    if wanted:
        wanted |= seen
    tied, others = _tied(state)
    private = _private(state) - wanted - seen
    mask = Mask(state, keeper=_keeper(case, state)) if profile == "complaint" else None
    chosen: list[Chosen] = []
    left: list[LeftOut] = []
    for item in items.values():
        why = _why_out(item, wanted, unwanted, items)
        if why is None and _root(item, items).item_id in private:
            why = _PRIVATE
        entries = tied.get(item.item_id, ())
        is_excerpt = mask is not None and item.item_id not in wanted | seen
        if why is None and is_excerpt and not entries:
            why = _CANNOT_MASK
        if why is not None:
            left.append(LeftOut(item_id=item.item_id, name=item.about.name, why=why))
            continue
        label = labels[_root(item, items).item_id]
        path = _path(item, label, is_excerpt, mask)
        chosen.append(
            Chosen(
                item=item,
                label=label,
                path=path,
                entries=entries,
                others=others.get(item.item_id, 0),
                is_excerpt=is_excerpt,
            )
        )
    if not chosen:
        raise NothingToBundle(
            "没有可以放进证据包的材料。",
            remedy="请先用 cuijie add 收进材料，用 cuijie case tie 确认哪些记录属于催收，或用 --item 选材料。",
        )
    chosen.sort(key=lambda one: (*label_order(one.label), one.item.parent_id is not None, one.path))
    return Selection(profile=profile, chosen=_distinct(chosen), left_out=tuple(left), mask=mask)


def _keeper(case: Case, state: CaseState) -> str:
    return keeper_of(Material(state=state, contacts=contacts_of(state, read), steps=case.all(StepDone)))


def _labels(case: Case, items: dict[str, Item]) -> dict[str, str]:
    labels = {one.exhibit_id: f"{_EXHIBIT}{one.number}" for one in exhibits_of_case(case) if one.exhibit_id in items}
    others = [item_id for item_id, item in items.items() if item_id not in labels and item.parent_id is None]
    labels |= {item_id: f"附件{number}" for number, item_id in enumerate(others, start=1)}
    for item_id, item in items.items():
        labels.setdefault(item_id, labels[_root(item, items).item_id])
    return labels


def _root(item: Item, items: dict[str, Item]) -> Item:
    while item.parent_id is not None and item.parent_id in items:
        item = items[item.parent_id]
    return item


def _ids(names: Iterable[str], items: dict[str, Item], labels: dict[str, str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        hits = {name} & set(items) or _labelled(name.strip(), labels)
        hits = hits or {key for key in items if len(name) >= 8 and key.startswith(name)}
        if not hits:
            raise NothingToBundle(f"案卷里没有材料“{name}”。", remedy="编号见 cuijie case items。")
        found |= hits
    return found


def _labelled(name: str, labels: dict[str, str]) -> set[str]:
    match = re.fullmatch(r"(证据|附件)?0*(\d{1,6})", name)
    wanted = f"{match[1] or _EXHIBIT}{int(match[2])}" if match else ""
    return {item_id for item_id, label in labels.items() if label == wanted}


def _tied(state: CaseState) -> tuple[dict[str, tuple[Entry, ...]], dict[str, int]]:
    tied: dict[str, list[Entry]] = {}
    others: dict[str, int] = {}
    for entry in state.entries:
        is_tied = entry.tie is not None and not entry.is_dismissed
        for item_id in dict.fromkeys([*entry.item_ids, *entry.attachments]):
            if is_tied:
                tied.setdefault(item_id, []).append(entry)
            else:
                others[item_id] = others.get(item_id, 0) + 1
    return {item_id: tuple(entries) for item_id, entries in tied.items()}, others


def _private(state: CaseState) -> set[str]:
    """The items in which every entry was called private."""
    said: dict[str, bool] = {}
    for entry in state.entries:
        for item_id in {*entry.item_ids, *entry.attachments}:
            said[item_id] = said.get(item_id, True) and entry.is_dismissed
    return {item_id for item_id, is_private in said.items() if is_private}


def _why_out(item: Item, wanted: set[str], unwanted: set[str], items: dict[str, Item]) -> str | None:
    root = _root(item, items).item_id
    if unwanted & {item.item_id, root}:
        return "按您的选择不放入"
    if wanted and not wanted & {item.item_id, root}:
        return "不在您选择的材料里"
    return None


def label_order(label: str) -> tuple[bool, int]:
    """Exhibits before enclosures, each by its number."""
    return not label.startswith(_EXHIBIT), int(label[len(_EXHIBIT) :])


def _path(item: Item, label: str, is_excerpt: bool, mask: Mask | None) -> str:
    label = f"{label[: len(_EXHIBIT)]}{int(label[len(_EXHIBIT) :]):02}"
    name = item.about.name if mask is None else "." + item.about.name.rpartition(".")[2]
    if is_excerpt:
        return f"摘录/{label}_摘录.txt"
    if item.parent_id is not None:
        return "派生/" + safe_name(label, name, tail=f"_{item.about.kind}")
    return "原件/" + safe_name(label, name)


def _distinct(chosen: list[Chosen]) -> tuple[Chosen, ...]:
    taken: set[str] = set()
    result = []
    for one in chosen:
        path, n = one.path, 1
        while path.casefold() in taken:
            n += 1
            head, dot, tail = one.path.rpartition(".")
            path = f"{head}-{n}.{tail}" if dot else f"{one.path}-{n}"
        taken.add(path.casefold())
        result.append(replace(one, path=path))
    return tuple(result)
