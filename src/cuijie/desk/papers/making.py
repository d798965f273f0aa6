"""A paper made: its draft and its files, kept while the case stands as it does; those of a large case beside the pages."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.jobs import Job
from cuijie.desk.ladder.steps import material
from cuijie.desk.papers.ids import PaperId
from cuijie.desk.papers.listing import document_words
from cuijie.desk.worked_out import WorkedOut
from cuijie.law import library
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.documents.writers import FORMATS, draft_bytes
from cuijie.remedies.material import Material

__all__ = ["MEDIA_TYPES", "drafted", "file_of", "in_the_making", "taken_home"]

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}

_LARGE = 1000  # contacts: the papers of fewer are made within a second, while the page waits
_BRIEFLY_S = 1.0
_SHARES = (
    (".pdf", 3, Words("正在排版", "Setting the pages")),
    (".docx", 1, Words("正在做 Word 文件", "Writing the Word file")),
)


def drafted(place: OpenCase, paper: PaperId, clock: Clock) -> Draft:
    """The paper as it stands now, made once for each state of the case.  Raises RemedyError."""
    return _drafted(place.worked, material(place), paper, shanghai_day(clock.now()))


def file_of(place: OpenCase, paper: PaperId, suffix: str, clock: Clock) -> bytes:
    """The paper in the format of *suffix*, made once for each state of the case.  Raises RemedyError."""
    return _file(place.worked, material(place), paper, shanghai_day(clock.now()), suffix)


def _drafted(worked: WorkedOut, held: Material, paper: PaperId, on: date) -> Draft:
    def make() -> Draft:
        return draft(paper.document, held, on, law=library(), sender=paper.sender, loan_id=paper.loan_id)

    return worked.drafts.of(held, (paper, on), make)


def _file(worked: WorkedOut, held: Material, paper: PaperId, on: date, suffix: str) -> bytes:
    def make() -> bytes:  # without a cover: the page itself says what that would
        return draft_bytes(_drafted(worked, held, paper, on), suffix, with_cover=False)

    return worked.files.of(held, (paper, on, suffix), make)


def taken_home(place: OpenCase, paper: PaperId, kind: str, clock: Clock) -> tuple[bytes, str, str]:
    """The paper's bytes, file name and media type; the act of drafting goes into the ledger.  Raises RemedyError."""
    suffix = f".{kind}"
    if suffix not in FORMATS:
        raise ShelfError("没有这种格式。", remedy="请选择 Word 或 PDF。")
    data = file_of(place, paper, suffix, clock)
    with place.writing() as case:
        case.log("drafted", {"document": paper.document})
    return data, f"{document(paper.document).name}{suffix}", MEDIA_TYPES[suffix]


def in_the_making(place: OpenCase, paper: PaperId, clock: Clock) -> Job | None:
    """The job that makes the paper of a large case; None once it is there, and for a small case, made on the spot."""
    held, on, worked, jobs = material(place), shanghai_day(clock.now()), place.worked, place.jobs
    is_made = all(worked.files.known(held, (paper, on, suffix)) for suffix, *_ in _SHARES)
    if len(held.contacts) <= _LARGE or jobs is None or (is_made and worked.drafts.known(held, (paper, on))):
        return None
    address = f"paper/{quote(paper.document)}?{paper.query}"
    for known in jobs.all():
        if known.kind == "paper" and known.about == address:
            if not known.is_over:
                return known
            jobs.forget(known)  # it failed or was stopped, and is asked for again
    name = document_words(paper.document)[0]
    job = Job(kind="paper", title=Words(f"写《{name.zh}》", f"Writing: {name.en}"), about=address)

    def work(job: Job) -> None:
        job.total = float(1 + sum(share for _, share, _ in _SHARES))
        job.now = Words("正在写正文和附件", "Writing the text and its annex")
        _drafted(worked, held, paper, on)
        job.done = 1.0
        for suffix, share, words in _SHARES:
            job.check()
            job.now = words
            _file(worked, held, paper, on, suffix)
            job.done += share
        jobs.forget(job)  # its page shows it

    jobs.run_beside(job, work)
    return None if jobs.wait(job, _BRIEFLY_S) and job.state == "done" else job
