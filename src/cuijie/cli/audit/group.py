"""``cuijie audit`` with the commands beside it: one run over many lenders, and what is made of results."""

from __future__ import annotations

import click

from cuijie.cli.audit.lenders import lenders
from cuijie.cli.audit.results import agree, compare, report, sample
from cuijie.cli.language import t

__all__ = ["AuditCommand"]

_AFTER: dict[str, click.Command] = {
    "report": report,
    "compare": compare,
    "sample": sample,
    "agree": agree,
    "lenders": lenders,
}


class AuditCommand(click.Command):
    """``cuijie audit LOG``, with commands on results beside it; a log of such a name is written ``./compare``."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: object
    ) -> click.Context:
        """The context of the command that the first word names, or our own."""
        chosen = _AFTER.get(args[0]) if args else None
        if chosen is None:
            return super().make_context(info_name, args, parent, **extra)
        return chosen.make_context(f"{info_name} {args[0]}", args[1:], parent)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command the context belongs to."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Name the commands beside it."""
        with formatter.section(t("另外的命令", "Beside it")):
            formatter.write_dl(
                [(f"{ctx.command_path} {name}", one.get_short_help_str(200)) for name, one in _AFTER.items()]
            )
