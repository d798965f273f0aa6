"""Files that come in through the page: onto disk, through the importers, and away again."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from starlette.datastructures import FormData, UploadFile

from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.intake.add import add

__all__ = ["KeptRow", "kept_items", "safe_name", "take_in"]

_MAX_NAME_BYTES = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """One original as the page lists it."""

    name: str
    owner: str
    size: str
    sha256: str


def safe_name(given: str) -> str:
    """The last part of an uploaded file's name, never a path, never hidden, never too long for a disk."""
    name = PurePosixPath(PureWindowsPath(given).name).name.replace("\0", "").strip().lstrip(".")
    while len(name.encode()) > _MAX_NAME_BYTES:
        name = name[1:]
    return name or "未命名"


def take_in(place: OpenCase, form: FormData) -> str:
    """Take in every uploaded file of *form* and say what was understood, a line each.  Raises ShelfError."""
    uploads = [value for value in form.getlist("file") if isinstance(value, UploadFile) and value.filename]
    if place.case is None or not uploads:
        raise ShelfError("没有收到文件。", remedy="请选择文件再试一次。")
    owner = str(form.get("owner", "")) or "debtor"
    lines = []
    # the upload lies in plain only inside this folder, which goes away with the request
    with tempfile.TemporaryDirectory(prefix="cuijie-in-") as folder:
        for upload in uploads:
            path = Path(folder) / safe_name(upload.filename or "")
            with path.open("wb") as out:
                shutil.copyfileobj(upload.file, out, 1 << 20)
            report = add(place.case, [path], owner=owner)
            lines += [f"{one.understood}{' ' + one.remedy if one.remedy else ''}" for one in report.files]
    return "\n".join(lines)


def _spoken_size(size_bytes: int) -> str:
    size, unit = float(size_bytes), "B"
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def kept_items(place: OpenCase) -> list[KeptRow]:
    """Every original in the vault, oldest first."""
    if place.case is None:
        return []
    persons = {person.person_id: person.relation_word or person.name or "" for person in place.view().state.persons}
    return [
        KeptRow(
            name=item.about.name,
            owner=persons.get(item.about.owner or "", item.about.owner or ""),
            size=_spoken_size(item.size_bytes),
            sha256=item.sha256,
        )
        for item in place.case.items()
        if item.parent_id is None
    ]
