"""A mapping file proposed from a log's header and rows from all over it, for a person to check."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cuijie.audit.engines.duckdb_store import open_duckdb
from cuijie.audit.log_sample import MOST_WORDS, Sample, sample_of
from cuijie.audit.logs.headers import Proposals, proposals
from cuijie.audit.logs.log_files import find_files
from cuijie.audit.logs.mapping import folded, header_word, value_words, words
from cuijie.records import COLUMNS, Column
from cuijie.rulebook import load_rulebook

__all__ = ["suggest_mapping"]

_CHECK = "按字面推测，请核对"
_FILLED = {
    "connected": ("answered_at", "false", "true", "有接通的时间就是接通"),
    "recorded": ("recording", "false", "true", "有录音文件就是录了音"),
    "actor": ("agency_id", "lender", "agency", "机构空着就是贷款人自己"),
}
"""Columns of ours that another column tells by being empty or filled: what each means, and how that is said."""
_OURS: Mapping[str, Column] = {column.name: column for column in COLUMNS}
_NUMBER = re.compile(r"(\+?86)?1[3-9]\d{9}|0\d{9,11}|400\d{7}")
_EPOCH = re.compile(r"1\d{9}(\d{3}){0,2}")
_UNITS = {"毫秒": "milliseconds", "ms": "milliseconds", "分": "minutes", "分钟": "minutes"}
_KINDS = {
    "summary": ("摘要", "小结", "备注", "催记"),
    "transcript": ("转写", "录音", "转文", "语音", "对话", "dialog", "asr", "conversation"),
    "verbatim": ("短信", "sms", "消息", "聊天", "原文", "正文"),
}
"""What a text is, by its header."""


def suggest_mapping(log: str) -> str:
    """The text of a mapping file for *log*.  Raises AuditError for a log that cannot be read."""
    with tempfile.TemporaryDirectory() as scratch, open_duckdb("1GB", Path(scratch) / "spill") as store:
        files = find_files(log, Path(scratch))
        return _Suggesting(sample_of(store, files), files[0].path.name).text()


@dataclass(frozen=True, slots=True)
class _Suggesting:
    sample: Sample
    file: str

    def text(self) -> str:
        """The whole file."""
        found = self._by_content(self._by_words(self._told_apart(proposals(tuple(self.sample.header)))))
        moment, used = self._moment(found)
        turned = self._turned(found)
        lines = [
            f"# 按 {self.file} 的表头推测，请逐行核对；不对的改掉，不要的删掉。",
            "zone: Asia/Shanghai          # 没写时区的时间按哪个时区",
            "duration: seconds            # 时长的单位：seconds、minutes、milliseconds、clock（00:03:20）",
            f"unknown: {_flow(words().unknown)}   # 哪些写法表示不知道",
            "columns:",
        ]
        for name in (*_OURS, "ended_at"):
            if name == "occurred_at":
                lines += moment
                continue
            theirs = self._theirs(found, name)
            if (told := self._filled(found, name)) and (name == "connected" or not theirs):
                _, empty, filled, why = _FILLED[name]
                values = "".join(f", {_quoted(word)}: {ours}" for word, ours in self._told_otherwise(name, told))
                sources = f"{{from: {_quoted(told)}, values: {{'': {empty}{values}}}, others: {filled}}}"
                lines.append(f"  {name}: {sources}{_note(f'{why}；{_CHECK}')}")
                used.add(told)
                continue
            used |= set(theirs)
            in_turn = self._in_turn(theirs) if name == "text" else []
            if name in turned:
                sources = f"from: {_quoted(theirs[0])}, inbound: {_quoted(turned[name])}"
                lines.append(f"  {name}: {{{sources}}}{_note(f'来电时看后一列：主叫、被叫对调；{_CHECK}')}")
            elif in_turn:
                lines.append(f"  text: {{from: {_flow(in_turn)}}}{_note(f'每一行只填了其中一列；{_CHECK}')}")
            elif theirs:
                lines += self._column(found, name, theirs)
            lines += _beside(name, theirs, found.columns.get(name, ()))
            if name == "text" and theirs and "text_kind" not in found.columns:
                lines.append(_kind_of_text(in_turn or theirs[:1], self._form(found, theirs[0])))
        lines += [
            f"# “{given}”可能是 {' 或 '.join(fits)}，分不清：请自己写在上面。" for given, fits in found.unclear.items()
        ]
        rest = [name for name in self.sample.header if name not in used and name not in found.unclear]
        if rest:
            lines.append(f"# 没有用到的列：{'、'.join(rest)}")
            lines.append(
                "# leave_out: {列名: [写法]}   # 撤回、作废、被平台拒发这类不是联系的行：写了就放到一边，不判断"
            )
        lines += _law_facts()
        return "\n".join(lines) + "\n"

    def _told_apart(self, found: Proposals) -> Proposals:
        """A column of numbers that may be the caller's or the called: what the other columns leave, or how often each occurs."""
        ours = ("from_number", "recipient_id")
        open_ = [given for given, fits in found.unclear.items() if set(fits) == set(ours)]
        free = [name for name in ours if name not in found.columns]
        if len(open_) != 1 or not free:
            return found
        (given,) = open_
        meant = free[0] if len(free) == 1 else self.sample.by_spread(given)
        if meant is None:
            return found
        return replace(
            found,
            columns={**found.columns, meant: (given,)},
            guessed=found.guessed | {given},
            unclear={name: fits for name, fits in found.unclear.items() if name != given},
        )

    def _by_words(self, found: Proposals) -> Proposals:
        """A column of codes whose words are all those of another column of ours, which nothing else gives, is that one."""
        columns, guessed = dict(found.columns), set(found.guessed)
        for name, theirs in found.columns.items():
            every = self.sample.words(theirs[0]) if name in words().values else []
            like = _like(every)
            if like and name not in like and not any(folded(word) in value_words(name) for word in every):
                free = [other for other in like if other not in columns]
                if len(like) == len(free) == 1:
                    columns[free[0]], columns[name] = theirs[:1], theirs[1:]
                    guessed.add(theirs[0])
        return replace(found, columns={n: t for n, t in columns.items() if t}, guessed=frozenset(guessed))

    def _by_content(self, found: Proposals) -> Proposals:
        """What no header tells the rows may: columns of our codes, of moments, of numbers that call and are called."""
        named = {given for theirs in found.columns.values() for given in theirs} | {*found.unclear, *found.times}
        columns, times, numbers = dict(found.columns), list(found.times), []
        for given in self.sample.header:
            if given in named or given in found.dates:
                continue
            every = self.sample.words(given)
            like = [name for name in _mostly_like(every) if name not in columns]
            if every and all(_NUMBER.fullmatch(word) for word in every):
                numbers.append(given)
            elif self.sample.header[given].startswith("timestamp") or (every and all(map(_EPOCH.fullmatch, every))):
                times.append(given)
            elif "text" not in columns and self._is_talk(given):
                columns["text"] = (given,)
            elif len(like) == 1 or like == ["recipient_role", "recipient_relation"]:
                columns[like[0]] = (given,)
        numbers.sort(key=self.sample.different, reverse=True)  # few numbers call, many are called
        free = [name for name in ("recipient_id", "from_number") if name not in columns]
        columns |= (
            {name: (given,) for name, given in zip(free, numbers, strict=False)} if len(numbers) <= len(free) else {}
        )
        new = {given for theirs in columns.values() for given in theirs} - named
        return replace(found, columns=columns, times=tuple(times), guessed=found.guessed | new)

    def _is_talk(self, given: str) -> bool:
        """Whether a column holds conversations, as lists of turns are read."""
        every = self.sample.words(given)
        return bool(every) and all(word.startswith('[{"') for word in every)

    def _form(self, found: Proposals, given: str) -> str | None:
        """Which kind of text that is where its header does not say: what goes out in writing stands as it was sent."""
        if self._is_talk(given):
            return "transcript"
        every = [word for channel in found.columns.get("channel", ())[:1] for word in self.sample.words(channel)]
        written = every and {value_words("channel").get(folded(word)) for word in every} <= {
            "sms",
            "im",
            "email",
            "letter",
        }
        return "verbatim" if written else None

    def _filled(self, found: Proposals, name: str) -> str | None:
        """The column that tells *name* by being empty in some rows and not in others: when a call was answered."""
        theirs = found.columns.get(_FILLED[name][0], ()) if name in _FILLED else ()
        return next(filter(self.sample.is_filled_at_times, theirs), None)

    def _told_otherwise(self, name: str, given: str) -> Iterator[tuple[str, str]]:
        """Words of ours in a column that tells *name* by being filled, and that say it is not so: 自营 for an agency."""
        usual = {str(ours).lower() for ours in value_words(name).values()} - {_FILLED[name][2]}
        for word in self.sample.words(given):
            ours = str(value_words(name).get(folded(word))).lower()
            if ours in usual - {"none"}:
                yield word, ours

    def _turned(self, found: Proposals) -> dict[str, str]:
        """Where numbers are of calls that came in, by our names, if caller and called change places then."""
        held = [self._theirs(found, name)[:1] for name in ("from_number", "recipient_id", "direction")]
        if not all(held):
            return {}
        caller, called, direction = (given for (given,) in held)
        if not self.sample.changes_places(caller, called, direction):
            return {}
        return {"recipient_id": caller, "from_number": called}

    def _in_turn(self, theirs: Sequence[str]) -> list[str]:
        """The columns of words of which no row fills two: a call's transcript here, a text message there."""
        whole = [given for given in theirs if not any(sign in given for sign in _KINDS["summary"])]
        return whole if len(whole) > 1 and self.sample.in_turn(whole) else []

    def _theirs(self, found: Proposals, name: str) -> tuple[str, ...]:
        """The log's columns for *name*; who somebody is and how they are related often stand in one."""
        theirs = found.columns.get(name, ())
        if name == "ended_at":  # an hour without its day may be after midnight
            return tuple(given for given in theirs if self.sample.kind(given) != "time")
        if name == "contact_id":
            return tuple(given for given in theirs if not self.sample.repeats(given))
        if name in _OURS and _OURS[name].type == "bool":  # what is a yes or no already needs no reading
            theirs = tuple(sorted(theirs, key=lambda given: self.sample.header[given] != "bool"))
        other = {"recipient_role": "recipient_relation", "recipient_relation": "recipient_role"}.get(name)
        if theirs or other is None:
            return theirs
        shared = found.columns.get(other, ())
        known = {word for word, ours in words().values[name].items() if ours is not None}
        return shared if known & {folded(word) for given in shared[:1] for word in self.sample.words(given)} else ()

    def _moment(self, found: Proposals) -> tuple[list[str], set[str]]:
        """When a contact was made: one column, or a date and an hour apart."""
        kinds = {given: self.sample.kind(given) for given in (*found.times, *found.dates)}
        by_kind = {kind: [g for g, k in kinds.items() if k == kind] for kind in ("moment", "date", "time")}
        whole, dates, times = by_kind["moment"], by_kind["date"], by_kind["time"]
        if whole:
            note = f"也可能是 {'、'.join(whole[1:])}" if whole[1:] else ""
            if header_word(whole[0]) not in words().headers["occurred_at"]:
                note = "；".join(filter(None, (_CHECK, note)))
            return [f"  occurred_at: {_quoted(whole[0])}{_note(note)}"], set(whole[:1])
        if dates and times:
            pairs = [(d, t) for d in dates for t in times if d[:2] == t[:2]] or [(dates[0], times[0])]
            others = [given for given in (*dates, *times) if given not in pairs[0]]
            note = f"{_CHECK}：日期和时刻两列合起来" + (f"；也可能用 {'、'.join(others)}" if others else "")
            return [f"  occurred_at: {{from: {_flow(pairs[0])}}}{_note(note)}"], set(pairs[0])
        if dates:
            return [f"  occurred_at: {_quoted(dates[0])}{_note('只有日期，没有几点，夜间的规则判不了')}"], {dates[0]}
        if times:
            return [f"  occurred_at: 请写联系时间是哪几列{_note(f'{_quoted(times[0])} 只有几点，没有日期')}"], set()
        return ["  occurred_at: 请写联系时间是哪一列"], set()

    def _column(self, found: Proposals, name: str, theirs: Sequence[str]) -> list[str]:
        given, of = theirs[0], _OURS.get(name)
        others = f"也可能是 {'、'.join(theirs[1:])}" if theirs[1:] else ""
        note = "；".join(
            filter(None, (_CHECK if given in found.guessed or given not in found.columns.get(name, ()) else "", others))
        )
        unit = next((unit for sign, unit in _UNITS.items() if header_word(given).endswith(sign)), None)
        if name == "duration_s" and unit:
            return [f"  {name}: {{from: {_quoted(given)}, unit: {unit}}}{_note(note)}"]
        if of is None or not (of.values or of.type == "bool"):
            return [f"  {name}: {_quoted(given)}{_note(note)}"]
        if self.sample.header[given] == "bool" and given not in found.inverted:
            return [f"  {name}: {_quoted(given)}{_note(note)}"]
        every = self.sample.words(given)
        if not every or len(every) > MOST_WORDS:
            return [f"  {name}: {_quoted(given)}{_note(note)}"]
        if all(value_words(name).get(folded(word), "") is None for word in every):
            return []  # 本人, 第三人: words that say nothing of this column
        values = _values(of, given, every, is_inverted=given in found.inverted)
        if name == "connected" and self.sample.writes_na(given):
            values.append('      # "NA" 读作不知道；如果在这里是无人接听（no answer），加一行 "NA": false')
        return [f"  {name}:{_note(note)}", f"    from: {_quoted(given)}", "    values:", *values]


def _values(of: Column, given: str, every: Sequence[str], *, is_inverted: bool) -> list[str]:
    """A line for each word of a column of codes; what is not known is marked."""
    known, lines = dict(value_words(of.name)), []
    if is_inverted:
        known = {word: {"true": "false", "false": "true"}.get(str(ours), ours) for word, ours in known.items()}
    allowed = "true、false" if of.type == "bool" else "、".join(of.values)
    asks = given.startswith(("是否", "is", "Is", "IS"))  # of a state, unlike a question, 1 may mean anything
    if is_inverted:  # of a column that says the opposite no word is to be taken as usual
        every = [*every, *(word for word in ("是", "否") if word not in every)]
    is_code = of.name == "connected" and not asks and all(word.isdigit() for word in every)
    for word in every:
        meant = "?" if is_code else known.get(folded(word), "?")
        note = (
            f"{'是系统的代码，' if is_code else '不认识，'}请改成 {allowed}，或 null（不知道）"
            if meant == "?"
            else "意思和这一项相反，请核对"
            if is_inverted
            else ""
        )
        lines.append(f"      {_quoted(word)}: {'null' if meant in {None, '?'} else meant}{_note(note)}")
    if of.type == "bool" and "有" in every:
        lines.append(
            f'      "无": {"true" if is_inverted else "false"}{_note("和“有”是一对；若“无”表示不知道，删掉这一行")}'
        )
    if not any(folded(word) in known for word in every) and (like := _like(every)):
        lines.append(f"      # 这一列的写法更像 {'、'.join(like)}，请核对")
    return lines


def _like(every: Sequence[str]) -> list[str]:
    """The columns of ours whose words all these are."""
    held = words().values.items()
    return [name for name, theirs in held if every and name != "bool" and all(folded(word) in theirs for word in every)]


def _mostly_like(every: Sequence[str]) -> list[str]:
    """The columns of ours whose words at least two in three of these are, and two at least; yes and no are nobody's own."""
    said = {folded(word) for word in every} - {*words().values["bool"]}
    held = ((name, len(said & {*theirs})) for name, theirs in words().values.items() if name != "bool")
    return sorted((name for name, known in held if known > 1 and known * 3 >= len(said) * 2), key=[*_OURS].index)


def _beside(name: str, theirs: Sequence[str], proposed: Sequence[str]) -> list[str]:
    """What to write where the log has no such column."""
    examples = {"channel": "call", "lender_id": "b1", "lender_type": "consumer_finance", "product": "online_consumer"}
    if theirs or name not in {"direction", "contact_id", *examples}:
        return []
    if name == "direction":
        return ["  direction: {constant: outbound}   # 日志里全是外呼、外发才这样写；否则写方向是哪一列"]
    if name == "contact_id":
        why = f"{'、'.join(proposed)} 里许多行是同一个值，不是编号" if proposed else "没有编号的列"
        return [f"  # contact_id: {why}；不写就按文件和行号编号"]
    return [f"  # {name}: {{constant: {examples[name]}}}   # 整份日志都一样时，去掉行首的 #，改成实际的值"]


def _law_facts() -> list[str]:
    """What no log tells of the lender, and rules hang on; not those whether a norm applies, which the report asks."""
    titles = {name: linked.columns[name].title_zh for linked in load_rulebook().rules for name in linked.law_facts}
    named = "、".join(f"{name}（{title}）" for name, title in sorted(titles.items()) if "__" not in name)
    return [
        f"# 有些规则还要看贷款人的法律事实，日志里没有：{named} 等。",
        "# 写进一份 YAML（member_nifa: true），审计时加 --law-facts 那份文件；还缺哪些，审计报告会问。",
    ]


def _kind_of_text(theirs: Sequence[str], form: str | None) -> str:
    """Whether the words are whole: only then can they show that something was not said; *form* if no header tells."""
    kinds = {next((k for k, signs in _KINDS.items() if any(sign in given for sign in signs)), None) for given in theirs}
    kind = (
        kinds.pop() or form if len(kinds) == 1 else "transcript"
    )  # some are: these words are no more certain than that
    asked = "原文 verbatim、转写 transcript，还是摘要 summary？"
    if kind:
        return f"  text_kind: {{constant: {kind}}}{_note(f'{asked}{_CHECK}')}"
    return f"  # text_kind: {{constant: transcript}}{_note(f'{asked}确认后去掉行首的 #')}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _note(text: str) -> str:
    return f"   # {text}" if text else ""


def _flow(values: Sequence[str]) -> str:
    return "[" + ", ".join(map(_quoted, values)) + "]"
