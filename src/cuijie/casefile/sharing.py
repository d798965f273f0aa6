"""Who can open a case: adding and removing recipients, changing the passphrase, the printed recovery key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from cuijie import canonical
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import RecipientError, StoreFailed
from cuijie.casefile.keys import KEYS_FILE, KdfCost, KeyFile, Keyring, Recipient, new_identity
from cuijie.clock import Clock
from cuijie.errors import cause_of

__all__ = ["CaseKeys", "Sharing"]


@dataclass(slots=True)
class CaseKeys:
    """The keys of an open case, as they are now; the vault and the sharing look at the same ones."""

    keyring: Keyring
    key_file: KeyFile
    opener: Recipient


class _Acting(Protocol):
    folder: Path
    clock: Clock

    def log(self, act: str, detail: Mapping[str, canonical.CanonicalValue] | None = None) -> None: ...


class Sharing:
    """The recipients of an open case.  Every change is in the ledger; no original is written anew."""

    def __init__(self, case: _Acting, store: Store, keys: CaseKeys) -> None:
        self._case, self._store, self._keys = case, store, keys

    def recipients(self) -> tuple[Recipient, ...]:
        """Everyone who can open the case now."""
        return self._keys.key_file.recipients

    def add(self, public: str, label: str) -> Recipient:
        """Lets the holder of the public key *public* (``age1…``) open the case; they read what is and will be in it."""
        if not label.strip():
            raise RecipientError("请写明共享给谁。", remedy="例如：--label 王律师")
        return self._add(self._keys.key_file, public, label.strip(), "age")

    def _add(self, others: KeyFile, public: str, label: str, kind: str) -> Recipient:
        key_file = others.with_public(public, label, self._now(), kind=kind)
        new = key_file.recipients[-1]
        self._case.log("shared", {"recipient": new.recipient_id, "kind": kind, "key": new.public})
        self._write(key_file)
        return new

    def recovery_key(self) -> str:
        """Makes the printable recovery key and answers it, once: only its public half is kept."""
        secret, public = new_identity()
        kept = tuple(old for old in self.recipients() if old.kind != "recovery")
        self._add(replace(self._keys.key_file, recipients=kept), public, "恢复密钥", "recovery")
        return secret

    def change_passphrase(self, passphrase: str, *, cost: KdfCost | None = None) -> None:
        """Replaces the passphrase; the old one opens nothing any more (a copy made earlier still opens with it)."""
        old = next(one for one in self.recipients() if one.kind == "passphrase")
        new = self._keys.key_file.with_passphrase(passphrase, old.label, self._now(), cost or KdfCost())
        self._case.log("passphrase_changed", {"recipient": new.recipients[0].recipient_id})
        self._write(new)

    def remove(self, recipient_id: str) -> Recipient:
        """Takes a recipient off the list and begins a new epoch: what is kept from now on they cannot read.

        What they could read until now they may have copied; that cannot be called back.
        """
        gone = next((one for one in self.recipients() if one.recipient_id == recipient_id), None)
        key_file = self._keys.key_file.without(recipient_id)
        if gone is None or gone.recipient_id == self._keys.opener.recipient_id:
            raise RecipientError("不能移除正在打开案卷的这把钥匙。", remedy="请由案卷主人用密码打开后移除。")
        self.finish_key_change()  # one that failed before: the next epoch knows only the key before it
        self._case.log("unshared", {"recipient": gone.recipient_id, "key": gone.public})
        self._write(key_file, self._keys.keyring.next_epoch())
        self.finish_key_change()
        return gone

    def finish_key_change(self) -> None:
        """Brings the database under the newest key; also after a crash in the middle of a removal."""
        keyring = self._keys.keyring
        if len(keyring.database) > 1:
            self._store.rekey(keyring.database[0])
            self._write(self._keys.key_file, replace(keyring, database=keyring.database[:1]))

    def _write(self, key_file: KeyFile, keyring: Keyring | None = None) -> None:
        keyring = keyring or self._keys.keyring
        try:
            self._keys.key_file = key_file.wrapping(keyring).write(self._case.folder, keyring)
        except OSError as error:
            raise StoreFailed(
                f"写不进案卷的 {KEYS_FILE}（{cause_of(error)}），能打开案卷的钥匙没有变。",
                remedy="请腾出磁盘空间、检查权限，再做一次；留痕账里多出的那一条只说明试过。",
            ) from error
        self._keys.keyring = keyring

    def _now(self) -> str:
        return canonical.instant(self._case.clock.now())
