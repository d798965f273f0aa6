"""Large exports: bounded memory, whatever they are made of."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
from pathlib import Path

import pytest

from . import intake_samples as samples

LIMIT_MIB = 300
_SCRIPT = """
import resource, sys
from pathlib import Path
from cuijie.casefile import Case, KdfCost
from cuijie.intake import add
with Case.create(sys.argv[1], "x", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
    (report,) = add(case, [sys.argv[2]]).files
status = Path("/proc/self/status")
if status.exists():  # of this program alone; ru_maxrss may still count the process that started it
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
print(report.read, report.kept, peak // 1024)
"""


def _taken_in(tmp_path: Path, path: Path) -> tuple[int, int, int]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "case"), str(path)], capture_output=True, text=True, check=True
    )
    read, kept, peak = map(int, done.stdout.split())
    return read, kept, peak


@pytest.mark.slow
def test_a_hundred_thousand_texts_need_no_more_memory_than_promised(tmp_path: Path) -> None:
    path = tmp_path / "sms.xml"
    with path.open("w", encoding="utf-8") as out:
        out.write("<?xml version='1.0' encoding='UTF-8' ?>\n<smses count='100000'>\n")
        for number in range(100_000):
            out.write(
                samples.sms_row(
                    f"1069{number % 500:011d}", f"{samples.DEBT}{number}", 1_740_964_502_118 + number * 7919
                )
                + "\n"
            )
        out.write("</smses>\n")
    read, kept, peak = _taken_in(tmp_path, path)
    assert (read, kept) == (100_000, 100_000)
    assert peak < LIMIT_MIB


@pytest.mark.slow
def test_many_and_big_pictures_need_no_more_memory_than_promised(tmp_path: Path) -> None:
    path = tmp_path / "mms.xml"
    chance = random.Random(1)  # noqa: S311
    with path.open("w", encoding="utf-8") as out:
        out.write("<smses count='61'>\n")
        for number, size in enumerate([1_000_000] * 60 + [15_000_000]):
            data = base64.b64encode(chance.randbytes(size)).decode()
            out.write(
                samples.mms_row("17000001188", str(number), 1_740_964_502_118 + number, picture=b"x").replace(
                    "eA==", data
                )
                + "\n"
            )
        out.write("</smses>\n")
    read, kept, peak = _taken_in(tmp_path, path)
    assert (read, kept) == (61, 61)
    assert peak < LIMIT_MIB
