"""A scanned contract of a case, read page by page beside the pages: what it says is kept when all is read."""

from __future__ import annotations

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.jobs import Job
from cuijie.prevention.contract import find_clauses
from cuijie.prevention.keeping import keep_contract
from cuijie.prevention.loan_terms import find_terms
from cuijie.prevention.pages import recognised

__all__ = ["read_scanned"]


def read_scanned(place: OpenCase, job: Job, item_id: str) -> None:
    """Reads the contract in the vault and keeps its clauses and terms.  Raises BadInput, Stopped."""

    def told(done: int, total: int) -> None:
        job.check()
        job.done, job.total = float(done), float(total)
        job.now = Words(f"正在读第 {done + 1} 页，共 {total} 页扫描的", f"Reading scanned page {done + 1} of {total}")

    with place.writing(patience=600) as writer:
        item = writer.item(item_id)
        with writer.open_item(item_id) as stream:
            data = stream.read()
    pages = recognised(data, item.about.name, progress=told)
    job.check()
    clauses, terms = find_clauses(pages), find_terms(pages)
    with place.writing(patience=600) as writer:
        result = keep_contract(writer, item, clauses, terms)
    job.source = result.result_id
    kinds = len({hit.kind.id for hit in clauses})
    job.say(
        f"《{item.about.name}》读好了：{kinds} 类条款要看清。机器读扫描件会认错字，请对照原件。",
        f"{item.about.name} is read: {kinds} kinds of clauses to look at. Compare with the original: scans are misread.",
    )
