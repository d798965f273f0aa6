"""Templates rendered in Jinja2's sandbox, with every value kept as data (see ``markup``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import FunctionLoader, StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, pass_context
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cuijie.remedies.documents.blocks import Block, Cell, Run
from cuijie.remedies.documents.catalogue import TEMPLATES, body_of
from cuijie.remedies.documents.markup import MARK_CLOSE, MARK_OPEN, mark, parse
from cuijie.remedies.errors import TemplateError
from cuijie.remedies.wording import plain_text

__all__ = ["render"]

_VALUES = "_values_"


def _as_runs(value: object, source: str) -> Cell:
    match value:
        case Undefined():
            str(value)  # raises what is undefined, or that the sandbox forbids it
            return ()
        case Run():
            return (replace(value, text=plain_text(value.text)),)
        case tuple() | list():
            return tuple(run for item in value for run in _as_runs(item, source))
        case bool() | None:
            raise TemplateError(f"模板 {source} 里有一处取值是 {value!r}，不能直接写进文书")
        case str() | int():
            return (Run(text=plain_text(str(value)), kind="data"),)
        case _:
            raise TemplateError(f"模板 {source} 里有一处取值的类型是 {type(value).__name__}，不能写进文书")


@pass_context
def _put_aside(context: Context, value: object) -> str:
    values: list[Cell] = context[_VALUES]
    values.append(_as_runs(value, context.name or ""))
    return mark(len(values) - 1)


def _source(folder: Path, name: str) -> str | None:
    path = folder / name
    if not path.is_file():
        return None
    text = path.read_text(encoding="utf-8") if path.name.startswith("_") else body_of(path)
    if MARK_OPEN in text or MARK_CLOSE in text:
        raise TemplateError(f"模板 {name} 里有不允许的字符（U+E000、U+E001）")
    return text


@cache
def _environment(folder: Path) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: _source(folder, name)),
        undefined=StrictUndefined,
        finalize=_put_aside,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def render(name: str, names: Mapping[str, object], folder: Path = TEMPLATES) -> tuple[Block, ...]:
    """The blocks of template *name* (a file ``name.md``) with *names* in reach.  Raises TemplateError."""
    values: list[Cell] = []
    source = f"{name}.md"
    try:
        text = _environment(folder).get_template(source).render({**names, _VALUES: values})
    except TemplateSyntaxError as error:
        raise TemplateError(f"模板 {error.filename or source} 第 {error.lineno} 行：{error.message}") from error
    except (UndefinedError, SecurityError, AttributeError, TypeError) as error:
        raise TemplateError(f"模板 {source}：{error}") from error
    except JinjaError as error:
        raise TemplateError(f"模板 {source} 读不出来：{error}") from error
    return parse(text, values, source)
