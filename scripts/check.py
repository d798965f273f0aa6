"""Every check and test of the project, in the order in which they fail fastest.  ``./run test [--quick] [PYTEST…]``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT / "scripts"))

from set_up import SetUpFailed, apt_install, say  # noqa: E402

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)


def find_chromium() -> str | None:
    """The Chromium to drive: CUIJIE_CHROMIUM, one on the machine, or playwright's own download."""
    named = os.environ.get("CUIJIE_CHROMIUM")
    if named:
        return named
    for name in CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return found
    for app in CHROMIUM_APPS:
        if Path(app).exists():
            return app
    code = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None


def ensure_chromium() -> str:
    """A Chromium, fetched if it is not there; SetUpFailed says in one line what to install when it may not be."""
    found = find_chromium()
    if found:
        return found
    say("取 Chromium（浏览器测试用）……")
    if not apt_install("chromium"):
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True, check=False)
    found = find_chromium()
    if not found:
        raise SetUpFailed(
            "浏览器测试需要 Chromium：请安装（Debian/Ubuntu：sudo apt install chromium），或用 CUIJIE_CHROMIUM 指明位置。"
        )
    return found


def ensure_tools() -> None:
    """The real servers and readers the tests talk to."""
    needed = {"openssl": "openssl", "redis-server": "redis-server", "pdftoppm": "poppler-utils"}
    missing = {tool: package for tool, package in needed.items() if not shutil.which(tool)}
    if missing and not apt_install(*missing.values()):
        say(f"有些测试会说明自己没有运行：缺少 {'、'.join(missing)}（sudo apt install {' '.join(missing.values())}）。")


def font_environment() -> dict[str, str]:
    """Lets Chromium draw Chinese with the fonts fetched at set-up, on a machine that has none."""
    folder = ROOT / ".state"
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{folder / 'fonts'}</dir><cachedir>{folder / 'fontcache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(settings)} if sys.platform.startswith("linux") else {}


def steps(quick: bool, extra: list[str]) -> list[tuple[str, list[str]]]:
    """(what it is, command) in order."""
    pytest = [str(BIN / "pytest"), "-q", "-n", str(os.cpu_count() or 2), "--dist", "worksteal"]
    selection = ["-m", "not slow"] if quick else []
    written = ["src", "tests", "scripts", "benchmarks", "fuzz", "docs/guide_theme"]
    return [
        ("ruff", [str(BIN / "ruff"), "check", *written]),
        ("format", [str(BIN / "ruff"), "format", "--check", "-q", *written]),
        ("types", [str(BIN / "mypy")]),
        ("imports", [str(BIN / "lint-imports"), "--no-cache"]),
        ("rules", [sys.executable, "-m", "cuijie", "rules", "test"]),
        ("tests", [*pytest, *selection, *extra]),
    ]


def main(arguments: list[str]) -> int:
    """Run every step; the first failure ends the run with its code."""
    quick = "--quick" in arguments
    extra = [argument for argument in arguments if argument != "--quick"]
    environment = {**os.environ, **font_environment(), "PYTHONUTF8": "1"}
    try:
        if not quick:
            environment["CUIJIE_CHROMIUM"] = ensure_chromium()
            ensure_tools()
    except SetUpFailed as failure:
        say(str(failure))
        return 3
    for name, command in steps(quick, extra):
        started = time.monotonic()
        say(f"—— {name}")
        code = subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode
        say(f"—— {name}：{'通过' if code == 0 else f'未通过（{code}）'}，{time.monotonic() - started:.0f} 秒")
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
