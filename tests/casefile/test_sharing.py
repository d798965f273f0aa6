"""Who can open a case, and who cannot any more."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.casefile.errors import CaseDamaged, CaseError, KeyRefused, RecipientError
from cuijie.casefile.keys import KeyFile, new_identity
from cuijie.casefile.recovery_page import grouped, page
from tests.small_case import CHEAP, PASSPHRASE, SteppingClock, keep, new_case, open_case


def _open(folder: Path, secret: str) -> Case:
    return Case.open(folder, secret, clock=SteppingClock())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with new_case(tmp_path / "案卷") as case:
        keep(case, b"before", "甲")
    return tmp_path / "案卷"


def test_a_lawyer_opens_with_their_own_key_and_acts_in_their_name(folder: Path) -> None:
    secret, public = new_identity()
    with open_case(folder) as case:
        case.sharing.add(public, "王律师")
    with _open(folder, secret) as case:
        case.log("drafted")
        assert case.ledger()[-1].actor == "王律师"
        assert case.open_item(case.items()[0].item_id).read() == b"before"


def test_sharing_rewrites_no_original(folder: Path) -> None:
    before = {path: path.read_bytes() for path in (folder / "vault").rglob("*.age")}
    with open_case(folder) as case:
        case.sharing.add(new_identity()[1], "协会")
    assert {path: path.read_bytes() for path in (folder / "vault").rglob("*.age")} == before


def test_after_a_removal_new_items_are_closed_to_the_one_removed(folder: Path, tmp_path: Path) -> None:
    secret, public = new_identity()
    with open_case(folder) as case:
        new = case.sharing.add(public, "王律师")
    old_keys = (folder / "keys.json").read_bytes()
    with open_case(folder) as case:
        case.sharing.remove(new.recipient_id)
        keep(case, b"after", "乙")
        assert [item.about.name for item in case.items()] == ["甲", "乙"]
        assert case.open_item(case.items()[0].item_id).read() == b"before"
    with pytest.raises(KeyRefused):
        _open(folder, secret)
    (folder / "keys.json").write_bytes(old_keys)  # what they may have copied opens nothing new
    with pytest.raises(CaseDamaged):
        _open(folder, secret)


def test_the_passphrase_still_opens_after_a_removal(folder: Path) -> None:
    with open_case(folder) as case:
        case.sharing.remove(case.sharing.add(new_identity()[1], "甲").recipient_id)
    open_case(folder).close()


@pytest.mark.parametrize("at", ["before rekey", "after rekey"])
def test_a_crash_in_the_middle_of_a_removal_is_finished_at_the_next_opening(
    folder: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cuijie.casefile.database.store import Store

    real = Store.rekey

    def dies(store: Store, key: str) -> None:
        if at == "after rekey":
            real(store, key)
        raise KeyboardInterrupt

    with open_case(folder) as case:
        gone = case.sharing.add(new_identity()[1], "甲")
        monkeypatch.setattr(Store, "rekey", dies)
        with pytest.raises(KeyboardInterrupt):
            case.sharing.remove(gone.recipient_id)
    monkeypatch.setattr(Store, "rekey", real)
    with open_case(folder) as case:
        assert len(case.sharing.recipients()) == 1
        assert case.open_item(case.items()[0].item_id).read() == b"before"
    open_case(folder, writable=False).close()


def test_a_changed_passphrase_opens_and_the_old_one_does_not(folder: Path) -> None:
    with open_case(folder) as case:
        case.sharing.change_passphrase("新的密码", cost=CHEAP)
    _open(folder, "新的密码").close()
    with pytest.raises(KeyRefused):
        open_case(folder)


def test_the_recovery_key_opens_however_it_is_typed_and_a_new_one_ends_the_old(folder: Path) -> None:
    with open_case(folder) as case:
        first = case.sharing.recovery_key()
    for written in (first, first.lower(), grouped(first), f"  {grouped(first).lower()}\n"):
        _open(folder, written).close()
    with open_case(folder) as case:
        second = case.sharing.recovery_key()
    _open(folder, second).close()
    with pytest.raises(KeyRefused):
        _open(folder, first)


def test_a_mistyped_recovery_key_is_said_to_be_mistyped(folder: Path) -> None:
    with open_case(folder) as case:
        secret = case.sharing.recovery_key()
    wrong = secret[:-1] + ("Q" if secret[-1] != "Q" else "P")
    with pytest.raises(KeyRefused, match="抄写有误"):
        _open(folder, wrong)


def test_the_recovery_page_holds_the_key_and_the_case_name_as_words(folder: Path) -> None:
    secret = new_identity()[0]
    text = page(secret, "<script>案卷", SteppingClock().now())
    assert grouped(secret) in text
    assert "<script>案卷" not in text
    assert "&lt;script&gt;案卷" in text


@pytest.mark.parametrize("public", ["", "age1", "ssh-rsa AAAA", "AGE-SECRET-KEY-1QQQQ", "age1" + "q" * 58])
def test_what_is_no_public_key_is_refused(folder: Path, public: str) -> None:
    with open_case(folder) as case, pytest.raises(RecipientError):
        case.sharing.add(public, "某人")


def test_a_recipient_needs_a_name_and_is_added_once(folder: Path) -> None:
    public = new_identity()[1]
    with open_case(folder) as case:
        with pytest.raises(RecipientError, match="请写明"):
            case.sharing.add(public, " ")
        case.sharing.add(public, "甲")
        with pytest.raises(RecipientError, match="已经在"):
            case.sharing.add(public, "乙")


def test_the_last_passphrase_and_unknown_recipients_cannot_be_removed(folder: Path) -> None:
    with open_case(folder) as case:
        owner = case.sharing.recipients()[0]
        for recipient_id in (owner.recipient_id, "ffffffff"):
            with pytest.raises(RecipientError):
                case.sharing.remove(recipient_id)


def test_a_recipient_smuggled_into_the_key_file_is_noticed(folder: Path) -> None:
    path = folder / "keys.json"
    value = json.loads(path.read_bytes())
    value["recipients"].append(
        {**value["recipients"][0], "recipient_id": "evil", "kind": "age", "public": new_identity()[1]}
    )
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(CaseDamaged, match="被改动过"):
        open_case(folder)


def test_a_lowered_cost_in_the_key_file_opens_nothing(folder: Path) -> None:
    path = folder / "keys.json"
    value = json.loads(path.read_bytes())
    value["recipients"][0]["kdf"]["memory_kib"] = 8
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(KeyRefused):
        open_case(folder)
    value["recipients"][0]["kdf"]["memory_kib"] = 1 << 40  # nor can it exhaust the machine
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(KeyRefused):
        open_case(folder)


def test_every_flipped_byte_of_the_key_file_is_refused(folder: Path) -> None:
    path = folder / "keys.json"
    data = path.read_bytes()
    names = [data.index(name) + 1 for name in (b'"format"', b'"seal"', b'"kdf"', b'"added_at"')]
    for position in [*range(0, len(data), 41), *names]:
        altered = bytearray(data)
        altered[position] ^= 0x01
        path.write_bytes(bytes(altered))
        with pytest.raises(CaseError):
            open_case(folder)
    path.write_bytes(data)
    open_case(folder).close()


def test_keys_of_another_case_open_nothing(folder: Path, tmp_path: Path) -> None:
    new_case(tmp_path / "other").close()
    shutil.copy(tmp_path / "other" / "keys.json", folder / "keys.json")
    with pytest.raises(CaseDamaged):
        open_case(folder)


@pytest.mark.skipif(shutil.which("age") is None, reason="did not run: the age tool is not installed")
def test_the_keyring_opens_with_the_ordinary_age_tool(folder: Path, tmp_path: Path) -> None:
    import base64

    secret, public = new_identity()
    with open_case(folder) as case:
        case.sharing.add(public, "王律师")
    (tmp_path / "key.txt").write_text(secret + "\n", encoding="ascii")
    (tmp_path / "ring.age").write_bytes(base64.b64decode(KeyFile.read(folder).wrapped))
    done = subprocess.run(
        ["age", "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "ring.age")], capture_output=True, check=True
    )
    keyring = json.loads(done.stdout)
    blob = next((folder / "vault").rglob("*.age"))
    (tmp_path / "vault.txt").write_text(keyring["vault"][0] + "\n", encoding="ascii")
    plain = subprocess.run(["age", "-d", "-i", str(tmp_path / "vault.txt"), str(blob)], capture_output=True, check=True)
    assert plain.stdout == b"before"


def test_the_right_passphrase_is_needed_for_reading_too(folder: Path) -> None:
    with pytest.raises(KeyRefused):
        Case.open(folder, PASSPHRASE + " ", writable=False)


def test_a_guess_at_the_passphrase_costs_192_mebibytes_unless_a_test_says_otherwise(tmp_path: Path) -> None:
    Case.create(tmp_path / "案卷", PASSPHRASE, clock=SteppingClock()).close()
    (owner,) = KeyFile.read(tmp_path / "案卷").recipients
    costs = {name: owner.kdf[name] for name in ("name", "memory_kib", "passes", "lanes")}
    assert costs == {"name": "argon2id", "memory_kib": 192 * 1024, "passes": 4, "lanes": 4}
    open_case(tmp_path / "案卷", writable=False).close()
