"""What is given to ``cuijie audit`` and ``audit lenders`` alike, and told while they run: options, zones, facts of law, progress."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY
from cuijie.cli.language import t
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import rules_option
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.audit import AuditOptions

__all__ = ["RunAsked", "drop_work", "facts_of", "run_options", "teller", "work_is_kept"]

_WORTH_TELLING = 1_000_000_000  # bytes of disk: of less, nobody needs to hear while there is plenty
_STAGES = {
    "room": ("要用磁盘", "disk needed:"),
    "stage": ("读入日志", "reading the log"),
    "texts": ("读文字", "reading texts"),
    "judge": ("逐日判断", "judging day by day"),
    "merge": ("汇总", "writing the result"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked:
    """How a run is to be made: what the options say that every audit has."""

    engine: str
    folders: tuple[Path, ...]
    only: tuple[str, ...]
    zone: str
    since: date | None
    until: date | None
    memory: str
    unmasked: bool
    discard_work: bool
    mask_key: Path | None

    def options(self, out: Path) -> AuditOptions:
        """The options of a run into *out*, its log still to be named.  Raises BadInput."""
        from cuijie.audit import AuditOptions

        return AuditOptions(
            log=None,
            out=out,
            engine=self.engine,
            rules=self.folders,
            only=self.only,
            zone=_zone(self.zone),
            since=self.since,
            until=self.until,
            memory=self.memory,
            unmasked=self.unmasked,
            mask_key=self.mask_key,
        )


run_options = grouped(
    "run",
    RunAsked,
    click.option(
        "--engine",
        default="duckdb",
        help=t("duckdb，或 Spark 的地址 sc://主机:端口", "duckdb, or a Spark server sc://HOST:PORT"),
    ),
    rules_option,
    click.option("--only", multiple=True, help=t("只审这条规则（可写几次）", "only this rule (may be repeated)")),
    click.option(
        "--tz", "zone", default="Asia/Shanghai", help=t("没写时区的时间按哪个时区", "zone of times written without one")
    ),
    click.option("--since", type=DAY, help=t("从哪天起（2026-03-01）", "from this day on")),
    click.option("--until", type=DAY, help=t("到哪天止（含当天）", "up to this day, included")),
    click.option("--memory", default="2GB", help=t("内存上限（数据库部分）", "ceiling for the database's memory")),
    click.option(
        "--unmasked",
        is_flag=True,
        help=t(
            "结果里写原来的编号和号码（会记在 run.json）", "write ids and numbers as they are (recorded in run.json)"
        ),
    ),
    click.option(
        "--discard-work",
        is_flag=True,
        help=t(
            "完成后删去结果里的 work 文件夹（下一次全部重算）",
            "remove the folder work from the result when done (the next run begins anew)",
        ),
    ),
    click.option(
        "--mask-key",
        type=click.Path(path_type=Path),
        help=t("假名的密钥文件（默认在本机数据文件夹）", "key file of the pseudonyms"),
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


def _zone(written: str) -> str:
    """*written*, if there is a zone of that name.  Raises BadInput."""
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
