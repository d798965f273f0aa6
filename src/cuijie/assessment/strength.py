"""How strong the evidence of a contact is, said in plain words: what it shows, what it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cuijie.assessment.inputs import ContactEvidence
from cuijie.rulebook import Words

__all__ = ["Level", "Strength", "strength_of", "summed_up"]

Level = Literal["strong", "fair", "weak"]

_SOURCES: dict[str, tuple[Level, Words]] = {
    "export": (
        "strong",
        Words(
            zh="手机或平台的原始导出，记着时间和号码；它不能说明是谁在说话。",
            en="An original export with time and number; it does not show who spoke.",
        ),
    ),
    "screenshot": (
        "fair",
        Words(
            zh="图片，时间或方向是从画面推算的；请核对，并留好原手机。",
            en="A picture; time or side was worked out from it. Check it and keep the original phone.",
        ),
    ),
    "letter": (
        "fair",
        Words(
            zh="信函；请留好原件，寄来的连信封（邮戳）一起留着。",
            en="A letter; keep the original, with its envelope and postmark.",
        ),
    ),
    "inferred": (
        "fair",
        Words(
            zh="时间或方向是推算出来的；请核对，并留好原件。",
            en="Time or side was worked out; check it and keep the original.",
        ),
    ),
    "user_file": (
        "weak",
        Words(
            zh="自己整理的文件；请找到手机、运营商或平台的原始记录来印证。",
            en="A file made by hand; find the original record on the phone, at the carrier or the platform.",
        ),
    ),
    "record": (
        "weak",
        Words(
            zh="一条联系记录，没有附原件；请收进原始短信、通话记录或录音。",
            en="A contact record without the original; take in the message, call log or recording.",
        ),
    ),
}
_SUMMARY = Words(
    zh="话是概括的，不是原话；有录音或原文会更有力。", en="The words are a summary; a recording would be stronger."
)
_TRANSCRIPT = Words(
    zh="话是录音转写的；录音原件要一并留着。", en="The words are a transcript; keep the recording itself."
)
_USER_TIE = Words(
    zh="说这是对方的，是你自己认定的；对方自报家门的短信或录音会更有力。",
    en="That it came from them is your own word; a message or recording in which they name themselves is stronger.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How strong the proof of one contact is, and why."""

    level: Level
    says: tuple[Words, ...]


def strength_of(evidence: ContactEvidence | None) -> Strength:
    """The strength of what *evidence* tells of; None is a bare record."""
    evidence = evidence or ContactEvidence()
    level, source = _SOURCES[evidence.source]
    says = [source]
    if len(evidence.places) > 1:
        says.append(
            Words(
                zh=f"有 {len(evidence.places)} 处来源记着同一次联系，互相印证。",
                en=f"{len(evidence.places)} sources show the same contact.",
            )
        )
        level = _one_up(level)
    if evidence.text_kind == "summary":
        says.append(_SUMMARY)
    elif evidence.text_kind == "transcript":
        says.append(_TRANSCRIPT)
    if evidence.tie == "user":
        says.append(_USER_TIE)
    return Strength(level=level, says=tuple(says))


def _one_up(level: Level) -> Level:
    return "fair" if level == "weak" else "strong"


def summed_up(strengths: Iterable[Strength]) -> Strength:
    """The evidence of several contacts together: the weakest level, each remark once."""
    found = tuple(strengths)
    levels: tuple[Level, ...] = ("weak", "fair", "strong")
    weakest: Level = "weak"
    level = min((one.level for one in found), key=levels.index, default=weakest)
    return Strength(level=level, says=tuple(dict.fromkeys(words for one in found for words in one.says)))
