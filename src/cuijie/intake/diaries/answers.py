"""A talk written down as questions and answers (谈话笔录): its answers as lines of a diary, a line for a line."""

from __future__ import annotations

import re
from typing import Final

from cuijie.intake.diaries.told import kind_of

__all__ = ["answers_alone"]

_ASKED: Final = re.compile(r"\s*(?:问|Q)\d{0,2}\s*[:：]")
_TOLD: Final = re.compile(r"\s*(?:答|A)\d{0,2}\s*[:：]\s*")
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})\s*[年./-]\s*\d{1,2}")
_DAY: Final = r"(?:20\d{2}\s*[年./-]\s*)?\d{1,2}\s*(?:月\s*\d{1,2}\s*[日号]|[./-]\s*\d{1,2}(?=[\s，,日号]))"
_LED: Final = re.compile(rf"(?P<lead>[^。；;！!\d]{{0,12}}?)(?P<told>{_DAY}.*)")  # 有，3月14日…; 第一次是3月14日…
_SENTENCE: Final = re.compile(r"[^。；;！!]*[。；;！!]?")


def answers_alone(text: str) -> str:
    """*text* without its questions, each answer from its first day on; any other text as it is.

    A day without a year has that of the first full date, the record's own most often.
    """
    lines = text.splitlines()
    answers = [line for line in lines if _TOLD.match(line)]
    if len(answers) < 2 or sum(map(bool, map(_ASKED.match, lines))) < 2 or any("您" in one for one in answers):
        return text  # answers that speak to a reader are those of a company
    year = next((f"{found[1]}年" for found in map(_YEAR.search, lines) if found), "")
    kept, is_answer, question = [], False, ""
    for line in lines:
        told = _TOLD.match(line)
        is_answer = told is not None or (is_answer and _ASKED.match(line) is None)
        question = question if is_answer else line.strip()
        kept.append(_from_its_day(line[told.end() if told else 0 :], year, question) if is_answer else "")
    return "\n".join(kept)


def _from_its_day(answer: str, year: str, question: str) -> str:
    """The sentences of an answer, one that names a day near its beginning from that on.

    What led to it stays behind it where it tells the kind of contact (还收到短信，5月26日…), else the question does.
    """
    sentences = []
    for sentence in _SENTENCE.findall(answer):
        led = _LED.fullmatch(sentence)
        if led is None:
            sentences.append(sentence)
            continue
        told = led["told"] if _YEAR.match(led["told"]) else year + led["told"]
        lead = led["lead"].strip(" ，,")
        if kind_of(lead):
            told = f"{told.rstrip('。；;！!')}，{lead}。"
        elif kind_of(told) is None and kind_of(question):
            told = f"{told.rstrip('。；;！!')}。（{question}）"
        sentences.append(told)
    return "".join(sentences)
