"""Pages from templates: escaped, in the reader's language, with times and numbers as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from cuijie.clock import SHANGHAI
from cuijie.desk.relations import english_relation
from cuijie.errors import CuijieError

if TYPE_CHECKING:
    from cuijie.records import Collector

__all__ = ["LANGUAGE_COOKIE", "LOOKS", "language_of", "marked", "page", "spoken_day", "spoken_moment", "spoken_time"]

LANGUAGE_COOKIE = "cuijie_lang"
LOOKS = {"theme": ("light", "dark"), "size": ("large", "larger")}
"""What a reader may choose of the looks; kept in cookies that say nothing else."""
_WEEKDAYS = "一二三四五六日"
_ONE = re.compile(r"(?<![\w.,:/-])(1 (?:contact|finding|item|line|number|record|time|tracker))s\b")
_ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def language_of(request: Request) -> str:
    """``zh`` unless the reader switched to ``en``."""
    return "en" if request.cookies.get(LANGUAGE_COOKIE) == "en" else "zh"


def _looks_of(request: Request) -> dict[str, str]:
    """How the reader wants pages to look: ``theme`` and ``size``, empty where the system decides."""
    return {
        name: chosen if (chosen := request.cookies.get(f"cuijie_{name}", "")) in choices else ""
        for name, choices in LOOKS.items()
    }


def spoken_time(instant: datetime | None, precision: str | None = "minute") -> str:
    """22:41 in Asia/Shanghai; a dash where only the day is known."""
    if instant is None or precision == "day":
        return "—"
    return instant.astimezone(SHANGHAI).strftime("%H:%M")


def spoken_day(value: date | datetime | None, language: str = "zh") -> str:
    """2026年10月21日 星期三; in English Wed 21 Oct 2026."""
    if value is None:
        return "date not known" if language == "en" else "日期不详"
    day = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    if language == "en":
        return f"{_ENGLISH_DAYS[day.weekday()]} {day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"


def spoken_moment(instant: datetime | None, precision: str | None = "minute", language: str = "zh") -> str:
    """The day and the time; the day alone where no more is known."""
    day = spoken_day(instant, language)
    return day if instant is None or precision == "day" else f"{day} {spoken_time(instant, precision)}"


@jinja2.pass_context
def _moment(context: jinja2.runtime.Context, value: datetime | None, precision: str | None = "minute") -> str:
    return spoken_moment(value, precision, str(context.get("language", "zh")))


@jinja2.pass_context
def _day(context: jinja2.runtime.Context, value: date | datetime | None) -> str:
    return spoken_day(value, str(context.get("language", "zh")))


def _isoday(value: datetime) -> str:
    return value.astimezone(SHANGHAI).date().isoformat()


@jinja2.pass_context
def _person(context: jinja2.runtime.Context, written: str) -> str:
    return english_relation(written) if context.get("language") == "en" else written


@jinja2.pass_context
def _collector(context: jinja2.runtime.Context, one: Collector) -> str:
    """What a collector is called on pages: by its name, else by a number, else as one without a name."""
    unnamed = "A collector without a name" if context.get("language") == "en" else "没报名字的催收方"
    return one.name or one.agency_name or next(iter(one.numbers), unnamed)


def _masked(number: str | None) -> str:
    from cuijie.records.numbers import mask

    return mask(number) if number else ""


def _yuan(fen: int) -> str:
    from cuijie.money import yuan  # this room is long to import, and the first page has no money on it

    return yuan(fen)


@jinja2.pass_context
def _said(context: jinja2.runtime.Context, error: CuijieError) -> Markup:
    from cuijie.desk.saying import said

    return said(error, str(context.get("language", "zh")))


@jinja2.pass_context
def _word(context: jinja2.runtime.Context, text: str) -> str:
    from cuijie.desk.saying import word

    return word(text, str(context.get("language", "zh")))


def _rate(rate: Decimal) -> str:
    from cuijie.money import percent

    return percent(rate)


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """*text* escaped, with the given code-point spans in ``<mark>``; overlapping spans are joined."""
    out, at = Markup(), 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        out += escape(text[at:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        at = end
    return out + escape(text[at:])


def _unwrapped(text: str) -> str:
    """*text* without the line ends of the page that it stood on: gone between Chinese characters, else a blank."""
    return re.sub(r"\s*\n\s*", " ", re.sub(r"(?<=[^\x00-\x7f])\s*\n\s*(?=[^\x00-\x7f])", "", text))


def _of_one(words: str) -> str:
    """English that was written for several, said of one: “1 contacts” is “1 contact”."""
    return type(words)(_ONE.sub(r"\1", words))


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(
    time=spoken_time,
    day=_day,
    moment=_moment,
    isoday=_isoday,
    person=_person,
    collector=_collector,
    masked=_masked,
    yuan=_yuan,
    rate=_rate,
    said=_said,
    word=_word,
    unwrapped=_unwrapped,
)


def _address(request: Request) -> str:
    """Where this page can be asked for again: of what answers a form, the page that the form stood on."""
    asked = urlsplit(request.headers.get("referer", "")) if request.method == "POST" else urlsplit(str(request.url))
    if asked.netloc != request.headers.get("host"):
        return "/"
    return f"{asked.path}?{asked.query}" if asked.query else asked.path


def page(request: Request, template: str, *, status: int = 200, values: Mapping[str, object] | None = None) -> Response:
    """The named template as an HTML answer; ``t(zh, en)`` in it speaks the reader's language."""
    language = language_of(request)

    def translate(zh: str, en: str) -> str:
        return _of_one(en) if language == "en" else zh

    html = _ENVIRONMENT.get_template(template).render(
        t=translate,
        language=language,
        path=_address(request),
        is_answer=request.method == "POST",
        is_lan=request.app.state.is_lan,
        **_looks_of(request),
        **(values or {}),
    )
    return HTMLResponse(html, status_code=status)
