"""The evidence of a case as its page shows it: every original, whether it holds, who can open it, and its time-stamps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cuijie.casefile.report import ItemState
from cuijie.casefile.stamps import STATES
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.ladder.steps import material
from cuijie.intake.by_hand import TOLD
from cuijie.records.names import spoken_names

__all__ = ["ITEM_STATES", "KeptItem", "StampRow", "ask_stamp", "kept", "share", "stamps"]

ITEM_STATES: dict[ItemState, Words] = {
    "intact": Words("没有改动", "unchanged"),
    "untimed": Words("没有改动，还没有外部时间戳", "unchanged, no outside time-stamp yet"),
    "altered": Words("对不上", "altered"),
    "missing": Words("不见了", "missing"),
    "added": Words("多出来的", "not of this case"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptItem:
    """One thing kept in the vault."""

    item_id: str
    number: Words  # 证据3, or empty where it is no exhibit (yet)
    name: str
    whose: str
    is_told: bool  # a note of a contact, told from memory
    size_bytes: int
    sha256: str
    kept_at: datetime
    is_derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StampRow:
    """One time-stamp in whatever state it is."""

    authority: str
    state: str
    covers: int | None
    at: datetime | None
    problem: str


def kept(place: OpenCase) -> list[KeptItem]:
    """Everything in the vault: by the numbers of the exhibits, what was made from one behind it, then the rest."""
    case = place.opened
    persons = spoken_names(place.view().state.persons)
    exhibits = material(place).exhibits
    numbers = {one.exhibit_id: Words(f"证据{one.number}", f"Exhibit {one.number}") for one in exhibits}
    order = {one.exhibit_id: one.number for one in exhibits}
    return [
        KeptItem(
            item_id=one.item_id,
            number=numbers.get(one.item_id, Words("", "")),
            name=one.about.name,
            whose=persons.get(one.about.owner or "", "") or ("本人" if one.about.owner == "debtor" else ""),
            is_told=one.about.obtained == TOLD and one.about.media_type == "application/json",
            size_bytes=one.size_bytes,
            sha256=one.sha256,
            kept_at=one.kept_at,
            is_derived=one.parent_id is not None,
        )
        for one in sorted(case.items(), key=lambda one: order.get(one.parent_id or one.item_id, len(order)))
    ]


def stamps(place: OpenCase) -> list[StampRow]:
    """The time-stamps asked for so far."""
    return [
        StampRow(
            authority=one.authority,
            state=STATES[one.state],
            covers=one.count,
            at=one.gen_time,
            problem=one.problem or "",
        )
        for one in place.opened.stamps.all()
    ]


def ask_stamp(place: OpenCase, authority: str, certificates: bytes | None) -> None:
    """Queues a request to the authority the user names; with no name, what waits is to be tried again.

    Nothing leaves yet.  Raises BadInput for what is no address.
    """
    held = place.opened.stamps
    if authority.strip():
        held.ask_for([(authority, certificates)])
    elif not held.waiting():
        raise ShelfError("还没有写时间戳机构的网址。", remedy="网址由您选的时间戳机构提供。")


def share(place: OpenCase, public: str, label: str) -> Words:
    """Lets the holder of a public key open the case.  Raises RecipientError."""
    place.opened.sharing.add(public.strip(), label)
    return Words(
        f"已共享给{label.strip()}。把整个案卷文件夹“{place.title}”复制给对方；对方打开时，在密码栏里填自己那把钥匙的密码，或者整行私钥。",
        f"Shared. Copy them the whole case folder “{place.title}”; to open it they type the passphrase of their own key, or the secret key, as its passphrase.",
    )
