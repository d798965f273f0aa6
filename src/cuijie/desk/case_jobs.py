"""The long work on a case besides taking in: checking every original, the evidence bundle, time-stamps, scans."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path

from cuijie.bundle import PROFILES, ExportReport, Profile, export
from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.stamps import Stamp
from cuijie.casefile.tsa import Answer, ask
from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.jobs import Job, JobKind, Work
from cuijie.desk.taking_in import arriving
from cuijie.desk.taking_in.arriving import Begun
from cuijie.desk.taking_in.files import TakingIn
from cuijie.remedies.from_case import exhibits_of_case

__all__ = ["begin", "offer_begun"]

_TITLES: dict[JobKind, Words] = {
    "import": Words("收进材料", "Taking in"),
    "check": Words("逐件核对", "Checking every item"),
    "bundle": Words("导出证据包", "Making the evidence bundle"),
    "stamp": Words("申请时间戳", "Asking for time-stamps"),
    "contract": Words("读扫描的合同", "Reading a scanned contract"),
}
_PROFILE_WORDS: dict[Profile, str] = {"complaint": "遮盖", "full": "完整"}
_NAMED = 5


def begin(place: OpenCase, kind: JobKind, *, profile: str = "", about: str = "") -> Job:
    """Begins long work of that kind; the same that is under way already is answered instead."""
    jobs, case = place.jobs, place.opened
    if jobs is None:
        raise RuntimeError("a locked case has no jobs")
    for known in jobs.all():
        is_the_same = known.kind == kind and known.about == about and known.title == _title(kind, profile)
        if is_the_same and known.state in ("waiting", "running"):
            return known
    begun = Begun(id=secrets.token_hex(8), kind=kind, profile=profile, about=about)
    job = _job(place, case, begun)
    if job.again is not None:
        job.again()
    return job


def offer_begun(place: OpenCase) -> None:
    """After an opening: what was begun and not finished is offered again."""
    case, jobs = place.opened, place.jobs
    for begun in arriving.begun_in(case):
        job = TakingIn(place, case, begun).job if begun.kind == "import" else _job(place, case, begun)
        job.state = "left"
        if begun.kind == "import" and not begun.files:
            arriving.drop(case, begun)
        elif jobs is not None:
            jobs.show(job)


def _title(kind: JobKind, profile: str) -> Words:
    if kind != "bundle":
        return _TITLES[kind]
    word = "遮盖的" if profile == "complaint" else "完整的"
    return Words(f"导出证据包（{word}）", f"Making the evidence bundle ({profile})")


def _job(place: OpenCase, reading: Case, begun: Begun) -> Job:
    case = place.case or reading
    job = Job(kind=begun.kind, title=_title(begun.kind, begun.profile), id=begun.id, about=begun.about)
    works: dict[JobKind, Work] = {
        "check": lambda job: _check(place, case, job),
        "bundle": lambda job: _bundle(place, case, job, begun),
        "stamp": lambda job: _stamp(place, job),
        "contract": lambda job: _read_contract(place, job, begun.about),
    }

    def work(job: Job) -> None:
        arriving.note(case, begun)
        works[begun.kind](job)
        arriving.drop(case, begun)

    def drop() -> None:
        arriving.drop(case, begun)
        case.waiting.remove(_bundle_name(job))

    job.again = lambda: place.jobs.run(job, work) if place.jobs is not None else None
    job.drop = drop
    return job


def _read_contract(place: OpenCase, job: Job, item_id: str) -> None:
    from cuijie.desk.prevention.contract_reading import read_scanned  # brings the recogniser with it

    read_scanned(place, job, item_id)


def _told(job: Job) -> Callable[[int, int], None]:
    def told(done: int, total: int) -> None:
        job.check()
        job.done, job.total = float(done), float(total)

    return told


def _check(place: OpenCase, case: Case, job: Job) -> None:
    """Checks beside the writer; what does not agree while something was written meanwhile is looked at once more."""
    job.now = Words("正在逐件重新读一遍", "Reading every item again")
    before = case.ledger_length()
    reader = case.beside()
    try:
        report = check_case(reader, progress=_told(job))
    finally:
        reader.close()
    if not report.holds and report.items:
        with place.writing(patience=600) as writer:
            if writer.ledger_length() != before:
                report = check_case(writer, progress=_told(job))
    place.report = (case.clock.now(), report)
    if report.holds:
        job.say(f"核对过了：{len(report.items)} 件全部没有改动。", f"All {len(report.items)} items are unchanged.")
    elif not report.items:
        job.say("还没有材料可以核对。", "There is nothing to check yet.")
    else:
        job.say("有对不上的，见证据页。", "Something does not agree; see the evidence page.", is_wrong=True)


def _bundle_name(job: Job) -> str:
    """Under which the bundle that a job made waits, whether or not the job came to its end."""
    return f"bundle-{job.id}"


def _bundle(place: OpenCase, case: Case, job: Job, begun: Begun) -> None:
    """Makes the bundle of the case as it is at this moment; it waits encrypted until it is fetched."""
    job.now = Words("正在写目录、抄录原件", "Writing the catalogue, copying originals")
    profile: Profile = "complaint" if begun.profile == "complaint" else "full"
    with place.writing(patience=600) as writer:
        exhibits_of_case(writer)
        frozen = writer.beside(frozen=True)
    try:
        with case.waiting.workshop() as folder:
            path = Path(folder) / "bundle.zip"
            report = export(frozen, path, profile=profile, also=begun.about.split(), progress=_told(job))
            job.check()
            job.now = Words("正在收好，等你来取", "Putting it by for you")
            stored = _bundle_name(job)
            with path.open("rb") as stream:
                case.waiting.put(stored, stream)
    finally:
        frozen.close()
    with place.writing(patience=600) as writer:
        writer.log("exported", {"bundles": list(report.bundle_ids), "profile": profile, "items": len(report.items)})
    job.result = (stored, f"证据包-{_PROFILE_WORDS[profile]}-{shanghai_day(case.clock.now()).isoformat()}.zip")
    job.say(
        f"做好了，里面有 {len(report.items)} 件材料。{PROFILES[profile]}。", f"Ready, with {len(report.items)} items."
    )
    _say_what_to_mind(job, report, frozenset(one.item_id for one in case.items() if one.parent_id is not None))


def _say_what_to_mind(job: Job, report: ExportReport, derived: frozenset[str]) -> None:
    """What is masked, which originals are not in the bundle, and which take private records along."""
    if report.profile == "complaint":
        job.say(
            "遮盖了：第三人的姓名、电话，以及文字里的身份证号、银行卡号。照写的：你自己和催收方的姓名、号码，你勾上的原件。"
            "短信里提到、但没有登记在“人”里的名字，程序认不出来，交之前请自己看一遍摘录。",
            "Masked: third persons' names and numbers, and identity and card numbers in texts. As they are: yours, the"
            " collectors', and the originals you ticked. Names in messages that stand under no person are not known:"
            " read the excerpts before you hand them in.",
        )
    if left := [one.name for one in report.left_out if one.item_id not in derived]:
        names = "、".join(left[:_NAMED]) + (f" 等 {len(left)} 件" if len(left) > _NAMED else "")
        if report.profile == "full":
            job.say(
                f"没有放入：{names}。里面的记录你都说过不是催收。要交的，先到“这些是不是催收”那一页放回来，再导出一次。",
                f"Left out: {names}. You called all that is in them private: bring back what you want to hand in on the"
                " page “Is this collection?” and export once more.",
            )
        else:
            job.say(
                f"没有放入：{names}。里面别人的姓名、号码不能自动遮盖；要交的，自己看过，在下面“另外附上原件”里勾上再导出一次。",
                f"Left out: {names}. Names and numbers in them cannot be masked by itself: look at what you want to"
                " hand in, tick it below under “Add originals” and export once more.",
            )
    for name, count in report.private[:_NAMED]:
        job.say(
            f"请留意：{name} 里还有 {count} 条没有确认属于催收的记录，可能是私事，会随原件一起交出。",
            f"Note: {name} leaves with all that is in it, also what is tied to no collector ({count}).",
        )


def _stamp(place: OpenCase, job: Job) -> None:
    """Asks for every waiting time-stamp; while an authority is waited for, others may write."""

    def post(address: str, request: bytes, clock: Clock) -> Answer:
        job.check()
        job.now = Words(f"正在等 {address} 的答复", f"Waiting for {address}")
        with place.letting_others_write():
            answer = ask(address, request, clock)
        job.check()
        return answer

    with place.writing(patience=600) as writer:
        tried = writer.stamps.send(post=post)
    _say_stamps(job, tried)


def _say_stamps(job: Job, tried: Sequence[Stamp]) -> None:
    came = sum(one.state in {"granted", "unproven"} for one in tried)
    if not tried:
        job.say("现在没有可以申请的；机构要求晚一点再来的，会等到那时。", "Nothing to ask for at the moment.")
    elif came == len(tried):
        job.say(f"拿到了 {came} 个时间戳。", f"{came} time-stamps received.")
    else:
        why = next((one.problem for one in tried if one.problem), "") or ""
        job.say(
            f"拿到 {came} 个，还有 {len(tried) - came} 个没有拿到：{why}", f"{came} received; the rest waits: {why}",
            is_wrong=True,
        )  # fmt: skip
