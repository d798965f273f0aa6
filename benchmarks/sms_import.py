"""How fast a phone's SMS XML is taken in, beside a bare lxml iterparse of the same file in the same run.

    python -m benchmarks.sms_import [TEXTS] [--pictures N]

Writes an invented backup (TEXTS short texts and among them N picture messages of 150 KB; 200000 and 4600 make a gigabyte),
parses it with iterparse, reads it with our importer, and takes it into an encrypted case.  Prints processor and elapsed
seconds and the ratios.
"""

from __future__ import annotations

import argparse
import base64
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from cuijie.casefile import Case, KdfCost
from cuijie.intake import Source, add
from cuijie.intake.android import sms_backup
from cuijie.intake.registry import findings, importers

_AT = 1_600_000_000_000


def write(path: Path, texts: int, pictures: int) -> None:
    """*texts* short texts, two thirds from gateways with a signature and the rest private, and *pictures* among them."""
    chance = random.Random(3)  # noqa: S311
    shown = 0
    with path.open("w", encoding="utf-8") as out:
        out.write(f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{texts + pictures}\">\n")
        for i in range(texts):
            out.write(_text(chance, i))
            while shown * texts < i * pictures:
                out.write(_picture(chance, shown))
                shown += 1
        out.writelines(_picture(chance, i) for i in range(shown, pictures))
        out.write("</smses>\n")


def _text(chance: random.Random, i: int) -> str:
    body = (
        f"【晴川消费】您的借款已逾期{i % 90}天，请尽快处理。回T退订&#10;编号{i}"
        if i % 3
        else f"明天几点到？我在{i}路口"
    )
    number = f"10690{chance.randrange(300):06d}" if i % 3 else f"+86138{chance.randrange(2000):08d}"
    at = _AT + i * 700_123
    return (
        f'  <sms protocol="0" address="{number}" date="{at}" type="{1 if i % 4 else 2}" subject="null" '
        f'body="{body}" toa="null" sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
        f'date_sent="{at - 1000}" sub_id="1" readable_date="2025年3月3日 21:03:11" contact_name="(Unknown)" />\n'
    )


def _picture(chance: random.Random, i: int) -> str:
    data = base64.b64encode(chance.randbytes(150_000)).decode()
    return (
        f'<mms date="{_AT + i * 1_000_000}" msg_box="1" address="1700000{i:04d}" m_type="132" sub="null"><parts>'
        f'<part seq="0" ct="image/jpeg" name="a.jpg" cl="a{i}.jpg" text="null" data="{data}" />'
        f'</parts><addrs><addr address="1700000{i:04d}" type="137" /></addrs></mms>\n'
    )


def _iterparse(path: Path) -> None:
    for _, element in etree.iterparse(str(path)):
        element.clear()


def _read(path: Path) -> None:
    source = Source(name=path.name, item_id="i", owner="debtor", opener=lambda: path.open("rb"), is_item=True)
    for _ in findings(sms_backup, source, together=True):  # type: ignore[arg-type]
        pass


def _take_in(folder: Path, path: Path) -> None:
    with Case.create(folder / "case", "x", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
        print(add(case, [path]).files[0].understood)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """Measures once and prints a table."""
    wanted = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    wanted.add_argument("texts", nargs="?", type=int, default=150_000)
    wanted.add_argument("--pictures", type=int, default=0)
    chosen = wanted.parse_args()
    importers()  # their import is no part of what is measured
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "sms.xml"
        write(path, chosen.texts, chosen.pictures)
        bare = _timed(lambda: _iterparse(path))
        print(f"{path.stat().st_size / 1e6:.0f} MB; iterparse {bare[0]:.2f} s CPU, {bare[1]:.2f} s")
        for name, work in (("read", lambda: _read(path)), ("taken in", lambda: _take_in(Path(made), path))):
            cpu, wall = _timed(work)
            print(f"{name}: {cpu:.2f} s CPU ({bare[0] / cpu:.2f}x), {wall:.2f} s ({bare[1] / wall:.2f}x)")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


if __name__ == "__main__":
    main()
