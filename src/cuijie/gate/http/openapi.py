"""The OpenAPI 3.1 document, written from the table of operations that the service answers by."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from cuijie import __version__
from cuijie.gate.encoding import to_json
from cuijie.gate.http.operations import JSON, Operation
from cuijie.gate.http.refusals import KINDS, Problem
from cuijie.gate.http.schemas import KEY_PATTERN, Schema

__all__ = ["document", "refusal_codes"]

_REF = "#/components/schemas/{name}"


def document(operations: tuple[Operation, ...], taken: Mapping[str, Schema], *, with_keys: bool) -> bytes:
    """The document as JSON; *taken* are the schemas of bodies that operations name."""
    shown = [operation for operation in operations if operation.zh]
    types = list(dict.fromkeys(kind for o in shown for kind in o.answers.values() if kind is not None))
    refs, made = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    of_type = dict(zip([*types, Problem], refs, strict=True))
    paths: dict[str, dict[str, object]] = {}
    for operation in shown:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, of_type, with_keys)
    whole: dict[str, object] = {
        "openapi": "3.1.0",
        "info": {
            "title": "催界 · 联系之前的闸门",
            "version": __version__,
            "summary": "May this contact be made now? The same rulebook answers that judges it afterwards.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": {**made, **taken}, **(_SECURITY if with_keys else {})},
    }
    return to_json(whole)


_SECURITY = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "钥匙，见 --keys。"}}}


def _operation(operation: Operation, of_type: Mapping[type, object], with_keys: bool) -> dict[str, object]:
    said: dict[str, object] = {
        "operationId": operation.id,
        "summary": operation.zh,
        "description": operation.en,
        "responses": _responses(operation, of_type, with_keys),
    }
    if operation.takes_idempotency_key:
        said["parameters"] = [_KEY]
    if operation.takes is not None:
        content: dict[str, object] = {"schema": {"$ref": _REF.format(name=operation.takes)}}
        if operation.example is not None:
            content["example"] = operation.example
        said["requestBody"] = {"required": True, "content": {JSON: content}}
    if with_keys and operation.needs_key:
        said["security"] = [{"key": []}]
    return said


_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "同正文里的 idempotency_key；两处都写时必须一样。",
    "schema": {"type": "string", "pattern": KEY_PATTERN},
}


def _responses(operation: Operation, of_type: Mapping[type, object], with_keys: bool) -> dict[str, object]:
    said: dict[str, object] = {}
    for status, kind in operation.answers.items():
        schema = {"type": "string"} if kind is None else of_type[kind]
        said[str(status)] = {
            "description": "答复",
            "content": {operation.media if kind is None else JSON: {"schema": schema}},
        }
    by_status: dict[int, list[str]] = {}
    for code in refusal_codes(operation, with_keys=with_keys):
        by_status.setdefault(KINDS[code].status, []).append(f"{code}：{KINDS[code].zh}")
    for status, words in sorted(by_status.items()):
        said[str(status)] = {"description": "\n".join(words), "content": {JSON: {"schema": of_type[Problem]}}}
    return said


def refusal_codes(operation: Operation, *, with_keys: bool) -> tuple[str, ...]:
    """Every code with which this operation may refuse."""
    codes = ["fault", "timeout", *operation.refusals]
    if with_keys and operation.needs_key:
        codes.append("no_key")
    if not with_keys:
        codes.append("wrong_host")
    if operation.takes is not None:
        codes += ["not_json", "too_slow", "too_large", "not_json_type", "wrong_field"]
    return tuple(dict.fromkeys(codes))
