"""From settings to a gate: rulebook, store, key of the pseudonyms and log, put together."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from cuijie.clock import Clock, SystemClock
from cuijie.errors import BadInput
from cuijie.gate.clock_watch import ClockWatch
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.errors import SettingsError
from cuijie.gate.gate import Gate
from cuijie.gate.pseudonyms import Pseudonyms, load_or_make_key
from cuijie.gate.registers.rows import REGISTER_COLUMNS
from cuijie.gate.retention import load_retention
from cuijie.gate.settings import Settings
from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.gate.stores.sqlite_store import SqliteStore
from cuijie.records import COLUMN_BY_NAME
from cuijie.rulebook import Rulebook, load_rulebook

__all__ = ["open_gate", "open_log", "open_store", "pseudonyms_of", "with_store"]


def open_gate(settings: Settings, *, clock: Clock | None = None, rulebook: Rulebook | None = None) -> Gate:
    """The gate that *settings* describe.  Raises SettingsError, KeyfileError, StoreUnreachable, StoreDamaged."""
    book = rulebook or load_rulebook(settings.rules)
    _check_rules(settings, book)
    _check_facts(settings, book)
    if settings.retention is not None:
        load_retention(settings.retention)  # seen now, not hours later when it is first applied
    is_new = settings.key_file is None or not settings.key_file.exists()
    pseudonyms = pseudonyms_of(settings)
    store = open_store(settings)
    now = clock or SystemClock()
    watch = None
    if settings.clock_jump_s is not None and isinstance(now, SystemClock):  # any other clock is meant to stand or jump
        watch = ClockWatch(now, store, tolerance_s=settings.clock_jump_s, confirmed=settings.clock_confirmed)
    log = open_log(settings, pseudonyms, store)
    if log is None and "://" in settings.store:  # a server may come back empty: without a log only the key remembers
        store.identify(pseudonyms.key_id, may_be_new=is_new)
    return Gate(book, store, pseudonyms=pseudonyms, clock=now, settings=settings, log=log, watch=watch)


def _check_rules(settings: Settings, book: Rulebook) -> None:
    for id_ in settings.advise_only:
        try:
            book.rule(id_)
        except BadInput as error:
            raise SettingsError(f"advise_only：{error.message}", remedy=error.remedy) from error


def _check_facts(settings: Settings, book: Rulebook) -> None:
    """A fact under a misspelt name would be overlooked, here as in an ask."""
    known = {*COLUMN_BY_NAME, *REGISTER_COLUMNS, *book.law_facts}
    for place, facts in (
        ("complete", settings.complete),
        *((f"lenders.{name}", f) for name, f in settings.lenders.items()),
    ):
        strange = [name for name in facts if name not in known]
        if strange:
            raise SettingsError(
                f"设置的 {place}：不认识 {'、'.join(strange)}，写错的事实会被漏看。",
                remedy=f"可以写登记的列（{'、'.join(REGISTER_COLUMNS)}）和规则书要问的事实（{'、'.join(book.law_facts)}）。",
            )


def pseudonyms_of(settings: Settings) -> Pseudonyms:
    """Under the key of the settings; without one a store in memory has a passing key."""
    if settings.key_file is not None:
        return Pseudonyms(load_or_make_key(settings.key_file))
    if settings.store == "memory" and settings.log is None:
        return Pseudonyms.passing()
    raise SettingsError(
        "存下来的记录要有 key_file：编号和号码以带密钥的假名存放。", remedy="请在设置里写 key_file: gate.key。"
    )


def open_store(settings: Settings) -> GateStore:
    """The store of *settings*, made if it is a file that does not exist.  Raises SettingsError, StoreUnreachable."""
    if settings.store == "memory":
        return MemoryStore()
    if "://" not in settings.store:
        return SqliteStore(Path(settings.store), durable=settings.durable)
    scheme = settings.store.partition("://")[0]
    if scheme not in ("redis", "rediss", "valkey", "unix", "redis+cluster", "rediss+cluster"):
        raise SettingsError(f"不认识存储 {scheme}://。", remedy="写 memory、文件名或 redis://…。")
    if find_spec("redis") is None:
        raise SettingsError("没有装 Redis 客户端。", remedy="请安装 cuijie[gate]，或写 memory、文件名。")
    from cuijie.gate.stores.redis_store import open_redis

    return open_redis(settings.store)


def open_log(settings: Settings, pseudonyms: Pseudonyms, store: GateStore | None) -> DecisionLog | None:
    """The decision log: in a file of its own if the settings name one, else in the SQLite store's."""
    if settings.log is not None:
        return DecisionLog(SqliteFile(Path(settings.log), durable=settings.durable), pseudonyms)
    return DecisionLog(store.file, pseudonyms) if isinstance(store, SqliteStore) else None


def with_store(settings: Settings, store: Path) -> Settings:
    """*settings* for the SQLite file *store*, with the key beside it unless they name one."""
    key = settings.key_file or store.with_name(store.name + ".key")
    return replace(settings, store=str(store), key_file=key)
