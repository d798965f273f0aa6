"""A certificate for one run of the workbench in the local network: made at the start, forgotten at the end.

Nobody vouches for it, so a phone warns.  What makes it worth something is that the person compares its fingerprint,
shown beside the picture to scan, with the one that the phone shows: then nobody stands between the two.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import ssl
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cuijie.clock import Clock

__all__ = ["Certificate", "make_certificate"]

_DAYS = 7  # the desk does not run longer; a copied certificate is soon worth nothing
_CODE_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The certificate with its private key; only ``der`` may be shown to anyone."""

    der: bytes
    key: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, as browsers show it: AB:CD:…"""
        return ":".join(f"{byte:02X}" for byte in self._digest())

    @property
    def code(self) -> str:
        """The first eight bytes of the fingerprint in groups, short enough to compare by eye: ABCD 1234 …"""
        written = self._digest()[:_CODE_BYTES].hex().upper()
        return " ".join(written[at : at + 4] for at in range(0, len(written), 4))

    def _digest(self) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(self.der)
        return digest.finalize()

    def context(self) -> ssl.SSLContext:
        """TLS 1.2 or newer with this certificate.

        Python loads keys from files only: the file is encrypted under a password that is never stored, and gone at once.
        """
        password = secrets.token_bytes(32).hex().encode()
        sealed = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
        shown = x509.load_der_x509_certificate(self.der).public_bytes(serialization.Encoding.PEM)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        handle, name = tempfile.mkstemp(prefix="cuijie-tls-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(shown + sealed)
            context.load_cert_chain(name, password=password)
        finally:
            Path(name).unlink(missing_ok=True)
        return context


def make_certificate(address: str, clock: Clock) -> Certificate:
    """A fresh self-signed certificate for the IPv4 *address*; it says nothing about who runs the desk."""
    key, now = ec.generate_private_key(ec.SECP256R1()), clock.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=24))  # the phone's clock may be behind
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Certificate(der=certificate.public_bytes(serialization.Encoding.DER), key=key)
