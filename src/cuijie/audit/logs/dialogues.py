"""Conversations in a log: a list of turns, each with who spoke and the words, made text in which every line names its speaker.

Who spoke decides what a threat means: the reader hears 坐席 and 客户 apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cuijie.audit.logs.json_keys import key_path, leaves, objects_in
from cuijie.rulebook.sql.text import literal

__all__ = ["Dialogue", "dialogues_of", "spoken"]

_WHO = ("role", "speaker", "who", "from", "side", "party", "channel", "type", "角色", "说话人")
_SAID = ("text", "content", "words", "sentence", "msg", "message", "asr", "transcript", "文本", "内容")
_SPEAKERS: Mapping[str, tuple[str, ...]] = {
    "坐席": ("bot", "robot", "agent", "ai", "assistant", "seat", "staff", "operator", "service", "system", "tts", "机器人", "客服", "坐席", "座席", "催收员"),
    "客户": ("user", "customer", "client", "callee", "human", "debtor", "borrower", "用户", "客户", "本人", "对方"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """The column of a conversation with its JSON path, and in its turns the keys of who spoke and of the words."""

    key: str
    path: str
    who: str
    said: str

    def sql(self, line: str) -> str:
        """The conversation of the JSON text *line* as text, in DuckDB; as it is written where it is no list of turns.

        NULL where nobody knows who spoke: words that may be either's are held against none.
        """
        at = literal(self.path)
        who, said = (f"json_extract_string(turn, {literal(key_path((name,)))})" for name in (self.who, self.said))
        every = ", ".join(literal(word) for words in _SPEAKERS.values() for word in words)
        cases = " ".join(
            f"WHEN lower({who}) IN ({', '.join(map(literal, words))}) THEN {literal(speaker)}"
            for speaker, words in _SPEAKERS.items()
        )
        turns = f"list_transform(CAST(json_extract({line}, {at}) AS JSON[]), lambda turn: concat(CASE {cases} END, '：', {said}))"
        strangers = f"list_filter(CAST(json_extract({line}, {at}) AS JSON[]), lambda turn: COALESCE(lower({who}), '') NOT IN ({every}))"
        return (
            f"CASE WHEN json_type({line}, {at}) <> 'ARRAY' THEN json_extract_string({line}, {at})"
            f" WHEN len({strangers}) = 0 THEN NULLIF(array_to_string({turns}, chr(10)), '') END"
        )


def dialogues_of(path: Path) -> tuple[Dialogue, ...]:
    """The conversations in the lines of a JSONL file (in UTF-8), as its first lines show them."""
    found: dict[str, Dialogue] = {}
    for value in objects_in(path):
        for keys, held in leaves(value):
            name = ".".join(keys)
            if name not in found and (turn := _turn(held)) is not None:
                found[name] = Dialogue(key=name, path=key_path(keys), who=turn[0], said=turn[1])
    return tuple(found.values())


def _turn(held: object) -> tuple[str, str] | None:
    """In a list of turns, under which names they hold who spoke and the words."""
    if not isinstance(held, list) or not held or not all(isinstance(turn, dict) for turn in held):
        return None
    who = next((name for name in _WHO if all(name in turn for turn in held)), None)
    said = next((name for name in _SAID if all(name in turn for turn in held)), None)
    return None if who is None or said is None else (who, said)


def spoken(text: str) -> str | None:
    """*text*, every line with its speaker where it is a list of turns in JSON (a cell of CSV, a list of Parquet or Spark).

    None where nobody knows who spoke: words that may be either's are held against none.
    """
    if not text.lstrip().startswith("["):
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):  # a text that begins with a bracket
        return text
    if not isinstance(value, list) or not any(isinstance(turn, dict) for turn in value):
        return text
    turn = _turn(value)
    if turn is None:
        return None
    who, said = turn
    speakers = {word: speaker for speaker, theirs in _SPEAKERS.items() for word in theirs}
    lines = [(speakers.get(str(one[who]).lower()), one[said]) for one in value]
    if any(speaker is None for speaker, _ in lines):
        return None
    return "\n".join(f"{speaker}：{words or ''}" for speaker, words in lines)
