"""Verifying an open case: every original, the ledger, the anchor, the records, the time-stamps."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cuijie.casefile.database.item_table import facts_bytes
from cuijie.casefile.errors import CaseError
from cuijie.casefile.items import Item
from cuijie.casefile.ledger.chain import LedgerEntry, chain_faults, head_statement, read_entry
from cuijie.casefile.report import Checked, CheckedStamp, VerifyReport
from cuijie.casefile.stamps import LEDGER, STATES, Stamp, trust_in
from cuijie.casefile.tokens import TokenFault, Trust, judge

if TYPE_CHECKING:
    from cuijie.casefile.case import Case

__all__ = ["check_case"]

_PIECE = 1 << 20


def check_case(
    case: Case, *, trusted: bytes | None = None, progress: Callable[[int, int], None] | None = None
) -> VerifyReport:
    """Looks at everything in *case*; ``progress`` is told the bytes done and the bytes there are.

    *trusted* are certificates (PEM) to judge the time-stamps by, in place of those kept in the case.  What another
    program writes meanwhile is left out of account.
    """
    with case.beside(frozen=True) as then:
        return _report(case, then, trusted, progress)


def _report(case: Case, then: Case, trusted: bytes | None, progress: Callable[[int, int], None] | None) -> VerifyReport:
    """The ledger and what it speaks of as they were *then*; files that go with no item as *case* is when they are met."""
    bodies = then.ledger_bodies()
    faults = chain_faults(bodies)
    problems = [f"留痕账第 {fault.seq} 条：{fault.why}" for fault in faults]
    problems += case.troubles
    trouble = case.anchor_trouble()
    if trouble and trouble not in problems:
        problems.append(trouble)
    entries = [] if faults else [read_entry(body) for body in bodies]
    if not faults:
        problems += _record_problems(then, entries)
    if (found := then.database_trouble()) is not None:
        problems.append(f"数据库自检不通过：{found}")
    stamps, anchored = _stamps(then, bodies, trusted)
    items = [*_items(then, entries, anchored, progress), *_strangers(case)]
    return VerifyReport(
        kind="case",
        items=tuple(items),
        problems=tuple(problems),
        notes=tuple(_notes(then, entries, items, anchored)),
        stamps=tuple(stamps),
        entries=len(bodies),
        anchored=anchored,
    )


def _record_problems(case: Case, entries: list[LedgerEntry]) -> Iterator[str]:
    written = next((one.detail["records"] for one in reversed(entries) if "records" in one.detail), "0")
    try:
        if written != f"{case.records_total():x}":
            yield "案卷里的记录（借款、人员、条目、回答）与留痕账不符：有人绕过程序改过数据库。"
    except CaseError as error:
        yield error.message
    kept = {str(one.detail["item"]) for one in entries if one.act in {"kept", "derived"}}
    gone = sum(int(str(one.detail.get("count", 0))) for one in entries if one.act == "discarded")
    lost = len(kept) - len({item.item_id for item in case.items()} & kept)
    if lost > gone:
        yield f"留痕账记着收进过、材料清单里却没有的有 {lost - gone} 件：清单被删改。"


def _items(
    case: Case, entries: list[LedgerEntry], anchored: int, progress: Callable[[int, int], None] | None
) -> Iterator[Checked]:
    kept = {str(one.detail["item"]): one for one in entries if one.act in {"kept", "derived"}}
    items = case.items()
    total, done = sum(item.size_bytes for item in items), 0
    for item in items:
        yield _item(case, item, kept.get(item.item_id), anchored)
        done += item.size_bytes
        if progress is not None:
            progress(done, total)


def _item(case: Case, item: Item, entry: LedgerEntry | None, anchored: int) -> Checked:
    path = f"{item.item_id}/{item.about.name}"
    if entry is None or entry.detail["sha256"] != item.sha256:
        return Checked(path=path, state="altered", why="材料清单与留痕账不符")
    if entry.detail["about"] != hashlib.sha256(facts_bytes(item.about)).hexdigest():
        return Checked(path=path, state="altered", why="材料的来源信息（文件名、时间、来历）与留痕账不符")
    # asked twice: what has just been taken in is moved to its place while it is looked for
    if not case.blob_path(item.item_id).exists() and not case.blob_path(item.item_id).exists():
        return Checked(path=path, state="missing", why="原件库里没有这个文件")
    try:
        if _sha256(case, item) != item.sha256:
            return Checked(path=path, state="altered", why="内容与收进时的 SHA-256 不符")
    except CaseError as error:
        return Checked(path=path, state="altered", why=error.message)
    if entry.seq > anchored:
        return Checked(path=path, state="untimed", why="内容未改动；还没有外部时间戳")
    return Checked(path=path, state="intact")


def _sha256(case: Case, item: Item) -> str:
    digest = hashlib.sha256()
    with case.open_item(item.item_id) as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _strangers(case: Case) -> Iterator[Checked]:
    for path in case.stray_files():
        yield Checked(path=path, state="added", why="原件库里多出来的文件，不属于任何材料")


def _stamps(case: Case, bodies: list[bytes], trusted: bytes | None) -> tuple[list[CheckedStamp], int]:
    checked, anchored = [], 0
    for stamp in case.stamps.all():
        if stamp.response is None:
            continue
        one = _stamp(case, stamp, bodies, trusted)
        checked.append(one)
        if one.holds and stamp.state == "granted" and stamp.subject == LEDGER:
            anchored = max(anchored, stamp.count or 0)
    # a stamp that nobody can vouch for is told among the notes; it neither proves nor accuses
    return [one for one in checked if one.why != STATES["unproven"]], anchored


def _stamp(case: Case, stamp: Stamp, bodies: list[bytes], trusted: bytes | None) -> CheckedStamp:
    covers = f"留痕账前 {stamp.count} 条" if stamp.subject == LEDGER else stamp.subject
    why, at = "", stamp.gen_time.isoformat() if stamp.gen_time else ""
    data = head_statement(case.case_id, bodies[: stamp.count]) if stamp.subject == LEDGER else stamp.data
    trust = trust_in(trusted or stamp.certificates)
    try:
        judge(stamp.response or b"", data, trust, now=case.clock.now())
    except TokenFault as fault:
        why = STATES["unproven"] if fault.reason == "untrusted" and trust == Trust() else fault.words
        if fault.reason == "imprint" and stamp.data != data:
            why = "时间戳盖的留痕账与现在的不同：账在盖戳之后被整个改写过"
    return CheckedStamp(authority=stamp.authority, covers=covers, holds=not why, gen_time=at, why=why)


def _notes(case: Case, entries: list[LedgerEntry], items: list[Checked], anchored: int) -> Iterator[str]:
    jumps = [str(one.seq) for one in entries if one.clock]
    if jumps:
        yield f"本机时钟跳动过，见留痕账第 {'、'.join(jumps)} 条。"
    for one in entries:
        if one.act == "loss_accepted":
            yield f"第 {one.seq} 条记着一次缺失：{one.detail.get('found', '')}"
    if anchored < len(entries):
        since = f"第 {anchored + 1} 条起" if anchored else "整本账"
        yield f"留痕账{since}还没有外部时间戳：先后次序可证，具体时刻只是这台电脑自己的时钟。"
    for stamp in case.stamps.all():
        if stamp.state != "granted":
            yield f"时间戳 {stamp.authority}：{STATES[stamp.state]}{f'（{stamp.problem}）' if stamp.problem else ''}"
    if unfinished := case.unfinished_files():
        yield f"incoming 里有 {unfinished} 个还没收完的文件（正在收，或上次收到一半中断）：不算证据，下次打开案卷写入时清理。"
    if not items:
        yield "案卷里还没有材料，没有可核验的内容。"
