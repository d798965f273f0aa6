"""``cuijie bundle``, ``verify``, ``stamp`` as a user runs them: words, exit codes, JSON."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.records import Entry
from tests.small_case import PASSPHRASE
from tests.tsa_authority import Authority

from .conftest import Ran

pytestmark = pytest.mark.usefixtures("passphrase")


def test_bundle_and_verify_from_the_command_line(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "证据包.zip"
    made = Ran("bundle", folder, "-o", target, "--json")
    assert made.code == 0, made.err
    assert [one["label"] for one in made.json["items"]] == ["证据1", "证据2"]
    told = Ran("verify", target, "--json")
    assert told.code == 0
    assert {one["state"] for one in told.json["items"]} == {"intact", "untimed"}
    assert Ran("verify", folder, "--json").json["holds"] is True
    data = bytearray(target.read_bytes())
    data[data.index(b"\x89PNG") + 100] ^= 1
    target.write_bytes(bytes(data))
    broken = Ran("verify", target, "--json")
    assert broken.code == 1
    assert {one["path"]: one["state"] for one in broken.json["items"]}["data/原件/证据02_截图.png"] == "altered"


def test_verifying_a_bundle_asks_for_no_passphrase(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ran("bundle", folder, "-o", tmp_path / "包.zip")
    monkeypatch.delenv("CUIJIE_PASSPHRASE")
    assert Ran("verify", tmp_path / "包.zip").code == 0
    assert Ran("verify", folder).code == 2


@pytest.mark.parametrize("name", ["keys.json", "case.db"])
def test_a_missing_part_of_a_case_is_a_finding_of_verify(folder: Path, name: str) -> None:
    (folder / name).unlink()
    told = Ran("verify", folder, "--json")
    assert told.code == 1
    assert [(one["path"], one["state"]) for one in told.json["items"]] == [(name, "missing")]


def test_a_damaged_case_is_a_finding_of_verify(folder: Path) -> None:
    (folder / "case.db").write_bytes((folder / "case.db").read_bytes()[:5000])
    told = Ran("verify", folder, "--json")
    assert told.code == 1
    assert told.json["items"][0] == {"path": "case.db", "state": "altered", "why": told.json["items"][0]["why"]}
    assert Ran("case", "info", folder).code == 2


@pytest.mark.parametrize("size", ["20M", "5mb", "800k", "1000000"])
def test_sizes_are_read_as_portals_write_them(folder: Path, tmp_path: Path, size: str) -> None:
    assert Ran("bundle", folder, "-o", tmp_path / "包.zip", "--max-size", size).code == 0


@pytest.mark.parametrize(
    "words", [("--max-size", "大"), ("--max-size", "0"), ("--max-size", "1k"), ("--item", "证据99")]
)
def test_what_a_bundle_cannot_do_is_said(folder: Path, tmp_path: Path, words: tuple[str, str]) -> None:
    assert Ran("bundle", folder, "-o", tmp_path / "包.zip", *words).code == 2
    assert not (tmp_path / "包.zip").exists()


def test_a_stamp_needs_an_authority_and_the_limits_of_our_clock_are_said(folder: Path) -> None:
    told = Ran("stamp", folder)
    assert told.code == 2
    assert "只是这台电脑自己的时钟" in told.err


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("did not run: openssl is not installed")
    return Authority.make(tmp_path / "pki")


def test_stamps_from_the_command_line(folder: Path, tmp_path: Path, authority: Authority) -> None:
    with authority.serving() as served:
        queued = Ran("stamp", folder, "--tsa", served.url, "--ca", authority.ca_file, "--later", "--json")
        assert (queued.code, [one["state"] for one in queued.json["stamps"]]) == (0, ["queued"])
        served.status = 503
        assert Ran("stamp", folder).code == 3
        served.status = 200
        done = Ran("stamp", folder, "--json")
        assert (done.code, [one["state"] for one in done.json["stamps"]]) == (0, ["granted"])
        assert Ran("stamp", folder, "--list").code == 0
        bundle = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--stamp", "--json")
    assert [one["state"] for one in bundle.json["stamps"]] == ["granted", "granted"]
    assert {one["state"] for one in Ran("verify", tmp_path / "包.zip", "--json").json["items"]} == {"intact"}
    other = Authority.make(tmp_path / "别家")
    assert Ran("verify", tmp_path / "包.zip", "--tsa-ca", other.ca_file).code == 1
    assert Ran("verify", tmp_path / "包.zip", "--tsa-ca", other.ca_file, "--tsa-ca", authority.ca_file).code == 0
    assert Ran("verify", folder, "--tsa-ca", other.ca_file).code == 1
    assert Ran("verify", folder, "--tsa-ca", tmp_path / "没有.pem").code == 2


def test_an_answer_that_does_not_verify_is_exit_1(folder: Path, tmp_path: Path, authority: Authority) -> None:
    other = Authority.make(tmp_path / "别家")
    with other.serving() as served:
        assert Ran("stamp", folder, "--tsa", served.url, "--ca", authority.ca_file).code == 1


def test_the_catalogue_is_signed_with_the_users_own_certificate(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyhanko", reason="did not run: the extra 'sign' is not installed")
    import io
    import zipfile

    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

    from tests.tsa_authority import issue

    own = issue("林样样", usages=())
    (tmp_path / "own.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"own", own.key, own.certificate, None, BestAvailableEncryption(b"pin"))
    )
    monkeypatch.setenv("CUIJIE_CERTIFICATE_PASSPHRASE", "pin")
    done = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--sign", tmp_path / "own.p12")
    assert done.code == 0, done.err
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        reader = PdfFileReader(io.BytesIO(archive.read("证据包/data/目录/证据目录.pdf")))
    (signature,) = reader.embedded_signatures
    roots = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    assert validate_pdf_signature(signature, roots).intact
    monkeypatch.setenv("CUIJIE_CERTIFICATE_PASSPHRASE", "wrong")
    assert Ran("bundle", folder, "-o", tmp_path / "二.zip", "--sign", tmp_path / "own.p12").code == 2


def test_private_entries_in_a_full_bundle_are_pointed_out(folder: Path, tmp_path: Path) -> None:
    with Case.open(folder, PASSPHRASE) as case:
        place = f"{case.items()[0].item_id}#2"
        case.put(Entry(entry_id="e-private", kind="sms", owner="person-1", places=(place,), text="回家吃饭"))
    told = Ran("bundle", folder, "-o", tmp_path / "包.zip", "--json")
    assert told.json["private"] == [{"name": "短信备份.xml", "entries": 1}]
    assert "回家吃饭" not in Ran("bundle", folder, "-o", tmp_path / "二.zip", "--profile", "complaint").out
