"""A time-stamping authority made of OpenSSL: a throw-away PKI, and a server on loopback HTTP."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CONFIG = """
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha1, sha256, sha384, sha512
signer_digest = {digest}
{accuracy}
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue(
    name: str,
    *,
    by: Issued | None = None,
    ca: bool = False,
    usages: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,),
    critical: bool = True,
    days: tuple[int, int] = (-30, 365),
    elliptic: bool = True,
) -> Issued:
    """A new certificate; ``days`` are its validity from now."""
    key: Key = (
        ec.generate_private_key(ec.SECP256R1())
        if elliptic
        else rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(tz=UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca and usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    return Issued(certificate=builder.sign(by.key if by else key, hashes.SHA256()), key=key)


@dataclass(kw_only=True)
class Authority:
    """A root, a signer below it, and ``openssl ts -reply``."""

    folder: Path
    root: Issued
    signer: Issued
    digest: str = "sha256"
    ess: str = "sha256"
    accuracy: str = "accuracy = secs:1"
    chain: tuple[Issued, ...] = ()

    @classmethod
    def make(cls, folder: Path, name: str = "样例时间戳机构", **facts: object) -> Authority:
        root = issue(f"{name} 根", ca=True)
        return cls(folder=folder, root=root, signer=issue(name, by=root), **facts)  # type: ignore[arg-type]

    @property
    def ca_file(self) -> Path:
        self.folder.mkdir(exist_ok=True, parents=True)
        path = self.folder / "ca.pem"
        path.write_bytes(self.root.pem)
        return path

    def reply(self, request: bytes) -> bytes:
        """The DER answer to *request*."""
        self.folder.mkdir(exist_ok=True, parents=True)
        (self.folder / "serial").write_text("01", encoding="ascii")
        config = _CONFIG.format(folder=self.folder, digest=self.digest, ess=self.ess, accuracy=self.accuracy)
        (self.folder / "tsa.cnf").write_text(config, encoding="utf-8")
        (self.folder / "signer.pem").write_bytes(self.signer.pem)
        (self.folder / "chain.pem").write_bytes(b"".join(one.pem for one in self.chain))
        key = self.signer.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self.folder / "key.pem").write_bytes(key)
        (self.folder / "query.tsq").write_bytes(request)
        files = ["-config", "tsa.cnf", "-queryfile", "query.tsq", "-signer", "signer.pem", "-inkey", "key.pem"]
        chain = ["-chain", "chain.pem"] if self.chain else []
        done = subprocess.run(
            ["openssl", "ts", "-reply", *files, *chain, "-out", "answer.tsr"],
            cwd=self.folder, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr.decode())
        return (self.folder / "answer.tsr").read_bytes()

    @contextmanager
    def serving(self) -> Iterator[Served]:
        """The authority on loopback HTTP for the time of a test."""
        served = Served(answer=self.reply)
        with served.running():
            yield served


@dataclass(kw_only=True)
class Served:
    """A loopback HTTP server whose behaviour a test may change while it runs."""

    answer: Callable[[bytes], bytes]
    status: int = 200
    kind: str = "application/timestamp-reply"
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator[Served]:
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = self.rfile.read(int(self.headers["Content-Length"]))
                served.asked.append(request)
                body = served.answer(request) if served.status == 200 else b"later"
                self.send_response(served.status)
                self.send_header("Content-Type", served.kind)
                for name, value in served.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):  # a client that has heard enough
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
