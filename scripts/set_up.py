"""Sets Cuijie up on a machine that has only Python 3.11+, then runs it.  Standard library only.

``./run demo`` and every other ``./run COMMAND`` need the *run* environment: the pinned, hashed packages of
``requirements/run.txt`` in ``.venv`` and the fonts and scripts of ``assets/package-lock.json`` in
``.state``.  ``./run test`` needs ``requirements/test.txt`` and a Chromium as well.  What is in place is
remembered by the digest of the files it was made from, so the second time starts at once and offline.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".state"
VENV = Path(os.environ.get("CUIJIE_VENV", ROOT / ".venv"))
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
ASSETS = {
    "fonts/NotoSansSC-Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "fonts/NotoSansSC-Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    "fonts/NotoSerifSC-Regular.ttf": "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "fonts/NotoSerifSC-Bold.ttf": "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
    "fonts/LICENSE-noto-sans-sc": "@expo-google-fonts/noto-sans-sc/LICENSE_FONT",
    "fonts/LICENSE-noto-serif-sc": "@expo-google-fonts/noto-serif-sc/LICENSE_FONT",
    "web/echarts.min.js": "echarts/dist/echarts.min.js",
    "web/LICENSE-echarts": "echarts/LICENSE",
    "web/axe.min.js": "axe-core/axe.min.js",
    "web/LICENSE-axe-core": "axe-core/LICENSE",
}


class SetUpFailed(Exception):
    """One line saying what to install or do."""


def say(line: str) -> None:
    """Progress, on stderr so that results on stdout stay clean."""
    print(line, file=sys.stderr, flush=True)


def digest_of(*names: str) -> str:
    """One digest over the named files of the repository and the Python that runs them."""
    total = hashlib.sha256(f"{sys.version_info[:2]} {VENV}".encode())
    for name in names:
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()


def once(mark: str, made_from: tuple[str, ...], still_there: Path, make: Callable[[], None]) -> None:
    """Run *make* unless the mark says it was made from these very files and its result still stands."""
    stamp = STATE / f"made-{mark}"
    wanted = digest_of(*made_from)
    if stamp.exists() and stamp.read_text() == wanted and still_there.exists():
        return
    make()
    STATE.mkdir(exist_ok=True)
    stamp.write_text(wanted)


def call(command: list[str | Path], problem: str, **options: object) -> None:
    """Run a command quietly; on failure show its last lines and what to do about it."""
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **options)  # type: ignore[call-overload]
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise SetUpFailed(f"{tail}\n{problem}")


def make_venv() -> None:
    """An empty virtual environment, by uv where this Python's own ``venv`` is missing (Debian ships it apart)."""
    say("准备 Python 环境……")
    command: list[str | Path] = [sys.executable, "-m", "venv", VENV]
    if subprocess.run(command, capture_output=True, check=False).returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if venv_by_uv():
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not apt_install(package):
        raise SetUpFailed(f"这台机器的 Python 缺少 venv，请先执行：sudo apt install {package}")
    call(command, "建不了 Python 虚拟环境。")


def venv_by_uv() -> bool:
    """An environment made by uv, fetched by this Python's pip into a folder of its own; False if there is no pip."""
    place, bootstrap = STATE / "uv", ROOT / "requirements/bootstrap.txt"
    environment = {**os.environ, "PYTHONPATH": str(place)}
    uv: list[str | Path] = [sys.executable, "-m", "uv"]
    steps: list[list[str | Path]] = [
        [sys.executable, "-m", "pip", "install", "-q", "--target", place, "--require-hashes", "-r", bootstrap],
        [*uv, "venv", "-q", "--python", sys.executable, VENV],
        [
            *uv,
            "pip",
            "install",
            "-q",
            "--python",
            VENV,
            *index_options(sys.executable),
            "--require-hashes",
            "-r",
            bootstrap,
        ],
    ]
    made = all(
        subprocess.run(step, capture_output=True, check=False, env=environment, cwd=STATE).returncode == 0
        for step in steps
    )
    shutil.rmtree(place, ignore_errors=True)
    if not made:
        shutil.rmtree(VENV, ignore_errors=True)
    return made


def apt_install(*packages: str) -> bool:
    """Install Debian packages if this is Debian and we may (root, or sudo without a password); True if done."""
    if not shutil.which("apt-get"):
        return False
    prefix: list[str] = []
    if not (hasattr(os, "geteuid") and os.geteuid() == 0):
        if (
            not shutil.which("sudo")
            or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return False
        prefix = ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*prefix, "apt-get", "update", "-qq"], capture_output=True, check=False, env=environment)
    command = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    return subprocess.run(command, capture_output=True, check=False, env=environment).returncode == 0


def index_options(python: str | Path = PYTHON) -> list[str]:
    """The package index that the user's pip is set to (a mirror, say), for uv, which does not read pip's settings."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return []
    asked = subprocess.run(
        [python, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True, check=False
    )
    url = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    return ["--default-index", url] if url else []


def install_packages(requirements: str) -> None:
    """The pinned packages into the virtual environment, every file checked against its hash."""
    if not PYTHON.exists():
        make_venv()
    say("安装所需的软件包（第一次约需一两分钟，全部核对哈希）……")
    trouble = "软件包没有装好：请检查网络（国内可先设置 pip 镜像），然后再运行一次；已装好的不会重来。"
    if subprocess.run([PYTHON, "-m", "uv", "--version"], capture_output=True, check=False).returncode:
        bootstrap = ROOT / "requirements/bootstrap.txt"
        call([PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", bootstrap], trouble)
    uv: list[str | Path] = [PYTHON, "-m", "uv", "pip", "install", "--python", PYTHON, *index_options()]
    call([*uv, "--require-hashes", "-r", ROOT / f"requirements/{requirements}.txt"], trouble, cwd=STATE)
    call([*uv, "--no-deps", "--no-build-isolation", "-e", ROOT], "装不上 cuijie 自身。", cwd=STATE)


def fetch_assets() -> None:
    """Fonts and scripts by npm, checked against the lock; Node comes from Python's own packages where it is absent."""
    say("取字体和图表组件（约 300 MB，只此一次）……")
    work = STATE / "npm"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / "assets" / name, work / name)
    trouble = "字体没有取到：请检查网络后再运行一次。"
    environment = dict(os.environ)
    npm = shutil.which("npm")
    if npm is None:
        node = STATE / "node"
        uv: list[str | Path] = [PYTHON, "-m", "uv"]
        call([*uv, "venv", "-q", "--clear", "--python", PYTHON, node], "建不了临时环境。")
        bin_folder = node / ("Scripts" if WINDOWS else "bin")
        wanted = ROOT / "requirements/node.txt"
        into: list[str | Path] = ["--python", node, *index_options(), "--require-hashes", "-r", wanted]
        call([*uv, "pip", "install", "-q", *into], trouble, cwd=STATE)
        environment["PATH"] = os.pathsep.join([str(bin_folder), environment.get("PATH", "")])
        npm = shutil.which("npm", path=str(bin_folder))
    if npm is None:
        raise SetUpFailed("找不到 npm：请安装 Node.js 后再运行一次。")
    call([npm, "ci", "--ignore-scripts"], trouble, cwd=work, env=environment)
    for target, source in ASSETS.items():
        (STATE / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(work / "node_modules" / source, STATE / target)
    for folder in ("npm", "node"):
        shutil.rmtree(STATE / folder, ignore_errors=True)


def ensure(requirements: str) -> None:
    """The named environment, made or already there."""
    STATE.mkdir(exist_ok=True)
    packages = (f"requirements/{requirements}.txt", "requirements/bootstrap.txt", "pyproject.toml")
    stronger = STATE / "made-test"
    if requirements == "run" and stronger.exists() and PYTHON.exists():
        packages = ("requirements/test.txt", *packages[1:])
        requirements = "test"
    once(requirements, packages, PYTHON, lambda: install_packages(requirements))
    once(
        "assets", ("assets/package-lock.json", "scripts/set_up.py"), STATE / "fonts/NotoSerifSC-Bold.ttf", fetch_assets
    )


def main(arguments: list[str]) -> int:
    """Set up what the command needs and run it; returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 — run.cmd and people may start this with any Python
        say("需要 Python 3.11 或更新版本：https://www.python.org/downloads/")
        return 2
    is_test = arguments[:1] == ["test"]
    started = time.monotonic()
    try:
        ensure("test" if is_test else "run")
    except SetUpFailed as failure:
        say(f"没有装好。{failure}")
        return 3
    except OSError as error:
        say(f"没有装好：{error}。请看看磁盘空间和读写权限。")
        return 3
    if time.monotonic() - started > 5:
        say("准备好了。")
    command: list[str | Path] = (
        [PYTHON, ROOT / "scripts/check.py", *arguments[1:]] if is_test else [PYTHON, "-m", "cuijie", *arguments]
    )
    called = os.environ.get("CUIJIE_CALLED") or (".\\run" if WINDOWS else "./run")
    environment = {**os.environ, "PYTHONUTF8": "1", "CUIJIE_CALLED": called if WINDOWS else shlex.quote(called)}
    if not WINDOWS:  # become it: one process less, and signals reach it directly
        sys.stdout.flush()
        os.execve(PYTHON, [str(word) for word in command], environment)  # noqa: S606 — nothing goes through a shell
    try:
        return subprocess.run(command, check=False, env=environment).returncode
    except KeyboardInterrupt:
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
