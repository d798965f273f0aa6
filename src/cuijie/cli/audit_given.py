"""What is given to ``cuijie audit`` and ``audit lenders`` alike, and told while they run: options, zones, facts of law, progress."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import click

from cuijie.cli.dates import DAY
from cuijie.cli.language import t
from cuijie.errors import BadInput

__all__ = [
    "DISCARD_WORK",
    "MASK_KEY",
    "MEMORY",
    "ONLY",
    "SINCE",
    "UNTIL",
    "ZONE",
    "drop_work",
    "facts_of",
    "teller",
    "work_is_kept",
    "zone_of",
]

_WORTH_TELLING = 1_000_000_000  # bytes of disk: of less, nobody needs to hear while there is plenty
_STAGES = {
    "room": ("要用磁盘", "disk needed:"),
    "stage": ("读入日志", "reading the log"),
    "texts": ("读文字", "reading texts"),
    "judge": ("逐日判断", "judging day by day"),
    "merge": ("汇总", "writing the result"),
}

_PATH = click.Path(path_type=Path)

ONLY = click.option("--only", multiple=True, help=t("只审这条规则（可写几次）", "only this rule (may be repeated)"))
ZONE = click.option(
    "--tz", "zone", default="Asia/Shanghai", help=t("没写时区的时间按哪个时区", "zone of times written without one")
)
SINCE = click.option("--since", type=DAY, help=t("从哪天起（2026-03-01）", "from this day on"))
UNTIL = click.option("--until", type=DAY, help=t("到哪天止（含当天）", "up to this day, included"))
MEMORY = click.option("--memory", default="2GB", help=t("内存上限（数据库部分）", "ceiling for the database's memory"))
MASK_KEY = click.option(
    "--mask-key", type=_PATH, help=t("假名的密钥文件（默认在本机数据文件夹）", "key file of the pseudonyms")
)
DISCARD_WORK = click.option(
    "--discard-work",
    is_flag=True,
    help=t(
        "完成后删去结果里的 work 文件夹（下一次全部重算）",
        "remove the folder work from the result when done (the next run begins anew)",
    ),
)


def drop_work(out: Path) -> None:
    """Remove what a run keeps for the next one."""
    shutil.rmtree(out / "work", ignore_errors=True)


def work_is_kept(where: str) -> str:
    """The sentence that says so, and what is in it."""
    return t(
        f"{where} 留给下一次续算，里面有日志原来的编号：交出结果前请删去（--discard-work 会在完成后删去）。",
        f"{where} is kept for the next run and holds ids as the log has them: remove it before you hand over the result (--discard-work does).",
    )


def zone_of(written: str) -> str:
    """The name of a zone, if there is one of that name.  Raises BadInput."""
    from zoneinfo import ZoneInfo

    try:
        if not written.startswith(("+", "-")):
            ZoneInfo(written)
        else:
            datetime.fromisoformat(f"2026-03-01T00:00:00{written}")
    except (ValueError, KeyError, OSError) as error:
        raise BadInput(
            t(f"不认识时区“{written}”。", f"Unknown zone {written}."),
            remedy=t("写成 Asia/Shanghai、UTC 或 +08:00。", "Write Asia/Shanghai, UTC or +08:00."),
        ) from error
    return written


def facts_of(path: Path | None) -> Mapping[str, object]:
    """The facts of law in a YAML file.  Raises DataFileError."""
    from cuijie.datafiles import load_table

    if path is None:
        return {}
    return load_table(path, "应是一个映射：member_nifa: true，或 贷款人: {member_nifa: true}")


def teller(whose: str = "") -> Callable[[str, int, int], None]:
    """Progress (of *whose* log) with the time that is left, on stderr: one line on a terminal, a line a stage elsewhere."""
    started: dict[str, float] = {}
    shown = {"at": 0.0}
    terminal = sys.stderr.isatty()

    def tell(stage: str, done: int, total: int) -> None:
        if stage == "room" and done < min(_WORTH_TELLING, total // 2):
            return
        now = time.monotonic()
        fresh = stage not in started
        started.setdefault(stage, now)
        ended = (total > 0 and done >= total) or stage == "room"
        if not fresh and not ended and now - shown["at"] < (0.2 if terminal else 10.0):
            return
        shown["at"] = now
        words = whose + t(*_STAGES.get(stage, (stage, stage)))
        if stage == "room":
            words += t(
                f"至多约 {_gigabytes(done)}，还有 {_gigabytes(total)}",
                f" at most about {_gigabytes(done)}, {_gigabytes(total)} free",
            )
        elif total > 0:
            words += f" {min(100, done * 100 // total):3}%"
            if 0 < done < total:
                left = int((now - started[stage]) * (total - done) / done)
                words += t(f"，约剩 {left // 60} 分 {left % 60:02} 秒", f", about {left // 60}:{left % 60:02} left")
        elif done:
            words += f" {done}"
        click.echo(f"\r\x1b[K{words}" if terminal else words, err=True, nl=not terminal or ended)

    return tell


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
