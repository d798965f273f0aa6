"""R8: one good time-stamp, and one for each way to be wrong; the reason is asserted, and OpenSSL is asked as well."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.casefile.tokens import TokenFault, Trust, judge, load_certificates, read_token
from cuijie.casefile.tsa import request_for
from tests.tsa_authority import Authority, Issued, issue

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="did not run: openssl is not installed")

_DATA = b'{"count":3}'
_NOW = datetime.now(tz=UTC)


def _trust(*certificates: Issued, **facts: object) -> Trust:
    return Trust(roots=tuple(one.certificate for one in certificates), **facts)  # type: ignore[arg-type]


def _reason(
    response: bytes, trust: Trust, *, data: bytes = _DATA, nonce: int | None = None, now: datetime | None = None
) -> str:
    try:
        judge(response, data, trust, now=now or datetime.now(tz=UTC), nonce=nonce)
    except TokenFault as fault:
        return fault.reason if fault.words else "without words"
    return "holds"


def _openssl_agrees(folder: Path, response: bytes, root: Issued, data: bytes = _DATA) -> bool:
    (folder / "data").write_bytes(data)
    (folder / "token").write_bytes(response)
    (folder / "root").write_bytes(root.pem)
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-CAfile", "root"],
        cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    return done.returncode == 0


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def good(authority: Authority) -> bytes:
    return authority.reply(request_for(_DATA)[0])


def test_a_good_token_holds_here_and_with_openssl(authority: Authority, tmp_path: Path) -> None:
    request, nonce = request_for(_DATA)
    response = authority.reply(request)
    token = judge(response, _DATA, _trust(authority.root), now=datetime.now(tz=UTC), nonce=nonce)
    assert abs(token.gen_time - datetime.now(tz=UTC)) < timedelta(minutes=20)
    assert _openssl_agrees(tmp_path, response, authority.root)


@pytest.mark.parametrize(
    "facts", [{"digest": "sha512"}, {"digest": "sha384"}, {"ess": "sha1"}, {"ess": "sha384"}, {"accuracy": ""}]
)
def test_authorities_may_differ_in_what_the_standard_leaves_open(tmp_path: Path, facts: dict[str, str]) -> None:
    authority = Authority.make(tmp_path, **facts)
    assert _reason(authority.reply(request_for(_DATA)[0]), _trust(authority.root)) == "holds"


@pytest.mark.parametrize("elliptic", [False, True])
def test_a_signer_below_an_intermediate_holds_if_the_chain_is_sent(tmp_path: Path, elliptic: bool) -> None:
    root = issue("根", ca=True, elliptic=elliptic)
    middle = issue("中间", by=root, ca=True, elliptic=elliptic)
    signer = issue("机构", by=middle, elliptic=elliptic)
    with_chain = Authority(folder=tmp_path / "a", root=root, signer=signer, chain=(middle,))
    without = Authority(folder=tmp_path / "b", root=root, signer=signer)
    response = without.reply(request_for(_DATA)[0])
    assert _reason(with_chain.reply(request_for(_DATA)[0]), _trust(root)) == "holds"
    assert _reason(response, _trust(root)) == "untrusted"
    assert _reason(response, _trust(root, others=(middle.certificate,))) == "holds"
    assert not _openssl_agrees(tmp_path, response, root)


def test_another_content_is_noticed(good: bytes, authority: Authority, tmp_path: Path) -> None:
    assert _reason(good, _trust(authority.root), data=_DATA + b" ") == "imprint"
    assert not _openssl_agrees(tmp_path, good, authority.root, _DATA + b" ")


def test_an_answer_to_another_request_is_noticed(good: bytes, authority: Authority) -> None:
    assert _reason(good, _trust(authority.root), nonce=12345) == "nonce"


def test_another_authoritys_root_does_not_vouch(good: bytes, tmp_path: Path) -> None:
    assert _reason(good, _trust(issue("别家根", ca=True))) == "untrusted"
    assert _reason(good, Trust()) == "untrusted"


def test_a_root_of_the_same_name_but_another_key_does_not_vouch(good: bytes, authority: Authority) -> None:
    impostor = issue("样例时间戳机构 根", ca=True)
    assert impostor.certificate.subject == authority.root.certificate.subject
    assert _reason(good, _trust(impostor)) == "untrusted"


def _signed_by(tmp_path: Path, signer: Issued, root: Issued) -> bytes:
    return Authority(folder=tmp_path, root=root, signer=signer).reply(request_for(_DATA)[0])


def test_a_certificate_for_more_than_time_stamps_is_refused_by_all(tmp_path: Path) -> None:
    # openssl will not even sign with it, so a good token's certificate is judged by its purpose alone
    from cuijie.casefile.tokens import _check_purpose

    root = issue("根", ca=True)
    for facts, reason in (
        ({"usages": (ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH)}, "eku"),
        ({"usages": (ExtendedKeyUsageOID.SERVER_AUTH,)}, "eku"),
        ({"usages": ()}, "eku"),
        ({"critical": False}, "eku-not-critical"),
    ):
        with pytest.raises(TokenFault) as caught:
            _check_purpose(issue("机构", by=root, **facts).certificate)  # type: ignore[arg-type]
        assert caught.value.reason == reason


def test_an_expired_certificate_was_good_only_while_it_lasted(
    tmp_path: Path, good: bytes, authority: Authority
) -> None:
    root = issue("根", ca=True)
    expired = issue("机构", by=root, days=(-30, -1))
    assert _reason(_signed_by(tmp_path, expired, root), _trust(root)) == "expired"
    # years later the certificate has run out, and the token of its time still holds
    assert _reason(good, _trust(authority.root), now=_NOW + timedelta(days=4000)) == "holds"


def test_a_time_ahead_of_our_clock_is_refused(good: bytes, authority: Authority) -> None:
    assert _reason(good, _trust(authority.root), now=_NOW - timedelta(hours=1)) == "future"


def test_a_self_signed_signer_is_trusted_only_if_it_is_the_one_named(tmp_path: Path) -> None:
    alone = issue("自签机构")
    response = _signed_by(tmp_path, alone, alone)
    assert _reason(response, Trust()) == "untrusted"
    assert _reason(response, _trust(alone)) == "holds"


def test_an_issuer_that_is_no_authority_does_not_vouch(tmp_path: Path) -> None:
    root = issue("根", ca=True)
    not_ca = issue("普通证书", by=root, usages=())
    signer = issue("机构", by=not_ca)
    authority = Authority(folder=tmp_path, root=root, signer=signer, chain=(not_ca,))
    assert _reason(authority.reply(request_for(_DATA)[0]), _trust(root)) == "untrusted"


def _crl(authority: Authority, days: int, reason: x509.ReasonFlags | None) -> x509.CertificateRevocationList:
    at = datetime.now(tz=UTC) + timedelta(days=days)
    revoked = (
        x509.RevokedCertificateBuilder().serial_number(authority.signer.certificate.serial_number).revocation_date(at)
    )
    if reason is not None:
        revoked = revoked.add_extension(x509.CRLReason(reason), critical=False)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.root.certificate.subject)
        .last_update(at - timedelta(days=1))
        .next_update(at + timedelta(days=30))
        .add_revoked_certificate(revoked.build())
    )
    return builder.sign(authority.root.key, hashes.SHA256())


@pytest.mark.parametrize(
    ("days", "flag", "verdict"),
    [
        (-1, None, "revoked"),
        (-1, x509.ReasonFlags.superseded, "revoked"),
        (1, None, "holds"),
        (1, x509.ReasonFlags.cessation_of_operation, "holds"),
        (1, x509.ReasonFlags.key_compromise, "revoked"),
    ],
)
def test_revocation_counts_by_its_day_and_its_reason(
    good: bytes, authority: Authority, days: int, flag: x509.ReasonFlags | None, verdict: str
) -> None:
    assert _reason(good, _trust(authority.root, revoked=(_crl(authority, days, flag),))) == verdict


def test_a_revocation_list_of_someone_else_counts_for_nothing(good: bytes, authority: Authority) -> None:
    impostor = replace(authority, root=issue("样例时间戳机构 根", ca=True))
    assert _reason(good, _trust(authority.root, revoked=(_crl(impostor, -1, None),))) == "holds"


def test_a_swapped_certificate_is_noticed(good: bytes, authority: Authority) -> None:
    other = issue("样例时间戳机构", by=authority.root)
    ours = authority.signer.certificate.public_bytes(serialization.Encoding.DER)
    theirs = other.certificate.public_bytes(serialization.Encoding.DER)
    if len(ours) == len(theirs):
        assert _reason(good.replace(ours, theirs), _trust(authority.root)) in {"swapped", "no-certificate"}


def test_two_certificates_in_any_order_do_not_confuse_which_one_signed(tmp_path: Path) -> None:
    root = issue("根", ca=True)
    other = issue("另一机构", by=root)
    authority = Authority(folder=tmp_path, root=root, signer=issue("机构", by=root), chain=(other,))
    assert _reason(authority.reply(request_for(_DATA)[0]), _trust(root)) == "holds"


def test_an_imprint_by_sha1_proves_nothing(authority: Authority) -> None:
    query = subprocess.run(
        ["openssl", "ts", "-query", "-data", "/dev/stdin", "-sha1", "-cert"],
        input=_DATA,
        capture_output=True,
        check=True,
    ).stdout
    assert _reason(authority.reply(query), _trust(authority.root)) == "sha1"


def test_chinese_algorithms_are_named_as_not_supported_here(authority: Authority) -> None:
    query = subprocess.run(
        ["openssl", "ts", "-query", "-data", "/dev/stdin", "-sm3", "-cert"],
        input=_DATA,
        capture_output=True,
        check=False,
    )
    if query.returncode:
        pytest.skip("did not run: this openssl has no SM3")
    tsa = replace(authority, folder=authority.folder / "sm")
    from tests import tsa_authority

    config = tsa_authority._CONFIG
    try:
        tsa_authority._CONFIG = config.replace("sha512\n", "sha512, sm3\n")
        response = tsa.reply(query.stdout)
    finally:
        tsa_authority._CONFIG = config
    assert _reason(response, _trust(authority.root)) == "sm-algorithm"


def test_a_refusal_is_told_as_a_refusal(authority: Authority) -> None:
    assert _reason(bytes.fromhex("30073005020102") + b"\x30\x00", Trust()) == "refused"


@pytest.mark.parametrize(
    "answer", [b"", b"<html>busy</html>", b"0", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"\x30\x00"]
)
def test_what_is_no_answer_is_told_as_such(answer: bytes) -> None:
    assert _reason(answer, Trust()) in {"not-der", "shape"}


def test_a_token_cut_off_anywhere_is_refused(good: bytes, authority: Authority) -> None:
    for end in range(0, len(good), 3):
        assert _reason(good[:end], _trust(authority.root)) != "holds"


@settings(max_examples=300)
@given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_never_moves_the_time(good: bytes, authority: Authority, position: int, bit: int) -> None:
    altered = bytearray(good)
    altered[position % len(good)] ^= 1 << bit
    try:
        token = judge(bytes(altered), _DATA, _trust(authority.root), now=datetime.now(tz=UTC))
    except TokenFault:
        return
    # bits outside what is signed (a status text, an algorithm's empty parameters) change nothing that counts
    assert token.gen_time == read_token(good).gen_time
    assert token.imprint == read_token(good).imprint


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_judged_without_a_crash(data: bytes) -> None:
    for answer in (data, b"\x30\x81" + bytes([min(len(data), 255)]) + data):
        assert _reason(answer, Trust()) != "holds"


def test_certificates_are_read_as_pem_and_der(authority: Authority) -> None:
    der = authority.root.certificate.public_bytes(serialization.Encoding.DER)
    assert load_certificates(der) == load_certificates(authority.root.pem)


def test_an_input_that_once_crashed_is_refused() -> None:
    odd = Path(__file__).parents[2] / "fuzz" / "seeds" / "odd-version.tsr"
    assert _reason(odd.read_bytes(), Trust()) == "shape"
