"""Making the evidence bundle of a case: one zip (or several, below a size limit), each a bag of its own."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuijie import __version__
from cuijie.bundle.bag import BagWriter, write_bag
from cuijie.bundle.errors import BundleError
from cuijie.bundle.listing import excerpt, items_list, ledger_extract, proofs_of
from cuijie.bundle.names import safe_name
from cuijie.bundle.paper_masking import PaperOut, Papers, masked_papers
from cuijie.bundle.papers import catalogue_pdf, guide_lines, guide_pdf, guide_text, timeline_pdfs
from cuijie.bundle.redaction import Profile
from cuijie.bundle.selection import Chosen, LeftOut, Selection, select
from cuijie.bundle.split import Piece, split
from cuijie.casefile import Case
from cuijie.casefile.ledger.chain import head_statement
from cuijie.casefile.stamps import LEDGER, Stamp
from cuijie.clock import shanghai_day
from cuijie.errors import cause_of
from cuijie.records import CaseState

__all__ = ["ExportReport", "Signer", "add_manifest_stamps", "export"]

Signer = Callable[[bytes], bytes]  # a PDF, then the same signed
_AskStamp = Callable[[str, bytes], Sequence[Stamp]]  # a bundle's id and its manifest
_Progress = Callable[[int, int], None]  # bytes written so far, and in all


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReport:
    """What was written: the files, what is inside, what stayed out, which time-stamps are with it."""

    files: tuple[Path, ...]
    bundle_ids: tuple[str, ...]
    profile: Profile
    items: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]
    stamps: tuple[Stamp, ...]  # over the ledger, and those asked for over the manifest
    private: tuple[tuple[str, int], ...] = ()  # originals that hold entries of no collector, and how many
    masked_papers: tuple[str, ...] = ()  # of a masked bundle: finished papers in which somebody was masked
    papers_out: tuple[PaperOut, ...] = ()  # and those that name others, cannot be masked, and stay out


def export(
    case: Case,
    path: Path,
    *,
    profile: Profile = "full",
    only: Iterable[str] = (),
    without: Iterable[str] = (),
    also: Iterable[str] = (),
    max_bytes: int | None = None,
    papers: Iterable[Path] = (),
    sign: Signer | None = None,
    stamp: _AskStamp | None = None,
    progress: _Progress | None = None,
) -> ExportReport:
    """Writes the bundle of *case* to *path*; with *max_bytes*, to ``path-1.zip``, ``path-2.zip`` … instead.

    *also* names originals that go into a masked bundle as they are, because the user has looked at them.
    *papers* are finished documents (a complaint, a letter) that go along; in a masked bundle third parties are masked
    in them too, and what cannot be masked (a PDF that names somebody) stays out.  *sign* signs the catalogue's PDF;
    *stamp* asks authorities for the time of each bundle's manifest and answers what came at once.  The ledger notes
    the export (of a case open for reading only, the caller's does).  Raises BundleError, CaseError.
    """
    if path.is_dir() or not path.parent.is_dir():
        raise BundleError(f"不能写到 {path}（是文件夹，或上级文件夹不存在）。", remedy="请给出一个 .zip 文件名。")
    state = case.state()
    selection = select(case, state, profile, only, without, also)
    on = shanghai_day(case.clock.now())
    common = _Common(case, selection, on)
    catalogue = catalogue_pdf(selection, state, on)
    made = [("目录/证据目录.pdf", sign(catalogue) if sign is not None else catalogue)]
    made += [(f"目录/{name}", pdf) for name, pdf in timeline_pdfs(selection, state, on)]
    finished = _finished(papers, state, selection)
    common.files += [*made, *finished.files, ("清单.json", items_list(selection))]
    parts = split([_content(case, selection, one) for one in selection.chosen], common.size, max_bytes)
    files = _targets(path, len(parts))
    ids = _write_all(files, parts, common, stamp, progress)
    if case.is_writable:  # beside a writer, the caller writes it down there
        case.log("exported", {"bundles": ids, "profile": profile, "items": len(selection.chosen)})
    return ExportReport(
        files=files,
        bundle_ids=tuple(ids),
        profile=profile,
        items=selection.chosen,
        left_out=selection.left_out,
        stamps=tuple(common.stamps),
        private=tuple(_private(selection.chosen)),
        masked_papers=finished.masked,
        papers_out=finished.out,
    )


def _targets(path: Path, count: int) -> tuple[Path, ...]:
    """*path* itself for one bundle, ``path-1.zip``, ``path-2.zip`` … for several."""
    if count == 1:
        return (path,)
    return tuple(path.with_name(f"{path.stem}-{number}{path.suffix}") for number in range(1, count + 1))


def _private(chosen: Iterable[Chosen]) -> Iterator[tuple[str, int]]:
    """The originals that hold entries of no collector, and how many."""
    for one in chosen:
        if one.others and not one.is_excerpt:
            yield one.item.about.name, one.others


def _finished(papers: Iterable[Path], state: CaseState, selection: Selection) -> Papers:
    found = []
    for number, path in enumerate(papers, start=1):
        try:
            found.append((f"文书/{safe_name(f'文书{number:02}', path.name)}", path.read_bytes()))
        except OSError as error:
            raise BundleError(f"读不出文书 {path}（{cause_of(error)}）。", remedy="请检查路径和权限。") from error
    if selection.mask is None:
        return Papers(files=tuple(found), masked=(), out=())
    return masked_papers(found, state, selection.mask)


class _Common:
    """What is the same in every part: the ledger's extract, the time-stamps over it, the papers."""

    def __init__(self, case: Case, selection: Selection, on: date) -> None:
        bodies = case.ledger_bodies()
        shown, self._is_whole = ledger_extract(bodies, selection)
        self.on, self.case_id, self.selection = on, case.case_id, selection
        self.files: list[tuple[str, bytes]] = [
            ("留痕账/留痕账.jsonl", b"".join(body + b"\n" for _, body in sorted(shown.items()))),
            ("留痕账/账首.json", head_statement(case.case_id, bodies)),
            ("留痕账/证明.json", proofs_of(case.case_id, bodies, shown, len(bodies))),
        ]
        self.commands: list[tuple[str, str, str, str]] = []
        self.stamps: list[Stamp] = []
        for n, stamp in enumerate(_newest(case.stamps.all()), start=1):
            self._add_stamp(n, stamp, case.case_id, bodies, shown)

    def _add_stamp(self, n: int, stamp: Stamp, case_id: str, bodies: Sequence[bytes], shown: dict[int, bytes]) -> None:
        self.stamps.append(stamp)
        data, token, ca = f"时间戳/账首-{n}.json", f"时间戳/账首-{n}.tsr", f"时间戳/机构-{n}.pem"
        self.files += [
            (data, stamp.data),
            (token, stamp.response or b""),
            (ca, stamp.certificates or b""),
            (f"时间戳/证明-{n}.json", proofs_of(case_id, bodies, shown, stamp.count or 0)),
            (f"时间戳/机构-{n}.txt", f"{stamp.authority}\n".encode()),
        ]
        self.commands.append((stamp.authority, f"data/{data}", f"data/{token}", f"data/{ca}"))

    def guide(self, more: Sequence[tuple[str, str, str, str]], *, sliced: bool) -> tuple[bytes, bytes]:
        """校验说明 as text and PDF; *more* are the commands for time-stamps over this part's own manifest."""
        lines = guide_lines(
            self.selection, self.on, [*more, *self.commands], whole_ledger=self._is_whole, sliced=sliced
        )
        return guide_text(lines), guide_pdf(lines, self.on)

    @property
    def size(self) -> int:
        """The bytes that every part carries."""
        return sum(len(content) for _, content in self.files) + sum(map(len, self.guide((), sliced=True)))


def _newest(stamps: Iterable[Stamp]) -> list[Stamp]:
    best: dict[str, Stamp] = {}
    for stamp in stamps:
        if stamp.state == "granted" and stamp.subject == LEDGER:
            best[stamp.authority] = stamp
    return [best[authority] for authority in sorted(best)]


def _content(case: Case, selection: Selection, one: Chosen) -> Piece:
    if one.is_excerpt:
        words = excerpt(one, selection)
        return Piece(path=one.path, size=len(words), open=lambda: io.BytesIO(words))
    return Piece(path=one.path, size=one.item.size_bytes, open=lambda: case.open_item(one.item.item_id))


def _write_all(
    files: Sequence[Path],
    parts: Sequence[Sequence[Piece]],
    common: _Common,
    stamp: _AskStamp | None,
    progress: _Progress | None,
) -> list[str]:
    """Writes each part to its file; answers the ids of the bundles.  *progress* is told of all parts together."""
    done, total = 0, sum(piece.size for part in parts for piece in part)
    ids = []
    for number, (target, part) in enumerate(zip(files, parts, strict=True), start=1):

        def told(size: int, before: int = done) -> None:
            if progress is not None:
                progress(before + size, total)

        ids.append(_write(target, part, common, (number, len(parts)), stamp, told))
        done += sum(piece.size for piece in part)
    return ids


def _write(
    target: Path,
    part: Sequence[Piece],
    common: _Common,
    place: tuple[int, int],
    stamp: _AskStamp | None,
    told: Callable[[int], None],
) -> str:
    number, count = place
    with write_bag(target, "证据包" if count == 1 else f"证据包-{number}") as bag:
        done = 0
        for piece in part:
            with piece.open() as stream:
                bag.add(piece.path, stream, size=piece.size)
            done += piece.size
            told(done)
        for path, content in common.files:
            bag.add(path, content)
        manifest = bag.manifest("sha256")
        bundle_id = hashlib.sha256(manifest).hexdigest()[:16]
        received = stamp(bundle_id, manifest) if stamp is not None else ()
        common.stamps += received
        text, pdf = common.guide(add_manifest_stamps(bag, received), sliced=any(piece.is_slice for piece in part))
        bag.tag("校验说明.txt", text)
        bag.tag("校验说明.pdf", pdf)
        bag.close(
            {
                "Bag-Software-Agent": f"cuijie {__version__}",
                "Bagging-Date": str(common.on),
                "External-Identifier": common.case_id,
                **({"Bag-Group-Identifier": common.case_id, "Bag-Count": f"{number} of {count}"} if count > 1 else {}),
                "Cuijie-Bundle": bundle_id,
                "Cuijie-Profile": common.selection.profile,
            }
        )
    return bundle_id


def add_manifest_stamps(bag: BagWriter, stamps: Sequence[Stamp]) -> list[tuple[str, str, str, str]]:
    """Puts time-stamps over the bag's own manifest beside it; answers the commands that verify them."""
    commands = []
    for n, stamp in enumerate(stamps, start=1):
        if stamp.response is not None and stamp.state == "granted":
            token, ca = f"时间戳-清单/清单-{n}.tsr", f"时间戳-清单/机构-{n}.pem"
            bag.tag(token, stamp.response)
            bag.tag(ca, stamp.certificates or b"")
            bag.tag(f"时间戳-清单/机构-{n}.txt", f"{stamp.authority}\n".encode())
            commands.append((stamp.authority, "manifest-sha256.txt", token, ca))
    return commands
