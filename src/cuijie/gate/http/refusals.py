"""Every way a request can be refused: a status, a stable code, and words in both languages.

A kind's own words repeat nothing of what a caller sent.  What is said of one field may name its value: it goes back to
that caller alone, never to the log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec

from cuijie.gate.strict_json import NameTwice, why_not

__all__ = ["KINDS", "UNREADABLE", "Kind", "Problem", "Refusal", "of_decoding", "too_large"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way to be refused."""

    status: int
    code: str
    zh: str
    en: str


KINDS = {
    kind.code: kind
    for kind in (
        Kind(status=400, code="not_json", zh="请求体不是 JSON。", en="The body is not JSON."),
        Kind(status=401, code="no_key", zh="缺少钥匙，或钥匙不对。请用 Authorization: Bearer 钥匙。", en="No key, or a wrong one. Send Authorization: Bearer KEY."),
        Kind(status=403, code="wrong_host", zh="没有钥匙的闸门只应本机之问。", en="A gate without keys answers this computer only."),
        Kind(status=404, code="no_such_route", zh="没有这个地址。全部接口见 /openapi.json。", en="No such address. See /openapi.json."),
        Kind(status=404, code="not_known", zh="没有这个编号的记录。", en="There is no record of this id."),
        Kind(status=405, code="wrong_method", zh="这个地址不接受这种方法。", en="This address does not take this method."),
        Kind(status=408, code="too_slow", zh="请求体没有按时到齐。", en="The body did not arrive in time."),
        Kind(status=409, code="conflict", zh="和已有的记录不一致。", en="This contradicts what is on record."),
        Kind(status=413, code="too_large", zh="请求体太大。", en="The body is too large."),
        Kind(status=415, code="not_json_type", zh="请写明 Content-Type: application/json。", en="Send Content-Type: application/json."),
        Kind(status=422, code="wrong_field", zh="有字段填得不对。", en="A field is wrong."),
        Kind(status=500, code="fault", zh="程序出错了。请按“不允许”处理，并把 request_id 告诉管理员。", en="The program failed. A denial; report the request_id."),
        Kind(status=503, code="unreachable", zh="计数的存储连不上。请按“不允许”处理，稍后再问。", en="The store cannot be reached. A denial; ask again later."),
        Kind(status=503, code="timeout", zh="没有按时得出结果。请按“不允许”处理，用同一个幂等键再问。", en="No answer in time. A denial; ask again with the same key."),
    )
}  # fmt: skip
"""Every kind by its code; ``docs/gate-http.md`` lists the same."""


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an answer that is not 2xx says."""

    code: str
    zh: str
    en: str
    at: str | None = None  # the field, as contact.channel
    request_id: str | None = None


class Refusal(Exception):
    """A request that is refused; *zh* and *en* replace the kind's own words where more can be said."""

    def __init__(self, code: str, *, at: str | None = None, zh: str | None = None, en: str | None = None) -> None:
        super().__init__(code)
        self.kind = KINDS[code]
        self.at = at
        self.zh = zh or self.kind.zh
        self.en = en or self.kind.en

    def problem(self, request_id: str) -> Problem:
        """The answer's body."""
        return Problem(code=self.kind.code, zh=self.zh, en=self.en, at=self.at, request_id=request_id)


_AT = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_WORDS = (
    (re.compile(r"^Object missing required field `(?P<a>[^`]*)`"), "缺少字段 {a}。", "The field {a} is missing."),
    (
        re.compile(r"^Object contains unknown field `(?P<a>[^`]*)`"),
        "不认识字段 {a}。",
        "There is no field {a} here; a fact under a misspelt name would be overlooked.",
    ),
    (
        re.compile(r"^Expected `array` of length (?P<a>[<>]=) (?P<b>\d+)"),
        "条数应 {a} {b}。",
        "The number of items must be {a} {b}.",
    ),
    (
        re.compile(r"^Expected `[^`]*` of length (?P<a>[<>]=) (?P<b>\d+)"),
        "字数应 {a} {b}。",
        "The number of characters must be {a} {b}.",
    ),
    (
        re.compile(r"^Expected `(?P<a>[^`]*)`, got `(?P<b>[^`]*)`"),
        "要的是 {a}，得到的是 {b}。",
        "Expected {a}, got {b}.",
    ),
    (re.compile(r"^Number out of range"), "有一个数大得读不了。", "A number is too large to be read."),
    (re.compile(r"^Invalid enum value"), "不在允许的取值里。", "It is not one of the values allowed."),
    (re.compile(r"timezone component"), "时间要带时区，例如 +08:00。", "The time needs a zone, as +08:00."),
    (re.compile(r"RFC3339"), "时间要写成 2026-10-12T10:00:00+08:00。", "Write the time as 2026-10-12T10:00:00+08:00."),
    (re.compile(r"matching regex"), "写法不合要求。", "Its form is not as required."),
)


def too_large(most: int) -> Refusal:
    """The refusal of a body of more than *most* bytes."""
    kib = most // 1024
    zh, en = f"请求体太大：最多 {kib} KiB。", f"The body is too large: at most {kib} KiB."
    return Refusal("too_large", zh=zh, en=en)


UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading a body raises."""


def of_decoding(error: Exception) -> Refusal:
    """The refusal for a body that could not be read as what the address takes: for one of ``UNREADABLE``."""
    if isinstance(error, NameTwice):
        zh, en = "同一个字段写了两次，不知道该信哪一个。", "A field stands twice; which is meant cannot be known."
        return Refusal("wrong_field", at=error.name, zh=zh, en=en)
    if not isinstance(error, msgspec.ValidationError):
        words = why_not(error)
        return Refusal("not_json", zh=f"请求体{words.zh}", en=f"The body {words.en}")
    said = str(error)
    found = _AT.search(said)
    at = found["path"] if found and "..." not in found["path"] else None
    for pattern, zh, en in _WORDS:
        match = pattern.search(said)
        if match:
            names = match.groupdict()
            return Refusal("wrong_field", at=at, zh=zh.format(**names), en=en.format(**names))
    return Refusal("wrong_field", at=at)
