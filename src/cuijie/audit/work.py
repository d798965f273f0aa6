"""The folder an audit works in: one run at a time, stages timed, what is half done never taken for done."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cuijie.audit.errors import AuditError, AuditStopped
from cuijie.errors import cause_of
from cuijie.whole_files import sweep, write_whole

__all__ = ["Stages", "begin_result", "forget", "peak_memory_mb", "work_folder", "write_json"]


@contextmanager
def work_folder(out: Path) -> Iterator[Path]:
    """``out/work``, owner only, held by this run alone.  Raises AuditError and, for what the disk refuses, AuditStopped."""
    work = out / "work"
    try:
        if out.exists() and not out.is_dir():
            raise AuditError(f"{out} 不是文件夹。", remedy="-o 后面请给一个文件夹（可以是新的）。")
        work.mkdir(parents=True, exist_ok=True)
        work.chmod(0o700)
        lock = (work / "lock").open("a")
    except OSError as error:
        raise AuditError(f"不能在 {out} 里写：{cause_of(error)}。") from error
    with lock:
        _hold(lock.fileno(), out)
        try:
            yield work
        except OSError as error:
            raise AuditStopped(f"在 {out} 里读写出错：{cause_of(error)}。") from error
        finally:
            shutil.rmtree(work / "spill", ignore_errors=True)
            shutil.rmtree(work / "utf8", ignore_errors=True)


def _hold(descriptor: int, out: Path) -> None:
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise AuditError(f"另一个审计正在用 {out}。", remedy="等它跑完，或换一个 -o 文件夹。") from error


def begin_result(out: Path) -> None:
    """From now on the files in *out* are written anew: it is no result again before ``run.json`` is there again."""
    (out / "run.json").unlink(missing_ok=True)
    sweep(out)


def forget(folder: Path, mark: str) -> None:
    """Removes *folder*, first the file *mark* that says it is whole: who is killed meanwhile leaves nothing half there."""
    with suppress(OSError):
        (folder / mark).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """*value* as a JSON file, whole or not at all."""
    write_whole(path, f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode())


def peak_memory_mb() -> int:
    """The most memory this process has held so far, in MiB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


class Stages:
    """How long each stage took, in the order in which they began."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - start

    def told(self) -> list[dict[str, object]]:
        """For ``run.json``."""
        return [{"name": name, "seconds": round(seconds, 2)} for name, seconds in self.seconds.items()]
