"""The door of the workbench, tried by each attack it is there for, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.desk import cases

from .client import CHEAP, LONGEST_S, Desk, desk_of


@contextmanager
def running(folders: list[Path]) -> Iterator[Desk]:
    with desk_of(folders, Path("/nonexistent")) as started:
        yield started


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with running([]) as started:
        yield started


def test_a_page_needs_the_key_of_this_run(desk: Desk) -> None:
    assert desk.ask().status == 403
    assert desk.ask(Cookie="cuijie_key=guess").status == 403
    assert desk.ask(Cookie=desk.cookie).status == 200


def test_the_key_in_the_address_becomes_a_strict_cookie_and_leaves_the_address(desk: Desk) -> None:
    answer = desk.ask(path=f"/check?key={desk.door.key}")
    assert answer.status == 303
    assert answer.headers["Location"] == "/check"
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert desk.ask(path="/?key=wrong").status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused_even_with_the_key(desk: Desk, host: str) -> None:
    assert desk.ask(Host=host, Cookie=desk.cookie).status in {400, 421}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "SAME", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "SAME", "Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_change_from_another_origin_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    sent = {name: desk.origin if value == "SAME" else value for name, value in headers.items()}
    assert desk.ask("POST", "/lock", Cookie=desk.cookie, **sent).status == 403
    assert desk.ask("POST", "/lock", Cookie=desk.cookie, Origin=desk.origin).status == 303


def test_every_answer_forbids_outside_requests_framing_and_caching(desk: Desk) -> None:
    for path in ("/", "/static/desk.css", "/nosuch"):
        headers = desk.ask(path=path, Cookie=desk.cookie).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/vendor/..%2f..%2fapp.py", "/vendor/x.js"],
)
def test_no_path_leads_out_of_the_static_folder(desk: Desk, path: str) -> None:
    answer = desk.ask(path=path, Cookie=desk.cookie)
    assert answer.status == 404
    assert b"import" not in answer.body


def test_a_body_over_the_limit_is_refused_before_it_is_read(desk: Desk) -> None:
    answer = desk.ask("POST", "/open", Cookie=desk.cookie, Origin=desk.origin, Content_Length=str(3 << 30))
    assert answer.status == 413


def test_the_language_switch_goes_back_only_to_our_own_paths(desk: Desk) -> None:
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = desk.ask(path=f"/language?to=en&back={back}", Cookie=desk.cookie)
        assert answer.headers["Location"] == "/"


def test_a_locked_or_unknown_case_shows_nothing(desk: Desk) -> None:
    answer = desk.ask(path="/c/7/timeline", Cookie=desk.cookie)
    assert answer.status == 403
    assert "没有这个案卷" in answer.body.decode()


def test_the_key_of_one_run_does_not_open_another(desk: Desk) -> None:
    with running([]) as other:
        assert other.ask(Cookie=desk.cookie).status == 403


def test_an_invitation_opens_once_and_is_refused_to_whoever_finds_it_later(desk: Desk) -> None:
    invited = desk.door.invite()
    first = desk.ask(path=f"/?key={invited}")
    assert first.status == 303
    assert desk.door.key in first.headers["Set-Cookie"]
    assert desk.ask(path=f"/?key={invited}").status == 403


def test_a_passphrase_cannot_be_tried_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "_TRIES_WINDOW_S", LONGEST_S)  # however long so many of them take here
    Case.create(tmp_path / "记事", "the right words", cost=CHEAP).close()
    with desk_of([tmp_path / "记事"], tmp_path / "home") as desk:
        tries = [desk.post("/open", {"slug": "1", "passphrase": f"guess {n}"}) for n in range(7)]
        assert all(one.status == 403 for one in tries)
        assert "试得太多" in tries[-1].words
        assert "试得太多" in desk.post("/open", {"slug": "1", "passphrase": "the right words"}).words


def test_other_devices_may_not_choose_folders_of_this_computer(tmp_path: Path) -> None:
    with desk_of([], tmp_path / "home", is_lan=True) as desk:
        fields = {"name": "记事", "passphrase": "four plain words", "again": "four plain words"}
        desk.post("/new", {**fields, "where": str(tmp_path / "elsewhere")})
        assert not (tmp_path / "elsewhere").exists()
        assert (tmp_path / "home" / "记事").is_dir()
        assert "完整路径" not in desk.get("/new").words


@pytest.mark.parametrize(
    "name", ["../../x.xml", "..\\..\\x.xml", "/etc/passwd", ".hidden", "a" * 500 + ".xml", "<b>.xml"]
)
def test_a_hostile_file_name_lands_nowhere_and_never_becomes_markup(tmp_path: Path, name: str) -> None:
    Case.create(tmp_path / "记事", "the right words", cost=CHEAP).close()
    with desk_of([tmp_path / "记事"], tmp_path / "home") as desk:
        desk.shelf.open("1", "the right words")
        before = {path for path in tmp_path.rglob("*") if "记事" not in path.parts}
        answer = desk.post("/c/1/add", {"owner": "debtor"}, [("file", name, b"not a backup <b>at all</b>")])
        assert answer.status in {303, 400, 403}
        assert {path for path in tmp_path.rglob("*") if "记事" not in path.parts} == before
        assert (
            "<b>"
            not in desk.get("/c/1/evidence").text.replace("<b>本人</b>", "").split("<table")[-1].split("</table")[0]
        )


def test_a_locked_case_answers_nothing_on_any_of_its_pages(tmp_path: Path) -> None:
    Case.create(tmp_path / "记事", "the right words", cost=CHEAP).close()
    with desk_of([tmp_path / "记事"], tmp_path / "home") as desk:
        for path in ("timeline", "timeline.json", "questions", "evidence", "facts/people", "paper/cease_letter_lender",
                     "e/x", "item/x", "deadlines.ics", "recovery", "told", "step/x"):  # fmt: skip
            assert desk.get(f"/c/1/{path}").status == 403, path


@pytest.mark.parametrize(("site", "is_offered"), [("", True), ("http://elsewhere.example", False)])
def test_what_was_refused_leads_back_to_the_page_of_ours_that_asked(desk: Desk, site: str, is_offered: bool) -> None:
    asked = {"Cookie": desk.cookie, "Origin": desk.origin, "Content_Type": "application/x-www-form-urlencoded"}
    answer = desk.ask("POST", "/c/1/answer", b"", Referer=f"{site or desk.origin}/c/1/questions?page=2", **asked)
    assert "这一步没有做成" in answer.words
    assert ('href="/c/1/questions?page=2"' in answer.text) is is_offered
