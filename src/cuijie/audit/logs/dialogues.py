"""Conversations in a log: a list of turns, each with who spoke and the words, made text in which every line names its speaker.

Who spoke decides what a threat means: the reader hears 坐席 and 客户 apart.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from cuijie.audit.logs.json_keys import key_path, leaves, objects_in
from cuijie.audit.logs.spelling import SPELLINGS
from cuijie.rulebook.sql.dialects import DIALECTS, DialectName
from cuijie.rulebook.sql.text import literal

__all__ = ["SPEAKERS", "Turns", "Unheard", "dialogues_of", "spoken", "turns_with"]

_WHO = ("role", "speaker", "spk", "talker", "who", "from", "side", "party", "channel", "type", "角色", "说话人")
_SAID = ("said", "text", "content", "words", "sentence", "utterance", "utt", "msg", "message", "asr", "transcript", "文本", "内容")  # fmt: skip
_SPEAKERS = {
    "坐席": ("bot", "robot", "agent", "agt", "csr", "ai", "assistant", "seat", "staff", "operator", "service", "system", "tts",
            "机器人", "客服", "坐席", "座席", "催收员"),
    "客户": ("user", "customer", "cust", "client", "callee", "human", "person", "debtor", "borrower", "用户", "客户", "本人", "对方"),
}  # fmt: skip
_SPEAKER_OF = {word: speaker for speaker, words in _SPEAKERS.items() for word in words}
SPEAKERS: Mapping[str, str] = {"collector": "坐席", "contacted": "客户"}
"""What a mapping may call the two who speak, and how the reader hears them."""
_LONGEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """A list of turns in a log: the keys of who spoke and of the words; None where nobody knows which they are."""

    who: str | None
    said: str | None

    def sql(self, turns: str, dialect: DialectName, part: str = "CAST(turn.{0} AS VARCHAR)") -> str:
        """The list *turns* as the same JSON text from every engine, ``[{"who": …, "said": …}]`` for ``spoken``.

        *part* gives in DuckDB what a ``turn`` holds under the key ``{0}``.  NULL where that cannot be told.
        """
        if self.who is None or self.said is None:
            return f"CAST(NULL AS {DIALECTS[dialect].text})"
        who, said = (SPELLINGS[dialect].name(key) for key in (self.who, self.said))
        if dialect == "spark":  # which leaves out what is NULL
            pairs = f"arrays_zip({turns}.{who}, {turns}.{said})"
            return f"NULLIF(to_json(CAST({pairs} AS ARRAY<STRUCT<who: STRING, said: STRING>>)), '[]')"
        pair = f"struct_pack(who := {part.format(who)}, said := {part.format(said)})"
        told = f"CAST(to_json(list_transform({turns}, lambda turn: {pair})) AS VARCHAR)"
        told = f"""replace(replace({told}, ',"said":null', ''), '"who":null,', '')"""
        return f"CASE WHEN len({turns}) > 0 THEN {told} END"


def turns_with(keys: Collection[str]) -> Turns:
    """Turns that hold these *keys*."""
    who, said = (next((name for name in names if name in keys), None) for names in (_WHO, _SAID))
    return Turns(who=who, said=said)


def dialogues_of(path: Path) -> dict[str, str]:
    """The conversations in a JSONL file (in UTF-8), as its first lines show them: by column the SQL of each out of ``line``."""
    found: dict[str, str] = {}
    for value in objects_in(path):
        for keys, held in leaves(value):
            name, turns = ".".join(keys), _turns(held)
            if turns is not None and name not in found:
                at = literal(key_path(keys))
                told = turns.sql(
                    f"CAST(json_extract(line, {at}) AS JSON[])", "duckdb", "json_extract_string(turn, '$.{0}')"
                )
                as_written = f"json_extract_string(line, {at})"
                found[name] = f"CASE WHEN json_type(line, {at}) = 'ARRAY' THEN {told} ELSE {as_written} END"
    return found


def _turns(held: object) -> Turns | None:
    if not isinstance(held, list) or not held or not all(isinstance(turn, dict) for turn in held):
        return None
    return turns_with({key for turn in held for key in turn})


@dataclass(frozen=True, slots=True)
class Unheard:
    """A conversation of which nobody knows who spoke; *speakers*: those not known, as it calls them, "" for none named."""

    speakers: tuple[str, ...]


def spoken(text: str, named: Mapping[str, str]) -> str | Unheard:
    """*text*, every line with its speaker where it is a list of turns in JSON.

    *named* are words for speakers (small letters) beside the usual ones, each one of ``SPEAKERS``.  ``Unheard`` where
    nobody knows who spoke: words that may be either's are held against none.
    """
    if not text.lstrip().startswith("["):
        return text
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):  # a text that begins with a bracket
        return text
    if not isinstance(value, list) or not any(isinstance(turn, dict) for turn in value):
        return text
    turns = _turns(value)
    if turns is None or turns.who is None or turns.said is None:
        return Unheard(("",))
    known = _SPEAKER_OF | {word: SPEAKERS[who] for word, who in named.items()}
    whos = [_word(one.get(turns.who)) for one in value]
    if not_known := {who[:_LONGEST] for who in whos if who.lower() not in known}:
        return Unheard(tuple(sorted(not_known)))
    return "\n".join(f"{known[who.lower()]}：{one.get(turns.said) or ''}" for who, one in zip(whos, value, strict=True))


def _word(who: object) -> str:
    return "" if who is None else str(who)
