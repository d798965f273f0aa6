"""``cuijie gate move``: counters, reservations, answers and registers from one store into another."""

from __future__ import annotations

from pathlib import Path

import click

from cuijie.cli.gate.command import Asked
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say
from cuijie.whole_files import make_secret

__all__ = ["move"]


@click.command(
    help=t(
        "把次数、占用、答复和登记从一个存储原样迁到另一个（空的）存储；假名密钥照旧用同一把。迁移期间请停止提问。\n\n"
        "日志不迁，留在原来的文件里：请保留那个文件，重放迁移前的联系用 replay --log 指明它。",
        "Move everything from one store into another (empty) one, under the same key. Stop asking meanwhile.\n\n"
        "The log is not moved: keep its old file, and name it with replay --log for contacts before the move.",
    )
)
@click.argument("source")
@click.argument("target")
@click.option(
    "--settings", type=click.Path(path_type=Path), help=t("设置文件（为了 key_file）", "settings file (for key_file)")
)
@json_option
def move(source: str, target: str, settings: Path | None, as_json: bool) -> None:
    """Carries a store over."""
    from cuijie.errors import BadInput
    from cuijie.gate.decision_log.log import holds_log
    from cuijie.gate.opening import open_store, pseudonyms_of
    from cuijie.gate.stores.sqlite_store import SqliteStore

    if "://" not in source and not Path(source).is_file():
        raise BadInput(t(f"没有存储 {source}。", f"No store {source}."))
    asked = Asked(store=source, settings_file=settings).settings
    old, new = open_store(asked), open_store(Asked(store=target, settings_file=settings).settings)
    key = pseudonyms_of(asked).key_id
    old.identify(key)
    new.identify(key)
    # before what it opens: a store without its key would be given another one
    _carry_key(asked.key_file, Path(f"{target}.key") if settings is None and "://" not in target else None)
    number = new.load(old.dump())
    log = source if isinstance(old, SqliteStore) and holds_log(old.file) else asked.log
    if as_json:
        print_json({"moved": number, "log_stays_in": log})
        return
    say(
        f"迁入 {number} 项。新存储要用同一个密钥文件 {asked.key_file}。",
        f"{number} items moved; use the same key {asked.key_file}.",
    )
    if log is not None:
        say(
            f"日志没有迁，还在 {log}：请保留这个文件；重放或核对迁移前的联系，请加 --log {log}。",
            f"The log was not moved and stays in {log}: keep it. For contacts before the move, add --log {log}.",
        )


def _carry_key(key: Path | None, beside: Path | None) -> None:
    """Puts the key beside the new file, where it is looked for, unless one is there or the settings name one."""
    if key is None or beside is None or beside.exists():
        return
    make_secret(beside, key.read_bytes())
