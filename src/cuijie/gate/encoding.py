"""Plain data as bytes in the two forms that the gate writes: JSON for whoever reads it, MessagePack for itself."""

from __future__ import annotations

from typing import Final

import msgspec

__all__ = ["to_json", "to_msgpack"]

to_json: Final = msgspec.json.Encoder().encode
"""Whatever ``msgspec`` can write, as JSON in UTF-8."""
to_msgpack: Final = msgspec.msgpack.Encoder().encode
"""Whatever ``msgspec`` can write, as MessagePack."""
