"""The keys of a case and who can open them.

A case has one *keyring*: the key of the database, the key that names vault files, the key that seals the
anchor, and one age identity per epoch for the vault's originals.  The keyring is one small age file,
wrapped once per recipient, so that sharing rewrites no original.  A passphrase recipient is an age
identity too, sealed under argon2id; so the keyring can be wrapped anew for everyone without anyone's
secret.  After a removal a new epoch begins: what is kept from then on the removed one cannot open; what
they could read before, they may have copied.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import pyrage
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pyrage import x25519

from cuijie import canonical
from cuijie.casefile.errors import CaseDamaged, CaseError, KeyRefused, NotACase, RecipientError
from cuijie.whole_files import write_whole

__all__ = ["KEYS_FILE", "KdfCost", "KeyFile", "Keyring", "Recipient", "new_identity"]

KEYS_FILE = "keys.json"
_FORMAT = "cuijie-case/1"
_MAX_MEMORY_KIB = 4 * 1024 * 1024  # a forged file must not make us ask for more than 4 GiB


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfCost:
    """How dear one guess at a passphrase is (argon2id): about 0.4 s and 192 MiB unless a test says otherwise.

    Below a quarter of a gigabyte, so that a whole import stays under 300 MB on a small machine; the fourth pass
    makes up for it.
    """

    memory_kib: int = 192 * 1024
    passes: int = 4
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One who can open the case: ``passphrase``, ``recovery`` (the printed key) or ``age`` (a public key)."""

    recipient_id: str
    kind: str
    label: str
    public: str  # age1…
    added_at: str = ""
    kdf: dict[str, int | str] = field(default_factory=dict)
    sealed: str = ""  # the identity under the passphrase; empty for other kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The secrets of a case.  Never printed, never logged, never written unwrapped."""

    case_id: str
    database: tuple[str, ...]  # hex, newest first; two only while the key is being changed
    naming: str  # hex
    anchor: str  # hex
    vault: tuple[str, ...]  # age identities by epoch

    @classmethod
    def fresh(cls) -> Keyring:
        """A new keyring with random keys."""
        return cls(
            case_id=secrets.token_hex(8),
            database=(secrets.token_hex(32),),
            naming=secrets.token_hex(32),
            anchor=secrets.token_hex(32),
            vault=(str(x25519.Identity.generate()),),
        )

    def next_epoch(self) -> Keyring:
        """The keyring after a removal: a new database key beside the old, a new identity for new items."""
        return replace(
            self,
            database=(secrets.token_hex(32), *self.database[:1]),
            vault=(*self.vault, str(x25519.Identity.generate())),
        )


def new_identity() -> tuple[str, str]:
    """A fresh age identity: (secret ``AGE-SECRET-KEY-1…``, public ``age1…``)."""
    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def _kek(passphrase: str, kdf: dict[str, int | str]) -> bytes:
    memory, passes, lanes = (int(kdf[name]) for name in ("memory_kib", "passes", "lanes"))
    if not (8 <= memory <= _MAX_MEMORY_KIB and 1 <= passes <= 100 and 1 <= lanes <= 64):
        raise ValueError("argon2 parameters out of range")
    return hash_secret_raw(
        passphrase.encode(),
        base64.b64decode(str(kdf["salt"])),
        time_cost=passes,
        memory_cost=memory,
        parallelism=lanes,
        hash_len=32,
        type=Type.ID,
    )


def _bound(recipient_id: str, public: str, kdf: dict[str, int | str]) -> bytes:
    return canonical.encode({"id": recipient_id, "public": public, "kdf": kdf})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """``keys.json``: the recipients and the wrapped keyring, sealed against alteration by the keyring itself."""

    case_id: str
    recipients: tuple[Recipient, ...]
    wrapped: str  # base64 of the age file that holds the keyring
    seal: str = ""
    format: str = _FORMAT

    @classmethod
    def read(cls, folder: Path) -> KeyFile:
        """Reads the key file of the case in *folder*; raises NotACase or CaseDamaged."""
        path = folder / KEYS_FILE
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotACase(
                f"“{folder}”不是案卷（里面没有 {KEYS_FILE}）。", remedy="请给出用 cuijie case new 建立的文件夹。"
            ) from error
        try:
            value = msgspec.json.decode(data)
            version = value.get("format", _FORMAT) if isinstance(value, dict) else _FORMAT
            if version != _FORMAT:
                raise NotACase(f"案卷格式是“{version}”，这个版本的催界只读 {_FORMAT}。", remedy="请用较新的版本打开。")
            found = msgspec.convert(value, cls)
            if msgspec.json.decode(msgspec.json.encode(found)) != value:
                raise msgspec.ValidationError("keys added or left out")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise CaseDamaged(f"案卷的 {KEYS_FILE} 损坏或被截断。", remedy="请从备份恢复这个文件。") from error
        return found

    def write(self, folder: Path, keyring: Keyring) -> KeyFile:
        """Seals and writes the file in one step (old or new, never between); answers what was written."""
        sealed = replace(self, seal=self._seal_by(keyring))
        content = msgspec.json.format(msgspec.json.encode(sealed), indent=1)
        write_whole(folder / KEYS_FILE, content, durable=True, private=True)
        return sealed

    def _seal_by(self, keyring: Keyring) -> str:
        content = canonical.encode(msgspec.to_builtins(replace(self, seal="")))
        return hmac.new(bytes.fromhex(keyring.naming), b"keys.json\n" + content, "sha256").hexdigest()

    def wrapping(self, keyring: Keyring) -> KeyFile:
        """This key file with *keyring* wrapped for its recipients."""
        publics = [x25519.Recipient.from_str(recipient.public) for recipient in self.recipients]
        wrapped = pyrage.encrypt(canonical.encode(msgspec.to_builtins(keyring)), publics)
        return replace(self, wrapped=base64.b64encode(wrapped).decode())

    def unlock(self, secret: str) -> tuple[Keyring, Recipient]:
        """The keyring and the recipient that *secret* (a passphrase, or ``AGE-SECRET-KEY-1…``) opens."""
        identity, recipient = self._identity(secret)
        try:
            plain = pyrage.decrypt(base64.b64decode(self.wrapped), [x25519.Identity.from_str(identity)])
            keyring = msgspec.convert(canonical.decode(plain), Keyring)
        except (pyrage.DecryptError, pyrage.IdentityError, ValueError, msgspec.ValidationError) as error:
            if recipient.kind == "age":
                raise KeyRefused("这把钥匙打不开这个案卷。", remedy="请确认案卷主人已用您的公钥共享给您。") from error
            raise CaseDamaged(f"密码正确，但 {KEYS_FILE} 里的密钥损坏。", remedy="请从备份恢复这个文件。") from error
        if not hmac.compare_digest(self.seal, self._seal_by(keyring)) or keyring.case_id != self.case_id:
            raise CaseDamaged(
                f"{KEYS_FILE} 被改动过（收件人名单或密钥参数与封签不符）。",
                remedy="请从备份恢复这个文件；不要在这个案卷里继续加入材料。",
            )
        return keyring, recipient

    def _identity(self, secret: str) -> tuple[str, Recipient]:
        compact = "".join(secret.split()).upper().replace("－", "-")
        if compact.startswith("AGE-SECRET-KEY-1"):
            try:
                public = str(x25519.Identity.from_str(compact).to_public())
            except pyrage.IdentityError as error:
                raise KeyRefused("这把钥匙抄写有误（校验不符）。", remedy="请逐段核对恢复密钥，再试一次。") from error
            for recipient in self.recipients:
                if recipient.public == public:
                    return compact, recipient
            raise KeyRefused("这把钥匙打不开这个案卷。", remedy="它不在案卷的共享名单里，或已被移除。")
        locked = [recipient for recipient in self.recipients if recipient.kind == "passphrase"]
        for recipient in locked:
            try:
                kek = _kek(secret, recipient.kdf)
                data = base64.b64decode(recipient.sealed)
                aad = _bound(recipient.recipient_id, recipient.public, recipient.kdf)
                return ChaCha20Poly1305(kek).decrypt(data[:12], data[12:], aad).decode(), recipient
            except (InvalidTag, ValueError, KeyError):
                continue
        raise KeyRefused(
            "密码不对（或密钥文件被改动）。",
            remedy="密码没有别的找回办法：请再试，或用打印的恢复密钥：cuijie case recover。材料没有丢，也没有改动。",
        )

    def with_passphrase(self, passphrase: str, label: str, added_at: str, cost: KdfCost) -> KeyFile:
        """This file with the passphrase recipient added, or replaced where there was one of this *label*."""
        if not passphrase:
            raise CaseError("密码不能是空的。", remedy="请用一句自己记得住、别人猜不到的话。")
        identity, public = new_identity()
        recipient_id = secrets.token_hex(4)
        salt = base64.b64encode(os.urandom(16)).decode()
        kdf: dict[str, int | str] = {
            "name": "argon2id",
            "memory_kib": cost.memory_kib,
            "passes": cost.passes,
            "lanes": cost.lanes,
            "salt": salt,
        }
        nonce = os.urandom(12)
        aad = _bound(recipient_id, public, kdf)
        sealed = nonce + ChaCha20Poly1305(_kek(passphrase, kdf)).encrypt(nonce, identity.encode(), aad)
        new = Recipient(
            recipient_id=recipient_id,
            kind="passphrase",
            label=label,
            public=public,
            added_at=added_at,
            kdf=kdf,
            sealed=base64.b64encode(sealed).decode(),
        )
        others = tuple(old for old in self.recipients if (old.kind, old.label) != ("passphrase", label))
        return replace(self, recipients=(new, *others))

    def with_public(self, public: str, label: str, added_at: str, *, kind: str) -> KeyFile:
        """This file with a recipient of a public key added; raises RecipientError for a bad or known one."""
        public = public.strip()
        if public.upper().startswith("AGE-SECRET-KEY-"):
            raise RecipientError(
                "这是私钥，不是公钥，没有共享出去。",
                remedy="私钥谁拿到谁就能打开案卷：请对方作废这一把，另做一把，只发 age1 开头的那一行。",
            )
        try:
            x25519.Recipient.from_str(public)
        except pyrage.RecipientError as error:
            raise RecipientError(
                "这不是可用的公钥。", remedy="公钥是以 age1 开头的一行字；请对方用 cuijie case key 或 age-keygen 生成。"
            ) from error
        if any(recipient.public == public for recipient in self.recipients):
            raise RecipientError("这把公钥已经在共享名单里。")
        new = Recipient(recipient_id=secrets.token_hex(4), kind=kind, label=label, public=public, added_at=added_at)
        return replace(self, recipients=(*self.recipients, new))

    def without(self, recipient_id: str) -> KeyFile:
        """This file without one recipient; raises RecipientError for an unknown one and for the last way in."""
        kept = tuple(recipient for recipient in self.recipients if recipient.recipient_id != recipient_id)
        if len(kept) == len(self.recipients):
            raise RecipientError(f"共享名单里没有“{recipient_id}”。", remedy="请用 cuijie case share list 查看名单。")
        if not any(recipient.kind == "passphrase" for recipient in kept):
            raise RecipientError(
                "不能移除案卷的密码：这样就没有人能打开了。", remedy="要换密码请用 cuijie case passphrase。"
            )
        return replace(self, recipients=kept)
