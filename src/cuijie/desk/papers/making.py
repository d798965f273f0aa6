"""A paper made: its draft and its files, kept while the case stands as it does; of a large case, and several at once, beside the pages."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.jobs import Job
from cuijie.desk.ladder.steps import material, whose_words
from cuijie.desk.papers.ids import PaperId, about_words
from cuijie.desk.papers.listing import document_words
from cuijie.desk.worked_out import WorkedOut
from cuijie.law import library
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.documents.writers import FORMATS, draft_bytes
from cuijie.remedies.errors import FontMissing, GlyphMissing, RemedyError
from cuijie.remedies.material import DEBTOR, Material

__all__ = ["MEDIA_TYPES", "drafted", "file_of", "in_the_making", "take_several", "taken_home"]

MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}

_LARGE = 1000  # contacts: the papers of fewer are made within a second, while the page waits
_BRIEFLY_S = 1.0
_SHARES = (  # the Word file first: it needs no font of this computer, and can be taken while the pages are set
    (".docx", 1, Words("正在做 Word 文件", "Writing the Word file")),
    (".pdf", 3, Words("正在排版", "Setting the pages")),
)
_SUFFIXES = (".pdf", ".docx")  # in the order in which they lie in an archive
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_WHOLE = 1 + sum(share for _, share, _ in _SHARES)


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


def in_the_making(place: OpenCase, paper: PaperId, clock: Clock, kind: str = "") -> Job | None:
    """The job that makes the paper of a large case; None once its file of *kind* is there, without it PDF and Word.

    None for a small case too: its papers are made on the spot.
    """
    held, on, worked, jobs = material(place), shanghai_day(clock.now()), place.worked, place.jobs
    wanted = [suffix for suffix in _SUFFIXES if suffix == f".{kind}"] or _SUFFIXES
    is_made = all(worked.files.known(held, (paper, on, suffix)) for suffix in wanted)
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
        job.total = float(_WHOLE)
        _make(job, worked, held, paper, on)
        jobs.forget(job)  # its page shows it

    jobs.run_beside(job, work)
    return None if jobs.wait(job, _BRIEFLY_S) and job.state == "done" else job


def _make(job: Job, worked: WorkedOut, held: Material, paper: PaperId, on: date) -> dict[str, bytes]:
    """The paper's files by their suffix; *job* says how far it is."""
    job.now = Words("正在写正文和附件", "Writing the text and its annex")
    _drafted(worked, held, paper, on)
    job.done += 1
    made: dict[str, bytes] = {}
    for suffix, share, words in _SHARES:
        job.check()
        job.now = words
        made[suffix] = _file(worked, held, paper, on, suffix)
        job.done += share
    return made


def take_several(place: OpenCase, papers: Sequence[PaperId], clock: Clock) -> Job:
    """Begins to make *papers*, each as PDF and Word file; they wait, encrypted, as one archive until they are fetched."""
    held, on, worked, jobs, case = material(place), shanghai_day(clock.now()), place.worked, place.jobs, place.case
    if not papers or jobs is None or case is None:
        raise ShelfError("还没有选文书。", remedy="请勾上要一起下载的文书，再按一次。")
    job = Job(kind="paper", title=Words(f"写 {len(papers)} 份文书", f"Writing {len(papers)} papers"))
    stored = f"papers-{job.id}"

    def work(job: Job) -> None:
        job.total = float(_WHOLE * len(papers))
        packed = io.BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            made = [one for one in papers if _packed(archive, job, worked, held, one, on)]
        job.check()
        if not made:
            return
        packed.seek(0)
        case.waiting.put(stored, packed)
        with place.writing(patience=600) as writer:
            for paper in made:
                writer.log("drafted", {"document": paper.document})
        job.result = (stored, f"文书-{on.isoformat()}.zip")
        job.say(f"做好了 {len(made)} 份，每份有 PDF 和 Word。", f"{len(made)} papers, each as PDF and Word file.")

    job.drop = lambda: case.waiting.remove(stored)
    jobs.run_beside(job, work)
    jobs.wait(job, _BRIEFLY_S)
    return job


def _packed(archive: ZipFile, job: Job, worked: WorkedOut, held: Material, paper: PaperId, on: date) -> bool:
    """True if the paper's files went into *archive*; why they did not, and that it has blanks, is said."""
    name, before = document_words(paper.document)[0], job.done
    try:
        files = _make(job, worked, held, paper, on)
    except RemedyError as error:  # of this paper alone
        job.done = before + _WHOLE
        job.say(f"《{name.zh}》没有做：{error.message}", f"Not written: {name.en}.", is_wrong=True)
        return False
    except (FontMissing, GlyphMissing) as error:
        job.done = before + _WHOLE
        job.say(f"《{name.zh}》只有 Word 文件：{error.message}", f"As Word file only: {name.en}.", is_wrong=True)
        files = {".docx": _file(worked, held, paper, on, ".docx")}
    number = len({known.partition(" ")[0] for known in archive.namelist()}) + 1
    for suffix in filter(files.get, _SUFFIXES):
        archive.writestr(f"{number:02d} {_file_name(held, paper)}{suffix}", files[suffix])
    if lacking := len(_drafted(worked, held, paper, on).missing):
        job.say(f"《{name.zh}》还有 {lacking} 处空白要你填。", f"{name.en}: {lacking} blanks to fill in.")
    return True


def _file_name(held: Material, paper: PaperId) -> str:
    """The paper's name, in whose name it is where that is not the borrower, and for which of several loans."""
    whose = "" if paper.sender == DEBTOR else f"（{whose_words(paper.sender, held).zh}）"
    about = about_words(held, paper.loan_id)
    return _NOT_IN_NAMES.sub("_", f"{document(paper.document).name}{whose}{f' {about.zh}' if about else ''}")
