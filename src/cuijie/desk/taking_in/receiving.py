"""Receiving uploads: the body is pulled piece by piece into the case's waiting room, encrypted as it comes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import unquote

import anyio.from_thread
from starlette.datastructures import Headers

from cuijie.casefile import Case
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.taking_in.arriving import Arrived, receive
from cuijie.desk.taking_in.files import TakingIn, basket, safe_name
from cuijie.desk.taking_in.multipart import Part, parts_of

__all__ = ["Body", "receive_form", "receive_one"]

_BATCH = re.compile(r"[a-z0-9]{8,32}")
_FILES = 10_000


class Body:
    """The body of a request, read from a worker thread; keeps the case from being locked while it comes."""

    def __init__(self, stream: AsyncIterator[bytes], place: OpenCase, limit: int) -> None:
        self._stream, self._place, self._left, self._rest = stream, place, limit, b""

    async def _next(self) -> bytes:
        async for piece in self._stream:
            if piece:
                return piece
        return b""

    def chunk(self) -> bytes:
        """The next piece; empty at the end.  Raises ShelfError for a body over the limit."""
        piece = anyio.from_thread.run(self._next)
        self._place.touch()
        self._left -= len(piece)
        if self._left < 0:
            raise ShelfError("这个文件太大，没有收。", remedy="请用命令行 cuijie add 收进来。")
        return piece

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes, at least one piece; empty at the end."""
        data, self._rest = self._rest or self.chunk(), b""
        if 0 <= size < len(data):
            data, self._rest = data[:size], data[size:]
        return data


def _unclear() -> ShelfError:
    return ShelfError("看不懂这次上传。", remedy="请刷新页面再试。")


def _batch(written: str) -> str:
    """The name a page gave its files; a form that its script sends too is one taking in with what that sends."""
    if written and not _BATCH.fullmatch(written):
        raise _unclear()
    return written


def _writer(place: OpenCase) -> Case:
    if place.case is None:
        raise ShelfError("这个案卷已锁定。", remedy="请在首页输入密码打开。")
    return place.case


def receive_one(place: OpenCase, headers: Headers, body: Body) -> TakingIn:
    """One file as the whole body, named and described by its headers.  Raises ShelfError, StoreFailed."""
    announced = headers.get("x-total", "1")
    batch = headers.get("x-batch", "")
    if not announced.isdecimal() or not 1 <= int(announced) <= _FILES:
        raise _unclear()
    case = _writer(place)
    taking = basket(place, case, _batch(batch), int(announced))
    name = safe_name(unquote(headers.get("x-name", ""), errors="replace"))
    _receive(taking, case, body, name, unquote(headers.get("x-owner", "")), _moment(headers.get("x-modified", "")),
             unquote(headers.get("x-password", "")))  # fmt: skip
    return taking


def receive_form(place: OpenCase, content_type: str, body: Body) -> TakingIn:
    """All files of a posted form, as a browser without scripts sends it.  Raises ShelfError, StoreFailed."""
    case = _writer(place)
    fields: dict[str, str] = {}
    taking: TakingIn | None = None
    try:
        for part in parts_of(content_type, body.chunk):
            if part.filename is None:
                fields[part.name] = part.text()
            elif part.name == "file" and part.filename:
                if taking is None:
                    taking = basket(place, case, _batch(fields.get("batch", "")), 1)
                    taking.expect()  # the form as a whole: an address book in it waits for the files after it
                name = safe_name(part.filename)
                _receive(taking, case, part, name, fields.get("owner", ""), None, fields.get("password", ""))
    finally:
        if taking is not None:
            taking.let_go()
    if taking is None:
        raise ShelfError("没有收到文件。", remedy="请选择文件再试一次。")
    return taking


def _receive(
    taking: TakingIn,
    case: Case,
    stream: Body | Part,
    name: str,
    owner: str,
    modified_at: datetime | None,
    password: str,
) -> None:
    taking.expect()
    file: Arrived | None = None
    try:
        file = receive(case, stream, name, owner=owner or "debtor", modified_at=modified_at, password=password or None)
        taking.arrived(file)
    except BaseException:
        if file is not None:
            case.waiting.remove(file.stored)
        taking.broke_off()
        raise


def _moment(written: str) -> datetime | None:
    """The browser's word for when the file was changed, in milliseconds; a weak hint."""
    if not written.isdecimal() or len(written) > 14:
        return None
    try:
        return datetime.fromtimestamp(int(written) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
