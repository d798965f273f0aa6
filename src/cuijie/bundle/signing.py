"""Signing the catalogue with the user's own certificate: PAdES, through pyHanko where it is installed."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cuijie.bundle.errors import SigningFailed

__all__ = ["signer_from"]


def signer_from(certificate: Path, passphrase: str) -> PdfSigner:
    """A signer with the key and certificate of a PKCS#12 file (.p12, .pfx).

    Raises SigningFailed if pyHanko is not installed, the file cannot be read or the passphrase is wrong.
    """
    try:
        from pyhanko.sign import signers
    except ImportError as error:
        raise SigningFailed("签名功能没有安装。", remedy="请安装：pip install 'cuijie[sign]'") from error
    if not certificate.is_file():
        raise SigningFailed(f"找不到证书文件 {certificate}。")
    loader: Any = signers.SimpleSigner
    loaded = loader.load_pkcs12(str(certificate), passphrase=passphrase.encode())
    if loaded is None:
        raise SigningFailed(f"证书 {certificate.name} 打不开：密码不对，或不是 .p12/.pfx 文件。")
    return PdfSigner(loaded)


class PdfSigner:
    """Signs a PDF; the signature covers the whole file and needs no network."""

    def __init__(self, loaded: Any) -> None:
        self._loaded = loaded

    def __call__(self, pdf: bytes) -> bytes:
        """*pdf* with a PAdES signature (baseline B) appended."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.fields import SigSeedSubFilter

        about = signers.PdfSignatureMetadata(
            field_name="Catalogue", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        with ThreadPoolExecutor(1) as apart:  # it runs an event loop of its own, which a thread may have only once
            signed: bytes = (
                apart.submit(signers.PdfSigner(about, signer=self._loaded).sign_pdf, writer).result().getvalue()
            )
        return signed
