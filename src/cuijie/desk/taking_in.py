"""Files that come in through the page: onto disk, through the importers, and away again."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from starlette.datastructures import FormData, UploadFile

from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.intake.add import add

__all__ = ["safe_name", "take_in"]

_MAX_NAME_BYTES = 180


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
