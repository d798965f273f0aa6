"""A text before it is sent: what in it would be unlawful, why, and what may stand instead."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from cuijie.gate.http.operations import Answer, Call
from cuijie.gate.http.refusals import Refusal
from cuijie.gate.http.schemas import CHANNELS, LONGEST_TEXT, RECIPIENTS

__all__ = ["ChangeView", "Linted", "lint", "warm_up"]


class ChangeView(Struct, frozen=True, kw_only=True):
    """One change to make: the passages in code points, the rule they would break, why, and what to write instead."""

    label: str
    rule: str
    certainty: str
    spans: tuple[tuple[int, int], ...]
    why: str
    why_en: str
    instead: str
    instead_en: str


class Linted(Struct, frozen=True, kw_only=True):
    """What must change in a text; nothing found is no promise that all is lawful."""

    recipient: str
    changes: tuple[ChangeView, ...]


async def lint(call: Call) -> Answer:
    """Reads the text beside the event loop: a long one takes milliseconds."""
    body = call.body
    if not isinstance(body, dict) or not set(body) <= {"text", "recipient", "channel"}:
        raise Refusal("wrong_field", zh="只收 text、recipient、channel。", en="Only text, recipient and channel.")
    text, recipient, channel = body.get("text"), body.get("recipient"), body.get("channel")
    if not isinstance(text, str) or not 1 <= len(text) <= LONGEST_TEXT:
        zh, en = f"text 应是 1 到 {LONGEST_TEXT} 个字。", f"text must have 1 to {LONGEST_TEXT} characters."
        raise Refusal("wrong_field", at="text", zh=zh, en=en)
    if recipient is not None and recipient not in RECIPIENTS:
        raise _not_one_of("recipient", RECIPIENTS)
    if channel is not None and channel not in CHANNELS:
        raise _not_one_of("channel", CHANNELS)
    return Answer.of(await asyncio.to_thread(_linted, text, recipient or "unknown", channel))


def _not_one_of(name: str, allowed: Sequence[str]) -> Refusal:
    zh, en = f"{name} 只能是 {'、'.join(allowed)}。", f"{name} must be one of {', '.join(allowed)}."
    return Refusal("wrong_field", at=name, zh=zh, en=en)


def warm_up() -> None:
    """Loads the reader and its advice, so that the first text waits for neither and a damaged file is seen at the start."""
    _linted("再不还钱就打断你的腿", "debtor", "sms")


def _linted(text: str, recipient: str, channel: str | None) -> Linted:
    from cuijie.reading import read
    from cuijie.reading.advice import changes

    reading = read(text, recipient=recipient, channel=channel)
    certainty = {hit.label: hit.certainty for hit in reading.labels}
    return Linted(
        recipient=reading.recipient,
        changes=tuple(
            ChangeView(
                label=change.label,
                rule=change.rule,
                certainty=certainty[change.label],
                spans=change.spans,
                why=change.advice.why.zh,
                why_en=change.advice.why.en,
                instead=change.advice.instead.zh,
                instead_en=change.advice.instead.en,
            )
            for change in changes(reading.labels)
        ),
    )
