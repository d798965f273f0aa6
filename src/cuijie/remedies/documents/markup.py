"""The small Markdown our templates are written in, parsed once into typed blocks.

Values never become markup: while a template is rendered each value is put aside and only a mark for it stands
in the text; the marks are replaced after the structure has been read.  A message that says ``# 标题`` or
``| a |`` is therefore always just words.

    # 标题                 the paper's title
    ## 附件                a section; ### a sub-section
    ##+ 事实               a section that is numbered: 一、事实
    正文                   one line is one paragraph
    @flush 致：……          no indent;  @right  @center
    1. 要求……              a numbered point (the number is counted here)
    - 附件……               a point without number
    @field 姓名 | 张三     a row of a form
    | 时间 | 对象 |        a table; its second line gives the widths: |3|5|
    > 提示                 a boxed remark
    @page  @page landscape a new page
    **重点**               bold, inside any line
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from cuijie.remedies.documents.blocks import (
    Block,
    Cell,
    FieldRow,
    Fields,
    Heading,
    Item,
    Notice,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from cuijie.remedies.errors import TemplateError
from cuijie.remedies.wording import numeral

__all__ = ["MARK_CLOSE", "MARK_OPEN", "mark", "parse"]

MARK_OPEN, MARK_CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{MARK_OPEN}(\\d+){MARK_CLOSE}")
_STOPS = ("；", ";", "。")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_STYLES = {"@flush": "flush", "@right": "right", "@center": "center"}


def mark(index: int) -> str:
    """The mark that stands for value number *index* while the structure is read."""
    return f"{MARK_OPEN}{index}{MARK_CLOSE}"


def _merge(runs: list[Run]) -> Cell:
    merged: list[Run] = []
    for run in runs:
        last = merged[-1] if merged else None
        if last and run.kind == last.kind == "text" and run.bold == last.bold:
            merged[-1] = Run(text=last.text + run.text, bold=run.bold)
        elif run.text:
            merged.append(run)
    return tuple(merged)


def _values(text: str, values: list[Cell], bold: bool) -> list[Run]:
    runs: list[Run] = []
    at = 0
    for found in _MARK.finditer(text):
        if found.start() > at:
            runs.append(Run(text=text[at : found.start()], bold=bold))
        for run in values[int(found.group(1))]:
            runs.append(replace(run, bold=bold or run.bold))
        at = found.end()
    if at < len(text):
        runs.append(Run(text=text[at:], bold=bold))
    return runs


def _one_stop(runs: list[Run]) -> list[Run]:
    """A value that brings its own full stop gives it up where the sentence goes on with one."""
    for at, (value, after) in enumerate(pairwise(tuple(runs))):
        if (
            value.kind == "data"
            and value.text.endswith(_STOPS)
            and after.kind == "text"
            and after.text.startswith(_STOPS)
        ):
            runs[at] = replace(value, text=value.text.rstrip("；;。"))
    return runs


def _runs(text: str, values: list[Cell]) -> Cell:
    runs: list[Run] = []
    at = 0
    for found in _BOLD.finditer(text):
        runs += _values(text[at : found.start()], values, False) + _values(found.group(1), values, True)
        at = found.end()
    return _merge(_one_stop(runs + _values(text[at:], values, False)))


def _lines(runs: Cell) -> list[Cell]:
    """*runs* cut where a value holds a line end, so that each line becomes its own paragraph."""
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        for other in others:
            lines.append([replace(run, text=other)])
    return [cell for line in lines if (cell := _merge(line))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


class _Parser:
    def __init__(self, source: str, values: list[Cell]) -> None:
        self.source, self.values = source, values
        self.blocks: list[Block] = []
        self.fields: list[FieldRow] = []
        self.table: list[tuple[int, list[str]]] = []
        self.count = self.sections = 0

    def runs(self, text: str) -> Cell:
        return _runs(text, self.values)

    def close(self) -> None:
        """End a form or table that has been collected line by line."""
        if self.fields:
            self.blocks.append(Fields(rows=tuple(self.fields)))
            self.fields = []
        if self.table:
            (_, head), *rest = self.table
            if not rest or not all(cell.isdigit() for cell in rest[0][1]):
                raise TemplateError(
                    f"模板 {self.source} 第 {self.table[0][0]} 行：表格第二行应写各栏宽度，例如 |2|5|3|"
                )
            widths = tuple(int(cell) for cell in rest[0][1])
            for number, row in (self.table[0], *rest[1:]):
                if len(row) != len(widths):
                    raise TemplateError(f"模板 {self.source} 第 {number} 行：应有 {len(widths)} 栏，实有 {len(row)} 栏")
            rows = tuple(tuple(self.runs(cell) for cell in row) for _, row in rest[1:])
            if rows:
                self.blocks.append(Table(head=tuple(self.runs(cell) for cell in head), rows=rows, widths=widths))
            self.table = []

    def line(self, number: int, line: str) -> None:
        if line.startswith("|"):
            if self.fields:
                self.close()
            self.table.append((number, _cells(line)))
            return
        if line.startswith("@field "):
            if self.table:
                self.close()
            label, bar, value = line.removeprefix("@field ").partition("|")
            if not bar or MARK_OPEN in label:
                raise TemplateError(f"模板 {self.source} 第 {number} 行：@field 应写作“@field 名称 | 内容”")
            self.fields.append(FieldRow(label=label.strip(), runs=self.runs(value.strip())))
            return
        self.close()
        self.other(number, line)

    def other(self, number: int, line: str) -> None:
        if line.startswith("##+ "):
            self.sections += 1
            self.count = 0
            self.blocks.append(Heading(level=1, runs=self.runs(f"{numeral(self.sections)}、{line[4:]}")))
            return
        if not line.startswith("1. "):
            self.count = 0  # a numbered list ends with anything but its next point
        hashes = len(line) - len(line.lstrip("#"))
        if 0 < hashes <= 3 and line[hashes : hashes + 1] == " ":
            self.count = 0
            self.blocks.append(Heading(level=hashes - 1, runs=self.runs(line[hashes + 1 :])))
        elif line.startswith("1. "):
            self.count += 1
            self.blocks.append(Item(number=f"{self.count}．", runs=self.runs(line[3:])))
        elif line.startswith("- "):
            self.blocks.append(Item(number="", runs=self.runs(line[2:])))
        elif line.startswith("> "):
            self.blocks.append(Notice(runs=self.runs(line[2:])))
        elif line.split(" ")[0] == "@page":
            self.blocks.append(PageBreak(landscape=line.endswith("landscape")))
        elif line.startswith("@"):
            word, _, rest = line.partition(" ")
            if word not in _STYLES:
                raise TemplateError(f"模板 {self.source} 第 {number} 行：不认识的标记 {word}")
            for cell in _lines(self.runs(rest)):
                self.blocks.append(Paragraph(runs=cell, style=_STYLES[word]))  # type: ignore[arg-type]
        else:
            self.blocks.extend(Paragraph(runs=cell) for cell in _lines(self.runs(line)))


def _ended(block: Item, *, is_last: bool) -> Item:
    """*block* with the stop of its place: templates write every point with ；, the last one of a list ends in 。"""
    *before, last = block.runs
    if not is_last or last.kind != "text" or not last.text.endswith("；"):
        return block
    return Item(number=block.number, runs=(*before, Run(text=last.text.removesuffix("；") + "。", bold=last.bold)))


def _stopped(blocks: list[Block]) -> list[Block]:
    """A list's points end in ；and its last one in 。"""
    ended: list[Block] = []
    for at, block in enumerate(blocks):
        if isinstance(block, Item) and block.runs:
            after = blocks[at + 1] if at + 1 < len(blocks) else None
            goes_on = isinstance(after, Item) and after.number not in {"", "1．"}
            ended.append(_ended(block, is_last=not goes_on))
        else:
            ended.append(block)
    return ended


def parse(text: str, values: list[Cell], source: str) -> tuple[Block, ...]:
    """The blocks of rendered template *text*; *values* are what its marks stand for.

    *source* is the template's name in errors.  Raises TemplateError.
    """
    parser = _Parser(source, values)
    for number, line in enumerate(text.splitlines(), 1):
        if stripped := line.strip():
            parser.line(number, stripped)
        else:
            parser.close()
    parser.close()
    blocks = tuple(_stopped(parser.blocks))
    for before, after in pairwise(blocks):
        if isinstance(before, PageBreak) and isinstance(after, PageBreak):
            raise TemplateError(f"模板 {source}：两个 @page 连在一起，会出现空白页")
    return blocks
