"""A second opinion from a language model that runs on this computer; off unless asked for, never needed.

Speaks the common ``/v1/chat/completions`` interface (llama.cpp, Ollama, vLLM, LM Studio …).  Only loopback addresses
are accepted: message texts leave this computer only if the caller says so with ``anywhere=True``.  The opinion
never changes the reader's labels; it is laid beside them.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from cuijie.errors import BadInput, CouldNotFinish
from cuijie.reading.result import Reading
from cuijie.records import COLUMNS, LABELS

__all__ = ["Comparison", "Endpoint", "second_opinion"]

_LARGEST_ANSWER = 1_000_000  # bytes
_TITLES = {column.name.removeprefix("says_"): column.title_zh for column in COLUMNS if column.name.startswith("says_")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where the local model answers: base address such as ``http://127.0.0.1:8080/v1`` and the model's name."""

    base: str
    model: str = "local"
    timeout_s: float = 60.0
    anywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Labels both see, labels only the reader sees, labels only the model sees; all in the fixed order."""

    agreed: tuple[str, ...]
    only_reader: tuple[str, ...]
    only_model: tuple[str, ...]


def second_opinion(reading: Reading, endpoint: Endpoint) -> Comparison:
    """What the model at *endpoint* says of the text that was read, compared with the reading.

    Raises BadInput for an address that is not on this computer (unless ``anywhere``), CouldNotFinish if the model
    does not answer in time or not as asked.
    """
    said = _ask(reading, endpoint)
    mine = set(reading.names)
    return Comparison(
        agreed=tuple(label for label in LABELS if label in mine and label in said),
        only_reader=tuple(label for label in LABELS if label in mine and label not in said),
        only_model=tuple(label for label in LABELS if label not in mine and label in said),
    )


def _prompt(reading: Reading) -> list[dict[str, str]]:
    listed = "\n".join(f"- {label}：{_TITLES[label]}" for label in LABELS)
    rules = (
        "你按下列标签判断一条催收消息里催收一方的违规表述。引用、否定、警示和债务人自己的话不标；含糊施压不标。"
        f'只输出 JSON：{{"labels": [标签]}}，没有就输出空列表。标签：\n{listed}'
    )
    return [
        {"role": "system", "content": rules},
        {
            "role": "user",
            "content": json.dumps({"recipient": reading.recipient, "text": reading.text}, ensure_ascii=False),
        },
    ]


def _address(endpoint: Endpoint) -> SplitResult:
    parts = urlsplit(endpoint.base)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput("模型地址写得不对。", remedy="形如 http://127.0.0.1:8080/v1")
    if not endpoint.anywhere and not _is_loopback(parts.hostname):
        raise BadInput("模型地址不在本机，消息文字不会发出去。", remedy="请用 127.0.0.1 或 localhost 上的模型。")
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _ask(reading: Reading, endpoint: Endpoint) -> set[str]:
    parts = _address(endpoint)
    body = json.dumps({"model": endpoint.model, "temperature": 0, "messages": _prompt(reading)}, ensure_ascii=False)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(str(parts.hostname), parts.port, timeout=endpoint.timeout_s)
    try:
        connection.request(
            "POST",
            parts.path.rstrip("/") + "/chat/completions",
            body.encode(),
            {"Content-Type": "application/json", "Accept": "application/json"},
        )
        response = connection.getresponse()
        answer = response.read(_LARGEST_ANSWER + 1)
    except (OSError, http.client.HTTPException) as error:
        raise CouldNotFinish("本机模型没有回答。", remedy="请看看模型服务是否开着；没有它也能照常阅读。") from error
    finally:
        connection.close()
    if response.status != 200 or len(answer) > _LARGEST_ANSWER:
        raise CouldNotFinish(f"本机模型回答不正常（状态 {response.status}）。", remedy="没有它也能照常阅读。")
    return _labels_in(answer)


def _labels_in(answer: bytes) -> set[str]:
    """The labels in the answer; a model that wraps its JSON in words or a code fence is understood too."""
    try:
        content = json.loads(answer)["choices"][0]["message"]["content"]
        said = json.loads(content[content.index("{") : content.rindex("}") + 1])["labels"]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise CouldNotFinish("本机模型没有按要求回答。", remedy="可换一个模型；没有它也能照常阅读。") from error
    if not isinstance(said, list):
        raise CouldNotFinish("本机模型没有按要求回答。", remedy="可换一个模型；没有它也能照常阅读。")
    return {label for label in said if isinstance(label, str) and label in LABELS}
