"""Judging an RFC 3161 time-stamp: what exactly it proves, or which check it fails.

Every check has its own reason, because "invalid" helps nobody.  The cryptography is that of the
``cryptography`` library; the tests hold each verdict against ``openssl ts -verify``.
"""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from cuijie.casefile.der import DerError, Node, parse

__all__ = ["Token", "TokenFault", "Trust", "judge", "load_certificates", "read_token"]

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERT = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERT_V2 = "1.2.840.113549.1.9.16.2.47"
_CHINESE = "1.2.156.10197."  # SM2, SM3 and their kin (GM/T)
_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
}
_SHA1 = "1.3.14.3.2.26"
_STATUS = {2: "拒绝", 3: "等待", 4: "警告：即将撤销", 5: "已撤销"}
_UNREADABLE = (
    ValueError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_AHEAD = timedelta(minutes=10)
_PATH_LIMIT = 8


class TokenFault(Exception):
    """Why a time-stamp does not hold: a stable ``reason`` and the words for the user."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason, self.words = reason, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a verifier holds to be true: the authorities' certificates, and revocation lists if there are any."""

    roots: tuple[x509.Certificate, ...] = ()
    others: tuple[x509.Certificate, ...] = ()  # intermediates, not trusted by themselves
    revoked: tuple[x509.CertificateRevocationList, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The parts of a time-stamp response that are needed to judge it."""

    gen_time: datetime
    imprint_oid: str
    imprint: bytes
    nonce: int | None
    serial: int
    content: bytes  # the TSTInfo as signed
    certificates: tuple[x509.Certificate, ...]
    signer: Node


def load_certificates(pem_or_der: bytes) -> tuple[x509.Certificate, ...]:
    """The certificates in *pem_or_der*; raises ValueError if there is none."""
    if b"-----BEGIN" in pem_or_der:
        return tuple(x509.load_pem_x509_certificates(pem_or_der))
    return (x509.load_der_x509_certificate(pem_or_der),)


def read_token(response: bytes) -> Token:
    """Takes a time-stamp response apart; raises TokenFault (``not-der``, ``refused``, ``shape``)."""
    try:
        parts = parse(response).expect(0x30).children()
        status = parts[0].children()[0].integer()
        if status not in (0, 1):
            raise TokenFault("refused", f"时间戳机构没有签发（状态：{_STATUS.get(status, status)}）")
        return _read_signed(parts[1])
    except (ValueError, IndexError) as error:
        reason = "not-der" if not response.startswith(b"\x30") else "shape"
        raise TokenFault(reason, "对方回的不是时间戳（不是 RFC 3161 的格式，或被截断）") from error


def _read_signed(token: Node) -> Token:
    kind, wrapped = token.expect(0x30).children()
    if kind.oid() != _SIGNED_DATA:
        raise DerError("not signed data")
    parts = wrapped.expect(0xA0).children()[0].expect(0x30).children()
    content_type, explicit = parts[2].children()
    if content_type.oid() != _TST_INFO:
        raise DerError("not a time-stamp")
    content = explicit.expect(0xA0).children()[0].expect(0x04).content
    certificates = [node for part in parts[3:-1] if part.tag == 0xA0 for node in part.children()]
    signers = parts[-1].expect(0x31).children()
    if len(signers) != 1:
        raise TokenFault("signers", f"时间戳里有 {len(signers)} 个签名人，应当只有一个")
    fields = parse(content).expect(0x30).children()
    algorithm, imprint = fields[2].children()
    nonce = next((node.integer() for node in fields[5:] if node.tag == 0x02), None)
    return Token(
        gen_time=fields[4].time(),
        imprint_oid=algorithm.children()[0].oid(),
        imprint=imprint.expect(0x04).content,
        nonce=nonce,
        serial=fields[3].integer(),
        content=content,
        certificates=_certificates(certificates),
        signer=signers[0],
    )


def _certificates(nodes: list[Node]) -> tuple[x509.Certificate, ...]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd certificates; what is wrong with one shows in the checks
            return tuple(x509.load_der_x509_certificate(node.raw) for node in nodes if node.tag == 0x30)
    except _UNREADABLE as error:
        raise DerError("certificate unreadable") from error


def judge(response: bytes, data: bytes, trust: Trust, *, now: datetime, nonce: int | None = None) -> Token:
    """The token of *response* if it proves that *data* existed at its ``gen_time`` by an authority in *trust*.

    Raises TokenFault with the first check that fails.  Without any root only the last check,
    ``untrusted``, can fail: the token is then sound in itself, but nobody vouches for who made it.
    """
    token = read_token(response)
    _check_imprint(token, data)
    if nonce is not None and token.nonce != nonce:
        raise TokenFault("nonce", "时间戳答的不是这次申请（随机数不符）")
    leaf = _check_signature(token, trust)
    _check_purpose(leaf)
    if token.gen_time > now + _AHEAD:
        raise TokenFault("future", "时间戳的时间晚于本机时间：时间戳或本机时钟有误")
    _check_path(leaf, token, trust)
    _check_revocation(leaf, token, trust)
    return token


def _hash_of(oid: str) -> type[hashes.HashAlgorithm]:
    if oid.startswith(_CHINESE):
        raise TokenFault("sm-algorithm", "时间戳用的是国密算法（SM2/SM3），本程序不能核验，请用支持国密的工具核验")
    if oid == _SHA1:
        raise TokenFault("sha1", "时间戳用的是已不安全的 SHA-1")
    if oid not in _HASHES:
        raise TokenFault("algorithm", f"时间戳用的算法本程序不认识（{oid}）")
    return _HASHES[oid]


def _digest(algorithm: type[hashes.HashAlgorithm], data: bytes) -> bytes:
    return hashlib.new(algorithm().name, data).digest()


def _check_imprint(token: Token, data: bytes) -> None:
    if token.imprint != _digest(_hash_of(token.imprint_oid), data):
        raise TokenFault("imprint", "时间戳盖的不是这份内容（摘要不符）")


def _check_signature(token: Token, trust: Trust) -> x509.Certificate:
    try:
        parts = token.signer.expect(0x30).children()
        named, digest_oid, signed = parts[1], parts[2].children()[0].oid(), parts[3].expect(0xA0)
        attributes = {one.children()[0].oid(): one.children()[1].expect(0x31).children() for one in signed.children()}
        algorithm_oid, signature = parts[4].children()[0].oid(), parts[5].expect(0x04).content
        if attributes[_CONTENT_TYPE][0].oid() != _TST_INFO:
            raise DerError("wrong content type")
        claimed = attributes[_MESSAGE_DIGEST][0].expect(0x04).content
        if algorithm_oid.startswith(_CHINESE):
            _hash_of(algorithm_oid)
        algorithm = _hash_of(digest_oid)
        if claimed != _digest(algorithm, token.content):
            raise TokenFault("altered", "时间戳内容被改动（与签名的摘要不符）")
        leaf = _signing_certificate(token, named, attributes, trust)
    except (ValueError, KeyError, IndexError) as error:
        raise TokenFault("shape", "时间戳的签名部分残缺") from error
    _check_bytes(leaf, algorithm_oid, algorithm, signature, b"\x31" + signed.raw[1:])
    return leaf


def _signing_certificate(
    token: Token, named: Node, attributes: dict[str, list[Node]], trust: Trust
) -> x509.Certificate:
    if _SIGNING_CERT_V2 in attributes:
        first = attributes[_SIGNING_CERT_V2][0].children()[0].children()[0].children()
        has_algorithm = first[0].tag == 0x30
        algorithm = _hash_of(first[0].children()[0].oid()) if has_algorithm else hashes.SHA256
        wanted = first[1 if has_algorithm else 0].expect(0x04).content
    elif _SIGNING_CERT in attributes:
        # RFC 3161 as first written: the certificate is named by its SHA-1, which only has to tell
        # certificates of one authority apart and signs nothing
        algorithm = hashes.SHA1
        wanted = attributes[_SIGNING_CERT][0].children()[0].children()[0].children()[0].expect(0x04).content
    else:
        raise TokenFault("ess", "时间戳没有写明用哪张证书签的（缺 ESSCertID）")
    for one in (*token.certificates, *trust.others, *trust.roots):
        if one.fingerprint(algorithm()) == wanted:
            if named.tag == 0x30 and not _is_named(one, named):
                raise TokenFault("swapped", "时间戳写明的证书与签名人不是同一张（证书被调换）")
            return one
    raise TokenFault("swapped" if token.certificates else "no-certificate", "时间戳里没有它写明的那张签名证书")


def _is_named(certificate: x509.Certificate, named: Node) -> bool:
    issuer, serial = named.children()
    return certificate.issuer.public_bytes() == issuer.raw and certificate.serial_number == serial.integer()


def _check_bytes(
    leaf: x509.Certificate, oid: str, algorithm: type[hashes.HashAlgorithm], signature: bytes, signed: bytes
) -> None:
    try:
        key = leaf.public_key()
        if isinstance(key, rsa.RSAPublicKey):
            pss = padding.PSS(padding.MGF1(algorithm()), padding.PSS.AUTO)
            scheme = pss if oid == "1.2.840.113549.1.1.10" else padding.PKCS1v15()
            key.verify(signature, signed, scheme, algorithm())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(algorithm()))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(signature, signed)
        else:
            raise TokenFault("algorithm", "时间戳证书的密钥类型本程序不认识")
    except InvalidSignature as error:
        raise TokenFault("signature", "时间戳的签名不对：内容被改动，或不是这张证书签的") from error
    except _UNREADABLE as error:
        raise TokenFault("algorithm", "时间戳证书的算法本程序不认识") from error


def _check_purpose(leaf: x509.Certificate) -> None:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise TokenFault("eku", "签时间戳的证书没有“时间戳”用途") from error
    except _UNREADABLE as error:
        raise TokenFault("shape", "签时间戳的证书读不出") from error
    if list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise TokenFault("eku", "签时间戳的证书不是专用于时间戳的")
    if not usage.critical:
        raise TokenFault("eku-not-critical", "签时间戳的证书没有把“时间戳”用途标为关键")


def _check_path(leaf: x509.Certificate, token: Token, trust: Trust) -> None:
    trusted = {one.fingerprint(hashes.SHA256()) for one in trust.roots}
    at, current = token.gen_time, leaf
    for _ in range(_PATH_LIMIT):
        if not current.not_valid_before_utc <= at <= current.not_valid_after_utc:
            raise TokenFault("expired", "签发时间戳的那一刻，证书不在有效期内")
        if current.fingerprint(hashes.SHA256()) in trusted:
            return
        pool = (*trust.roots, *trust.others, *token.certificates)
        issuer = next((one for one in pool if one != current and _issued(current, one)), None)
        if issuer is None:
            break
        current = issuer
    raise TokenFault("untrusted", "没有可信的根证书为这家时间戳机构作保（缺根证书、缺中间证书，或是自签）")


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject:
        return False
    try:
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        certificate.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, TypeError, *_UNREADABLE):
        return False
    return True


_HARMLESS = {x509.ReasonFlags.affiliation_changed, x509.ReasonFlags.superseded, x509.ReasonFlags.cessation_of_operation}


def _check_revocation(leaf: x509.Certificate, token: Token, trust: Trust) -> None:
    signers = (*trust.roots, *trust.others, *token.certificates)
    for crl in trust.revoked:
        issuer = next((one for one in signers if one.subject == crl.issuer), None)
        if crl.issuer != leaf.issuer or issuer is None or not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            continue
        entry = crl.get_revoked_certificate_by_serial_number(leaf.serial_number)
        if entry is None:
            continue
        try:
            reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
        except x509.ExtensionNotFound:
            reason = x509.ReasonFlags.unspecified
        # RFC 3161 section 4: after a harmless end of the key, what was stamped before stays good
        if entry.revocation_date_utc <= token.gen_time or reason not in {*_HARMLESS, x509.ReasonFlags.unspecified}:
            raise TokenFault("revoked", "签时间戳的证书在那时已被吊销，或因密钥泄露被吊销")
