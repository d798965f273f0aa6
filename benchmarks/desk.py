"""How quickly the workbench answers on a large case: every page, an answer, the time until the picture is new, scrolling.

    python -m benchmarks.desk [--contacts 10000] [--rounds 9] [--browser] [--folder CASE]

Makes an invented case through the real importers (or opens the one in --folder, made before), starts the workbench
in a process of its own as a user does, and prints one Markdown table.  With --browser a real Chromium loads the
timeline and scrolls it, and the longest tasks on its main thread are named.  Machines differ and are shared: compare
lines of one run.
"""

from __future__ import annotations

import argparse
import html
import http.client
import json
import os
import platform
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import metadata
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import quoteattr

from cuijie.casefile import Case, KdfCost
from cuijie.clock import SHANGHAI
from cuijie.desk.sample import sample_collector, sample_loan, sample_persons
from cuijie.intake.add import add

PASSPHRASE = "four plain words"  # noqa: S105 — the case is invented
PAGES = (
    "timeline", "timeline?page=50", "timeline?rule=cn.time.quiet-hours", "timeline.json", "findings", "questions", "next",
    "papers", "paper/cease_letter_lender", "more", "jobs", "evidence", "facts/loan", "facts/people", "facts/collectors",
)  # fmt: skip
_NUMBERS = [f"1700000{n:04d}" for n in range(2101, 2141)]
_WORDS = (
    "【晴川消费】尊敬的林舟，您的借款5386.52元已逾期{}天，请尽快处理，详询95001234", "再不还就去你单位",
    "我是晴川委外部的，今晚不处理就联系你的紧急联系人{}", "您好，请问是林舟的家属吗，请转告其尽快还款{}",
    "不还钱我就把你照片发到群里{}", "你这个老赖，废物{}",
)  # fmt: skip
_BEGIN = datetime(2026, 1, 5, 8, tzinfo=SHANGHAI)


def _moments(rng: random.Random, count: int) -> list[int]:
    return sorted(
        int((_BEGIN + timedelta(seconds=rng.randrange(300 * 24 * 3600))).timestamp() * 1000) for _ in range(count)
    )


def _sms(rng: random.Random, count: int) -> str:
    rows = "".join(
        f'<sms address="{rng.choice(_NUMBERS)}" date="{at}" type="{1 if rng.random() < 0.95 else 2}" '
        f'body={quoteattr(rng.choice(_WORDS).format(rng.randrange(200)))} read="1" />'
        for at in _moments(rng, count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><smses count="{count}">{rows}</smses>'


def _calls(rng: random.Random, count: int) -> str:
    rows = "".join(
        f'<call number="{rng.choice(_NUMBERS)}" duration="{(length := rng.choice([0, 0, 12, 60, 95]))}" date="{at}" '
        f'type="{1 if length else 3}" presentation="1" />'
        for at in _moments(rng, count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><calls count="{count}">{rows}</calls>'


def make_case(folder: Path, contacts: int) -> None:
    """An invented case of about so many contacts over 300 days: the borrower, the mother, a colleague."""
    rng = random.Random(7)  # noqa: S311 — the same case every time
    with (
        tempfile.TemporaryDirectory() as exports,
        Case.create(folder, PASSPHRASE, cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case,
    ):
        case.put(sample_loan(), replace(sample_collector(), numbers=tuple(_NUMBERS)), *sample_persons())
        for owner, share in (("debtor", 0.6), ("母亲", 0.2), ("同事", 0.2)):
            for name, text in (
                ("sms.xml", _sms(rng, int(contacts * share * 0.55))),
                ("calls.xml", _calls(rng, int(contacts * share * 0.45))),
            ):
                path = Path(exports) / name
                path.write_text(text, encoding="utf-8")
                add(case, [path], owner=owner)


class Desk:
    """A workbench in a process of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        environment = {**os.environ, "CUIJIE_CASES_DIR": str(home)}
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "cuijie", "desk", str(folder), "--no-browser"],
            stdout=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = next(line for line in self.process.stdout if "http://127.0.0.1" in line)
        self.address = line[line.index("http://") :].split()[0]
        parts = urlsplit(self.address)
        self.host, self.cookie = parts.netloc, ""
        _, headers, _ = self.ask("GET", f"/?{parts.query}")
        self.cookie = (headers["Set-Cookie"] or "").partition(";")[0]
        self.ask("GET", "/")
        self.first_page_s = time.perf_counter() - began

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text of one request."""
        headers = {"Cookie": self.cookie, "Origin": f"http://{self.host}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection(self.host, timeout=120)) as connection:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def seconds(self, path: str) -> float:
        """How long one page takes."""
        began = time.perf_counter()
        status, _, text = self.ask("GET", path)
        assert status == 200, text[:300]
        return time.perf_counter() - began

    def is_updating(self) -> bool:
        """True while a newer assessment is being made."""
        return bool(json.loads(self.ask("GET", "/c/1/status")[2])["updating"])


@contextmanager
def running(folder: Path) -> Iterator[Desk]:
    """A workbench over the case in *folder*, for the time of the block."""
    with tempfile.TemporaryDirectory() as home:
        desk = Desk(folder, Path(home))
        try:
            yield desk
        finally:
            desk.process.kill()
            desk.process.wait(20)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def _row(what: str, *values: str) -> None:
    print("| " + " | ".join((what, *values)) + " |")


def measure(desk: Desk, rounds: int) -> None:
    """Prints the table of one workbench over one case."""
    _row("what", "first", "median", "slowest")
    _row("---", "--:", "--:", "--:")
    _row("start of the command to the first page", _ms(desk.first_page_s), "", "")
    began = time.perf_counter()
    status, _, _ = desk.ask("POST", "/open", urlencode({"slug": "1", "passphrase": PASSPHRASE}).encode())
    assert status == 303
    desk.seconds("/c/1/timeline")
    _row("passphrase to the records", _ms(time.perf_counter() - began), "", "")
    while 'http-equiv="refresh"' in desk.ask("GET", "/c/1/findings")[2]:
        pass  # the page that says that the case is being checked
    _row("passphrase to the first findings", _ms(time.perf_counter() - began), "", "")
    for path in PAGES:
        times = [desk.seconds(f"/c/1/{path}") for _ in range(rounds)]
        _row(f"`{path}`", _ms(times[0]), _ms(statistics.median(times)), _ms(max(times)))
    _answers(desk)


def _answers(desk: Desk) -> None:
    posts, during, until = [], [], []
    for number in range(3):
        text = desk.ask("GET", "/c/1/questions")[2]
        found = re.findall(r'name="(?:question|q0)" value="([^"]+)"', text)
        body = urlencode({"question": html.unescape(found[number]), "value": "不知道", "back": "questions"}).encode()
        began = time.perf_counter()
        assert desk.ask("POST", "/c/1/answer", body)[0] == 303
        posts.append(time.perf_counter() - began)
        while desk.is_updating():
            during += [desk.seconds(f"/c/1/{path}") for path in ("questions", "findings", "timeline", "next")]
        until.append(time.perf_counter() - began)
    _row("answering a question", _ms(posts[0]), _ms(statistics.median(posts)), _ms(max(posts)))
    _row("pages while the picture is renewed", "", _ms(statistics.median(during or [0])), _ms(max(during or [0])))
    _row("until the picture is new (pages asked all the while)", "", _ms(statistics.median(until)), _ms(max(until)))


_TASKS = """
new Promise((done) => {
  const tasks = [];
  new PerformanceObserver((list) => { for (const one of list.getEntries()) tasks.push(Math.round(one.duration)); })
    .observe({ type: 'longtask', buffered: false });
  let at = 0;
  const step = () => {
    at += 400;
    window.scrollTo(0, at);
    if (at < document.documentElement.scrollHeight && at < 60000) requestAnimationFrame(step);
    else setTimeout(() => done(tasks), 300);
  };
  requestAnimationFrame(step);
})
"""


def scroll(desk: Desk) -> None:
    """Loads pages of the timeline in Chromium and scrolls them from end to end."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CUIJIE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        print(f"\nChromium {browser.version}, timeline:\n")
        _row("page", "loaded", "longest task while scrolling", "tasks over 50 ms")
        _row("---", "--:", "--:", "--:")
        for width in (360, 1280):
            context = browser.new_context(viewport={"width": width, "height": 800})
            name, _, value = desk.cookie.partition("=")
            context.add_cookies([{"name": name, "value": value, "url": f"http://{desk.host}"}])
            page = context.new_page()
            for place in ("timeline", "timeline?page=50"):
                began = time.perf_counter()
                page.goto(f"http://{desk.host}/c/1/{place}", wait_until="load")
                loaded = time.perf_counter() - began
                page.wait_for_timeout(3000)
                tasks: list[int] = page.evaluate(_TASKS)
                _row(f"`{place}` at {width} px", _ms(loaded), f"{max(tasks, default=0)} ms", str(len(tasks)))
            context.close()
        browser.close()


def main() -> None:
    """Makes or opens the case, measures, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--browser", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "case"
        if given.folder is not None and given.folder.exists():
            shutil.copytree(given.folder, folder)
        else:
            make_case(folder, given.contacts)
            if given.folder is not None:
                shutil.copytree(folder, given.folder)
        versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("starlette", "uvicorn", "jinja2"))
        print(f"{given.contacts:,} contacts; Python {platform.python_version()}, {versions}; {os.cpu_count()} cores\n")
        with running(folder) as desk:
            measure(desk, given.rounds)
            if given.browser:
                scroll(desk)


if __name__ == "__main__":
    main()
