"""The count of one file while it is taken in: read = kept + merged + set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

from cuijie.canonical import CanonicalValue
from cuijie.casefile import Item
from cuijie.intake.found import IntakeError, SetAside
from cuijie.intake.merging.events import Outcome
from cuijie.intake.report import FileReport

__all__ = ["Tally"]


@dataclass(slots=True)
class Tally:
    """The count of one file while it is taken in."""

    path: str
    kind: str
    items: list[Item] = field(default_factory=list)
    enclosed: list[Item] = field(default_factory=list)  # files of their own that came with this one
    kept: int = 0
    merged: int = 0
    again: int = 0  # of merged: the very same record of the very same file
    repeats: int = 0
    persons: int = 0
    named: int = 0  # people that records name beside the event: no records of their own
    tied: int = 0
    payments: int = 0
    left_out: int = 0
    cards_left: int = 0  # of left_out: people of an address book
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # remarks that the user must answer
    declared: int | None = None
    changed: bool = False
    is_known: bool = False

    def count(self, outcome: Outcome) -> None:
        """Counts one record by what became of it."""
        if outcome in ("kept", "repeat"):
            self.kept += 1
            self.repeats += outcome == "repeat"
        else:
            self.merged += 1
            self.again += outcome == "again"
        self.changed = self.changed or outcome != "again"

    @property
    def read(self) -> int:
        """Every record met."""
        return self.kept + self.merged + self.left_out + len(self.set_aside)

    def check(self, title: str, *, is_evidence: bool = False) -> None:
        """Raises IntakeError if a file of records gave none that can be used."""
        if is_evidence or self.kept + self.merged + self.left_out:
            return
        if self.set_aside:
            first = self.set_aside[0]
            is_own_work = self.kind in ("contact_table", "contact_json", "notes_text", "blocks_text")
            error = IntakeError(
                f"看得出这是{title}，但其中 {len(self.set_aside)} 条一条也没能读出。例如{first.at}：{first.why.rstrip('。')}。",
                remedy="请按上面说的改好再收。"
                if is_own_work or first.why.endswith("再收")
                else "请重新导出一次再收。",
            )
            error.set_aside = tuple(self.set_aside)
            raise error
        raise IntakeError(
            f"看得出这是{title}，但里面一条记录也没有。" + "".join(self.notes[:2]),
            remedy="请检查导出时选的时间和内容，再导出一次。",
        )

    def detail(self) -> dict[str, CanonicalValue]:
        """The counts as the case's ledger keeps them: ids and numbers only."""
        return {
            "kind": self.kind,
            "items": [item.item_id for item in self.items[:100]],
            "kept_records": self.kept,
            "merged_records": self.merged,
            "left_out": self.left_out,
            "set_aside": len(self.set_aside),
        }

    def report(self, title: str, *, skipped_files: int = 0) -> FileReport:
        """The finished report with its one Chinese line."""
        notes = list(self.notes)
        if self.declared is not None and self.declared != self.read:
            notes.insert(0, f"文件自己说有 {self.declared} 条，实际找到 {self.read} 条；以实际找到的为准。")
        if skipped_files:
            notes.append(f"文件夹里另有 {skipped_files} 个文件用不上，没有收进。")
        return FileReport(
            path=self.path,
            kind=self.kind,
            understood=self._line(title),
            item_id=self.items[0].item_id if self.items else None,
            read=self.read,
            kept=self.kept,
            merged=self.merged,
            set_aside=tuple(self.set_aside),
            left_out=self.left_out,
            declared=self.declared,
            repeats=self.repeats,
            persons=self.persons,
            tied=self.tied,
            notes=tuple(dict.fromkeys(notes)),
            asked=tuple(self.asked),
            is_known=self.is_known,
        )

    def _line(self, title: str) -> str:
        if self.kind == "unread":
            known = "以前收过，没有变化。" if self.is_known else "已作为证据原样收好，内容没有读。"
            return f"{title}：{known}"
        if not self.read:
            return f"{title}：" + ("以前收过，没有变化。" if self.is_known else "已作为证据原样收好。")
        parts = [f"读到 {self.read} 条"]
        if self.is_known:
            left = "".join(f"（{part}）" for part in self._left())
            return f"{title}：{parts[0]}{left}，这些以前都收过，没有变化。"
        if self.kept:
            parts.append(
                f"收下 {self.kept} 条" + (f"（其中 {self.repeats} 条与前面完全相同，分开保留）" if self.repeats else "")
            )
        if self.again:
            parts.append(f"{self.again} 条以前收过")
        if joined := self.merged - self.again:
            parts.append(f"{joined} 条与已有的记录是同一件事，合并并保留两处证据")
        if self.set_aside:
            parts.append(f"{len(self.set_aside)} 条没能收下")
        parts.extend(self._left())
        if self.named:
            parts.append(f"另记下 {self.named} 位被联系的人")
        waiting = self.kept - self.persons - self.payments - self.tied
        if self.tied:
            parts.append(f"{self.tied} 条已归到催收方")
        if waiting > 0:
            parts.append(f"{waiting} 条等你确认是不是催收")
        return f"{title}：" + "，".join(parts) + "。" + "".join(self.asked)

    def _left(self) -> list[str]:
        others = self.left_out - self.cards_left
        told = [f"{self.cards_left} 位联系人的号码没有在案卷里出现过，没有收进"] if self.cards_left else []
        return [f"{others} 条不在你选的范围内，没有收进", *told] if others else told
