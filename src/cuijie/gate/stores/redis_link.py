"""The wire to Redis or Valkey: one server or a cluster, short waits, every failure said as StoreUnreachable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from cuijie.gate.errors import SettingsError, StoreUnreachable

__all__ = ["RedisLink", "Script"]

_Arg = str | bytes | int
_Reply = Any  # what Redis answers has no type of its own; each caller reads it into one at once
_Result = TypeVar("_Result")


class Script:
    """A script and the name by which the server knows it once it has seen it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


class RedisLink:
    """Runs scripts and commands; safe to use from many threads.

    *url* is ``redis://`` or ``rediss://``; that the server belongs to a cluster is seen by itself.  Raises
    SettingsError for a URL that cannot be used or a server that throws data away when its memory is full.
    """

    def __init__(self, url: str, *, wait_s: float) -> None:
        options = {
            "socket_timeout": wait_s,
            "socket_connect_timeout": wait_s,
            "retry": Retry(NoBackoff(), 0),  # what may be repeated is repeated here, knowingly
            "health_check_interval": 0,
        }
        try:
            self._one: redis.Redis = redis.Redis.from_url(url, **options)
        except ValueError as error:
            raise SettingsError(
                "Redis 的地址读不懂。", remedy="写成 redis://主机:6379/0；加密写 rediss://。"
            ) from error
        about = self._asked(lambda: self._one.info())
        self.is_cluster = bool(about.get("cluster_enabled"))
        self._client: Any = self._one
        if self.is_cluster:
            self._client = self._asked(lambda: redis.RedisCluster.from_url(url, **options))
        _check_memory(about)
        self.version = str(about.get("valkey_version") or about.get("redis_version") or "")
        self.is_durable = bool(about.get("aof_enabled")) and self._syncs_always()

    def _syncs_always(self) -> bool:
        try:
            return bool(self._one.config_get("appendfsync").get("appendfsync") == "always")
        except redis.RedisError:
            return False  # not allowed to ask: not promised

    def run(self, script: Script, keys: Sequence[str], arguments: Sequence[_Arg], *, may_repeat: bool = True) -> _Reply:
        """The answer of *script*, in one round trip; a lost connection is tried once more if it *may_repeat*."""

        def once() -> _Reply:
            try:
                return self._client.evalsha(script.sha, len(keys), *keys, *arguments)
            except redis.exceptions.NoScriptError:  # the server was restarted or is new: give it the text
                return self._client.eval(script.text, len(keys), *keys, *arguments)

        return self._asked(once, again=may_repeat)

    def run_many(self, script: Script, calls: Iterable[tuple[Sequence[str], Sequence[_Arg]]]) -> list[_Reply]:
        """The answers of *script* to many *calls* that may be repeated, made in order and in one round trip.

        For one server: what a cluster is asked goes to several.
        """
        asked = list(calls)

        def told() -> list[_Reply]:
            pipe: Any
            with self._one.pipeline(transaction=False) as pipe:
                for keys, arguments in asked:
                    pipe.evalsha(script.sha, len(keys), *keys, *arguments)
                answers: list[_Reply] = pipe.execute(raise_on_error=False)
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers

        def once() -> list[_Reply]:
            try:
                return told()
            except redis.exceptions.NoScriptError:  # the server was restarted or is new: give it the text
                self._one.script_load(script.text)
                return told()

        return self._asked(once, again=True)

    def command(self, name: str, *arguments: _Arg) -> _Reply:
        """The answer to one command that changes nothing or may be repeated."""
        return self._asked(lambda: self._client.execute_command(name, *arguments), again=True)

    def times(self) -> list[int]:
        """What the clock of each server shows, in microseconds since 1970."""
        told = self.command("TIME")
        return [int(s) * 1_000_000 + int(us) for s, us in (told.values() if isinstance(told, dict) else [told])]

    def lengths(self, lists: Sequence[str]) -> list[int]:
        """How long each list is, in one round trip to each machine."""

        def once() -> list[int]:
            with self._client.pipeline() if self.is_cluster else self._client.pipeline(transaction=False) as pipe:
                for name in lists:
                    pipe.llen(name)
                return [int(length) for length in pipe.execute()]

        return self._asked(once, again=True) if lists else []

    def scan(self, pattern: str) -> list[str]:
        """Every key that fits *pattern*, on every machine, sorted; none twice."""
        found = self._asked(lambda: set(self._client.scan_iter(match=pattern, count=1000)))
        return sorted(key.decode() for key in found)

    def close(self) -> None:
        """Lets go of all connections."""
        self._client.close()
        self._one.close()

    def _asked(self, ask: Callable[[], _Result], *, again: bool = False) -> _Result:
        try:
            return ask()
        except redis.TimeoutError as error:
            raise _unreachable(error) from error
        except (redis.ConnectionError, OSError) as error:
            if not again:
                raise _unreachable(error) from error
        except redis.RedisError as error:
            raise _unreachable(error) from error
        return self._asked(ask)


def _unreachable(error: Exception) -> StoreUnreachable:
    kind = type(error).__name__
    # the first word of an answer (OOM, READONLY, LOADING, CLUSTERDOWN) is Redis's own and holds no data
    word = str(error).split(" ", 1)[0] if isinstance(error, redis.ResponseError) else ""
    shown = word if word.isupper() else kind
    return StoreUnreachable(
        f"计数的存储（Redis）没有给出答复（{shown}）。", remedy="请核对它是否在运行、地址和密码对不对。"
    )


def _check_memory(about: dict[str, Any]) -> None:
    policy = str(about.get("maxmemory_policy", "noeviction"))
    if int(about.get("maxmemory", 0)) and policy != "noeviction":
        raise SettingsError(
            f"这台 Redis 在内存满时会丢掉数据（maxmemory-policy {policy}），次数就会少计。",
            remedy="请把 maxmemory-policy 设为 noeviction，或给闸门单独一台。",
        )
