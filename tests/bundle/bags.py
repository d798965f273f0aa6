"""What verification says of a changed bundle, and a bundle sealed again by a forger."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cuijie.bundle import verify
from cuijie.casefile.report import VerifyReport


def verified(data: bytes, folder: Path) -> VerifyReport:
    path = folder / "收到的.zip"
    path.write_bytes(data)
    return verify(path)


def not_intact(report: VerifyReport) -> dict[str, str]:
    return {item.path: item.state for item in report.items if item.state not in {"intact", "untimed"}}


def reseal(bag: Path) -> None:
    """What a forger with our own tools would do: make every manifest agree with the altered files."""
    for kind, chosen in (("manifest", "data/"), ("tagmanifest", "")):
        for algorithm in ("sha256", "sha512"):
            lines = []
            for path in sorted(bag.rglob("*")):
                name = path.relative_to(bag).as_posix()
                is_ours = name.startswith("data/") if chosen else not name.startswith(("data/", "tagmanifest"))
                if path.is_file() and is_ours:
                    lines.append(f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  {name}\n")
            (bag / f"{kind}-{algorithm}.txt").write_text("".join(lines), encoding="utf-8")
