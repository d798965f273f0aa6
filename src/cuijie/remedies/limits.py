"""What a channel takes: how long, how many files, which types.  Only what is verified is enforced; the rest is said.

A limit that was read in an official text refuses a draft that breaks it; one that rests on other sources is shown with
its caveat; one nobody checked is shown as 未核实 and never counted against the user.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cuijie.datafiles import Lines

__all__ = ["Limit", "broken", "limit_of", "shown_limits"]

LimitKind = Literal["chars", "files", "file_mb", "types", "per_day"]
_LIMIT_KINDS: dict[LimitKind, str] = {
    "chars": "正文不超过{}字",
    "files": "附件不超过{}个",
    "file_mb": "每个附件不超过{}MB",
    "types": "附件只收{}格式",
    "per_day": "同一人每天不超过{}件",
}
_OF_FORMS = ("chars", "files", "file_mb", "types")
_CAVEAT = "以官方最新公告为准"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit of a channel, with how well it is known and from where."""

    what: LimitKind
    most: int | None  # None for types
    types: tuple[str, ...]  # file suffixes without the dot
    confidence: Literal["verified", "secondary", "unverified"]
    basis: str

    @property
    def shown(self) -> str:
        """The limit in words, with its caveat."""
        said = _LIMIT_KINDS[self.what].format(self.most if self.most is not None else "、".join(self.types))
        match self.confidence:
            case "verified":
                return f"{said}（{self.basis}）"
            case "secondary":
                return f"{said}（{self.basis}，{_CAVEAT}）"
            case "unverified":
                return f"{said}（未核实，只供参考，程序不按它限制）"


def limit_of(lines: object, at: Lines) -> Limit:
    """One line of ``limits`` of a channel, read strictly."""
    if not isinstance(lines, Lines) or set(lines) - {"what", "most", "confidence", "basis"}:
        raise at.wrong("limits", "每一条只能有 what、most、confidence、basis")
    what = next((kind for kind in _LIMIT_KINDS if kind == lines.get("what")), None)
    if what is None:
        raise lines.wrong("what", f"只能是 {'、'.join(_LIMIT_KINDS)}")
    confidence, basis, most = lines.get("confidence"), lines.get("basis"), lines.get("most")
    if confidence not in {"verified", "secondary", "unverified"}:
        raise lines.wrong("confidence", "只能是 verified、secondary 或 unverified")
    if not isinstance(basis, str) or not basis:
        raise lines.wrong("basis", "应写明根据")
    if what == "types":
        if not isinstance(most, list) or not most or not all(isinstance(one, str) for one in most):
            raise lines.wrong("most", "应为文件格式的列表，例如 [pdf, jpg]")
    elif not isinstance(most, int) or isinstance(most, bool) or most <= 0:
        raise lines.wrong("most", "应为正整数")
    return Limit(
        what=what,
        most=most if isinstance(most, int) else None,
        types=tuple(str(one).lower() for one in most) if isinstance(most, list) else (),
        confidence="verified"
        if confidence == "verified"
        else "secondary"
        if confidence == "secondary"
        else "unverified",
        basis=basis,
    )


def shown_limits(limits: tuple[Limit, ...], *, has_form: bool) -> tuple[str, ...]:
    """The limits of a channel in words; where a web form's are not known, that is said."""
    known = {one.what for one in limits if one.confidence != "unverified"}
    told = tuple(one.shown for one in limits)
    if has_form and not known & set(_OF_FORMS):
        return (*told, "填报页面的字数、附件个数、大小和格式：未核实，以页面上写的为准")
    return told


def broken(limits: tuple[Limit, ...], *, suffix: str, size_bytes: int, chars: int | None) -> tuple[str, ...]:
    """The verified limits that a paper of that form breaks, each with what it is; *chars* only for text to be pasted."""
    found: list[str] = []
    for one in limits:
        if one.confidence != "verified":
            continue
        if one.what == "chars" and chars is not None and one.most is not None and chars > one.most:
            found.append(f"{one.shown}，这份有{chars}字")
        if one.what == "file_mb" and one.most is not None and size_bytes > one.most * 1024 * 1024 and chars is None:
            found.append(f"{one.shown}，这份有{size_bytes / 1024 / 1024:.1f}MB")
        if one.what == "types" and chars is None and suffix.lstrip(".").lower() not in one.types:
            found.append(f"{one.shown}，这份是{suffix}")
    return tuple(found)
