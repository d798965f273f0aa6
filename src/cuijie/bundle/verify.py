"""Verifying a bundle: offline, without a passphrase, file by file; it fails closed and names what fails."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from cuijie.bundle.bag import ALGORITHMS, Digests, Hasher
from cuijie.bundle.errors import NotABundle
from cuijie.bundle.proofs import check_proofs
from cuijie.bundle.source import BagSource, Torn, Unreadable, open_source, whole
from cuijie.casefile.report import Checked, ItemState, VerifyReport
from cuijie.clock import Clock, SystemClock

__all__ = ["verify"]

_LINE = re.compile(r"([0-9a-fA-F]+)[ \t]+\*?(.+)")
_LENGTHS = {"sha256": 64, "sha512": 128}
_DECLARATION = re.compile(r"BagIt-Version: \d+\.\d+\r?\nTag-File-Character-Encoding: UTF-8\r?\n?")


def verify(
    path: Path | str,
    *,
    clock: Clock | None = None,
    trusted: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> VerifyReport:
    """What holds in the bundle at *path* (a zip, or the folder it was unpacked to).

    *trusted* are certificates (PEM) of authorities the reader trusts; without them the ones inside the bundle
    are taken, and the report says so.  Raises NotABundle for what is no bundle at all.
    """
    try:
        with open_source(Path(path)) as source, Hasher() as hasher:
            return _Verifier(source, hasher, progress).report(clock or SystemClock(), trusted)
    except Torn as torn:
        broken = Checked(path=Path(path).name, state="altered", why=torn.why)
        return VerifyReport(kind="bundle", items=(broken,), problems=(torn.why,))


class _Verifier:
    def __init__(self, source: BagSource, hasher: Hasher, progress: Callable[[int, int], None] | None) -> None:
        self._source, self._progress = source, progress
        self._there = {_normal(path): path for path in source.paths()}
        self.problems = source.problems
        if not {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"} & set(self._there):
            raise NotABundle("里面没有 bagit.txt，不是证据包。", remedy="请给出催界导出的 zip，或它解压出来的文件夹。")
        self._digests = {name: self._digest(name, hasher, n) for n, name in enumerate(sorted(self._there), start=1)}
        source.settle()
        self._wrong: set[str] = set()

    def _digest(self, name: str, hasher: Hasher, number: int) -> Digests | str:
        try:
            found: Digests | str = hasher.digest(self._source.pieces(self._there[name]))[0]
        except Unreadable as error:
            found = error.why
        if self._progress is not None:
            self._progress(number, len(self._there))
        return found

    def text(self, name: str) -> str | None:
        """A tag or list file as text; None if it is not there or cannot be read."""
        try:
            return whole(self._source, self._there[name]).decode("utf-8")
        except (KeyError, Unreadable, UnicodeDecodeError):
            return None

    def data(self, name: str) -> bytes | None:
        """A file's bytes; None if it is not there or cannot be read."""
        try:
            return whole(self._source, self._there[name])
        except (KeyError, Unreadable):
            return None

    def sha256(self, name: str) -> str | None:
        """A file's SHA-256 as found; None if it is not there or cannot be read."""
        digests = self._digests.get(name)
        return digests["sha256"] if isinstance(digests, dict) else None

    def names(self) -> list[str]:
        """Every file in the bag."""
        return sorted(self._there)

    def report(self, clock: Clock, trusted: bytes | None) -> VerifyReport:
        tags = self._manifests("tagmanifest")
        payload = self._manifests("manifest")
        states = {**self._judge(tags, "tagmanifest"), **self._judge(payload, "manifest")}
        self._judge_manifests(tags, states)
        for name in self._there:
            if name not in states:
                states[name] = ("added", "不在清单上：后来加进去的")
        if not _DECLARATION.fullmatch(self.text("bagit.txt") or ""):
            self.problems.append("bagit.txt 的内容不合规范")
        if not any(name.startswith("data/") for name in states):
            self.problems.append("证据包里没有任何材料，没有可核验的内容")
        proofs = check_proofs(self, {name for name, (state, _) in states.items() if state == "intact"}, clock, trusted)
        items = []
        for name in sorted(states):
            state, why = states[name]
            if state == "intact" and name.startswith("data/") and name not in proofs.timed:
                state, why = "untimed", "内容未改动；没有外部时间戳"
            items.append(Checked(path=name, state=state, why=why))
        return VerifyReport(
            kind="bundle",
            items=tuple(items),
            problems=tuple(self.problems + proofs.problems),
            notes=tuple(self._source.notes + proofs.notes),
            stamps=proofs.stamps,
            entries=proofs.entries,
            anchored=proofs.anchored,
        )

    def _manifests(self, kind: str) -> dict[str, dict[str, str]]:
        found = {}
        for algorithm in ALGORITHMS:
            name = f"{kind}-{algorithm}.txt"
            text = self.text(name)
            if text is None:
                self.problems.append(f"缺少清单 {name}，或读不出")
                continue
            found[algorithm] = self._lines(name, text, _LENGTHS[algorithm])
        return found

    def _lines(self, name: str, text: str, length: int) -> dict[str, str]:
        entries: dict[str, str] = {}
        for number, line in enumerate(text.splitlines(), start=1):
            match = _LINE.fullmatch(line)
            path = _normal(_decoded(match[2])) if match else ""
            if match is None or len(match[1]) != length or ".." in path.split("/") or path.startswith("/"):
                self.problems.append(f"清单 {name} 第 {number} 行写法不对：被改动过")
            elif path in entries:
                self.problems.append(f"清单 {name} 把 {path} 写了两次")
            else:
                entries[path] = match[1].lower()
        if not entries:
            self.problems.append(f"清单 {name} 是空的")
        return entries

    def _judge(self, manifests: dict[str, dict[str, str]], kind: str) -> dict[str, tuple[ItemState, str]]:
        states: dict[str, tuple[ItemState, str]] = {}
        for path in sorted(set().union(*manifests.values()) if manifests else ()):
            digests = self._digests.get(path)
            if digests is None:
                states[path] = ("missing", "清单上有，包里没有")
            elif isinstance(digests, str):
                states[path] = ("altered", digests)
            else:
                states[path] = self._compare(path, digests, manifests, kind)
        return states

    def _compare(
        self, path: str, digests: Digests, manifests: dict[str, dict[str, str]], kind: str
    ) -> tuple[ItemState, str]:
        differs = [name for name, lines in manifests.items() if lines.get(path) != digests[name]]
        if not differs:
            return ("intact", "")
        if len(differs) == len(manifests):
            return ("altered", "内容与清单上的校验值不符")
        # one manifest agrees with the bytes: it is the other manifest that was changed
        self._wrong |= {f"{kind}-{name}.txt" for name in differs}
        return ("intact", "")

    def _judge_manifests(self, tags: dict[str, dict[str, str]], states: dict[str, tuple[ItemState, str]]) -> None:
        for algorithm in ALGORITHMS:
            name = f"tagmanifest-{algorithm}.txt"
            if name in self._wrong:
                states[name] = ("altered", "与另一份清单和实际内容都不符：这份清单被改动")
            elif name not in self._there:
                states[name] = ("missing", "证据包应当有这份清单")
            elif algorithm in tags:
                states[name] = ("intact", "")
        for name in sorted(self._wrong):
            if states.get(name, ("intact", ""))[0] == "intact":
                states[name] = ("altered", "与另一份清单和实际内容都不符：这份清单被改动")
        for required in ("bagit.txt", "bag-info.txt", *(f"manifest-{name}.txt" for name in ALGORITHMS)):
            if required not in states:
                there = required in self._there
                states[required] = ("added" if there else "missing", "没有列在标签清单里")


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)  # macOS may have written the names decomposed


def _decoded(path: str) -> str:
    return path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
