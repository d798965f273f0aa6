"""Putting time-stamps that came later into a bundle that was written before."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from cuijie.bundle.bag import write_bag
from cuijie.bundle.errors import BundleError, NotABundle
from cuijie.bundle.export import add_manifest_stamps
from cuijie.casefile import Case
from cuijie.casefile.stamps import Stamp

__all__ = ["attach"]

_OURS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt")


def _stamps_for(case: Case, manifest: bytes) -> tuple[Stamp, ...]:
    """The time-stamps that *case* has received over this very manifest."""
    subject = f"bundle:{hashlib.sha256(manifest).hexdigest()[:16]}"
    return tuple(
        stamp
        for stamp in case.stamps.all()
        if stamp.subject == subject and stamp.data == manifest and stamp.state == "granted"
    )


def attach(case: Case, path: Path) -> int:
    """Adds the time-stamps of *case* over the bundle at *path* to it; answers how many.  The payload stays as it is.

    Raises NotABundle, BundleError if there is no time-stamp for it.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise NotABundle(f"“{path}”打不开，或不是证据包。") from error
    with archive:
        names = archive.namelist()
        folder = names[0].partition("/")[0] if names else ""
        if f"{folder}/manifest-sha256.txt" not in names:
            raise NotABundle(f"“{path}”不是证据包。")
        stamps = _stamps_for(case, archive.read(f"{folder}/manifest-sha256.txt"))
        if not stamps:
            raise BundleError(
                "这个证据包还没有拿到时间戳。",
                remedy="先运行 cuijie stamp 补申请（并用 --ca 给出机构的根证书），再来附上。",
            )
        renewed = path.with_name(f"{path.name}.new")
        with write_bag(renewed, folder) as bag:
            for name in names:
                inside = name.removeprefix(f"{folder}/")
                with archive.open(name) as stream:
                    if inside.startswith("data/"):
                        bag.add(inside.removeprefix("data/"), stream, size=archive.getinfo(name).file_size)
                    elif not inside.startswith(("tagmanifest-", "时间戳-清单/", *_OURS)):
                        bag.tag(inside, stream.read())
            add_manifest_stamps(bag, stamps)
            lines = archive.read(f"{folder}/bag-info.txt").decode().splitlines()
            pairs = (line.split(": ", 1) for line in lines)
            bag.close({pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[0] != "Payload-Oxum"})
    renewed.replace(path)
    case.log("stamps_attached", {"bundle": stamps[0].subject, "count": len(stamps)})
    return len(stamps)
