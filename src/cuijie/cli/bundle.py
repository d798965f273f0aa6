"""``cuijie bundle``: write the evidence bundle of a case."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.language import t
from cuijie.cli.option_groups import grouped
from cuijie.cli.output import as_typed, json_option, passphrase_option, print_json, say
from cuijie.cli.progress import shown
from cuijie.cli.stamp import read_certificates
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.bundle import ExportReport, Profile
    from cuijie.casefile import Case
    from cuijie.casefile.stamps import Stamp

__all__ = ["command"]


class _Size(click.ParamType[int]):
    name = t("大小", "size")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Bytes of 20M, 5MB, 800k (decimal, as portals count them)."""
        found = re.fullmatch(r"(\d+)\s*([kKmMgG]?)[bB]?", str(value).strip())
        if found is None or int(found[1]) == 0:
            self.fail(t(f"大小“{value}”看不懂，请写成 20M。", f"not a size: {value}"), param, ctx)
        return int(found[1]) * {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}[found[2].lower()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What goes in, how much of it others may read, and how large a file may be."""

    papers: tuple[Path, ...]
    profile: Profile
    only: tuple[str, ...]
    without: tuple[str, ...]
    also: tuple[str, ...]
    max_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamping:
    """Whether a time-stamp is asked for, and of which authorities."""

    wants_stamp: bool
    authorities: tuple[str, ...]
    ca_files: tuple[Path, ...]

    def asker(self, case: Case) -> Callable[[str, bytes], Sequence[Stamp]] | None:
        """What asks for the time of a manifest; None if nobody is to be asked.  Raises BadInput."""
        if not self.wants_stamp and not self.authorities:
            return None
        pem = read_certificates(self.ca_files)
        chosen = [(url, pem) for url in self.authorities] or list(case.stamps.authorities())
        if not chosen:
            raise BadInput(
                t("还没有指定时间戳机构。", "No authority named."), remedy=t("请用 --tsa 网址 指定。", "Use --tsa URL.")
            )

        def ask(bundle_id: str, manifest: bytes) -> Sequence[Stamp]:
            case.stamps.ask_for(chosen, subject=f"bundle:{bundle_id}", data=manifest)
            return [stamp for stamp in case.stamps.send() if stamp.subject == f"bundle:{bundle_id}"]

        return ask


@click.command(
    help=t(
        "导出证据包：一个 zip，里面有原件、目录、时间线、留痕账、时间戳和校验说明；不用密码、不用本程序也能核验。",
        "Write the evidence bundle: one zip that anyone can verify.",
    )
)
@click.argument("folder", type=CASE)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help=t("写到哪个 .zip", "the .zip to write")
)
@click.option(
    "--attach",
    "wants_attach",
    is_flag=True,
    help=t("不重新导出，只把后来拿到的时间戳附进这个包", "only put stamps that came later into this bundle"),
)
@grouped(
    "contents",
    _Contents,
    click.option(
        "--paper",
        "papers",
        type=click.Path(path_type=Path),
        multiple=True,
        help=t("一起放入的文书（投诉书等），可以多次", "a finished paper to go along; repeatable"),
    ),
    click.option(
        "--profile",
        type=click.Choice(["full", "complaint"]),
        default="full",
        help=t(
            "full 完整（法院、公安、律师）；complaint 遮盖第三人的姓名和号码（投诉）",
            "full, or complaint (third parties masked)",
        ),
    ),
    click.option(
        "--item", "only", multiple=True, help=t("只放这件（编号或 证据3），可以多次", "only this item; repeatable")
    ),
    click.option("--without", multiple=True, help=t("不放这件，可以多次", "leave this item out; repeatable")),
    click.option(
        "--also",
        multiple=True,
        help=t(
            "遮盖的包里另外放入这件原件（自己看过、可以交出），可以多次", "into a masked bundle: this original as it is"
        ),
    ),
    click.option(
        "--max-size",
        "max_bytes",
        type=_Size(),
        help=t("每份最大，如 20M；超过就分成几份", "size limit per file, e.g. 20M"),
    ),
)
@grouped(
    "stamping",
    _Stamping,
    click.option(
        "--stamp",
        "wants_stamp",
        is_flag=True,
        help=t("向已用过的时间戳机构为这个包申请时间戳", "ask the known authorities for a stamp on this bundle"),
    ),
    click.option(
        "--tsa", "authorities", multiple=True, help=t("为这个包向该机构申请时间戳，可以多家", "ask this authority")
    ),
    click.option(
        "--ca",
        "ca_files",
        type=click.Path(path_type=Path),
        multiple=True,
        help=t("该机构的根证书（PEM）", "authority's root certificate"),
    ),
)
@click.option(
    "--sign",
    "certificate",
    type=click.Path(path_type=Path),
    help=t("用您自己的证书（.p12）给证据目录签名", "sign the catalogue with your .p12"),
)
@passphrase_option
@json_option
def command(
    folder: Path,
    output: Path,
    wants_attach: bool,
    contents: _Contents,
    stamping: _Stamping,
    certificate: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Export the bundle and say what is in it and what is not."""
    from cuijie.bundle import export
    from cuijie.bundle.signing import signer_from

    if output.exists() and not output.is_file():
        raise BadInput(t(f"{output} 是文件夹，请给出 .zip 文件名。", f"{output} is a folder."))
    if wants_attach:
        _attach(folder, output, passphrase_file, as_json)
        return
    sign = signer_from(certificate, _certificate_passphrase()) if certificate else None
    with opened(folder, passphrase_file, writable=True) as case, shown(t("导出", "export")) as progress:
        report = export(
            case,
            output,
            profile=contents.profile,
            only=contents.only,
            without=contents.without,
            also=contents.also,
            max_bytes=contents.max_bytes,
            papers=contents.papers,
            sign=sign,
            stamp=stamping.asker(case),
            progress=progress,
        )
    if as_json:
        print_json(_plain(report))
    else:
        _tell(report)


def _attach(folder: Path, output: Path, passphrase_file: Path | None, as_json: bool) -> None:
    from cuijie.bundle.attach import attach

    with opened(folder, passphrase_file, writable=True) as case:
        count = attach(case, output)
    if as_json:
        print_json({"files": [str(output)], "attached": count})
    else:
        say(f"已附上 {count} 个时间戳：{output}", f"{count} time-stamps attached: {output}")


def _certificate_passphrase() -> str:
    given = os.environ.get("CUIJIE_CERTIFICATE_PASSPHRASE")
    return given if given is not None else str(click.prompt(t("证书密码", "Certificate passphrase"), hide_input=True))


def _plain(report: ExportReport) -> dict[str, object]:
    return {
        "files": [str(path) for path in report.files],
        "bundles": list(report.bundle_ids),
        "profile": report.profile,
        "items": [{"item": one.item.item_id, "label": one.label, "path": f"data/{one.path}"} for one in report.items],
        "left_out": [{"item": one.item_id, "name": one.name, "why": one.why} for one in report.left_out],
        "private": [{"name": name, "entries": count} for name, count in report.private],
        "masked_papers": list(report.masked_papers),
        "papers_left_out": [{"paper": one.name, "people": list(one.people)} for one in report.papers_out],
        "stamps": [{"authority": one.authority, "state": one.state, "problem": one.problem} for one in report.stamps],
    }


def _tell(report: ExportReport) -> None:
    from cuijie.bundle import PROFILES

    for path in report.files:
        say(f"证据包：{path}（{path.stat().st_size} 字节）", f"Bundle: {path} ({path.stat().st_size} bytes)")
    say(f"遮盖方式：{PROFILES[report.profile]}", f"Profile: {report.profile}")
    say(f"材料 {len(report.items)} 件。", f"{len(report.items)} items.")
    for left in report.left_out:
        say(f"  没有放入：{left.name}：{left.why}", f"  left out: {left.name}")
    for name, count in report.private:
        say(
            f"  请留意：{name} 里还有 {count} 条没有确认属于催收的记录（可能是私人内容），会随原件一起交出。"
            "不想交出可用 --without，或用 --profile complaint 只放摘录。",
            f"  note: {name} also holds {count} entries tied to no collector; they leave with the original",
        )
    for name in report.masked_papers:
        say(
            f"  已遮盖：{name} 里别人的姓名和号码（包里这一份；您手里的原稿没有动）。",
            f"  masked: other people's names and numbers in {name} (the copy in the bundle only)",
        )
    for one in report.papers_out:
        say(
            f"  没有放入文书：{one.name}：里面写着别人的姓名或号码（{'、'.join(one.people)}），PDF 不能遮盖。"
            "给机构的，请换成 .docx 或 .txt 再放（会自动遮盖）；公安、法院要看全的，放进完整的包（--profile full）；"
            "由他本人署名的，请他自己单独交。",
            f"  paper left out: {one.name} names other people ({', '.join(one.people)}) and cannot be masked:"
            " use the .docx or .txt, or the full profile",
        )
    for stamp in report.stamps:
        why = f"（{stamp.problem}）" if stamp.problem else ""
        say(f"时间戳 {stamp.authority}：{_state(stamp)}{why}", f"stamp {stamp.authority}: {stamp.state}")
    if not any(stamp.state == "granted" for stamp in report.stamps):
        say("没有外部时间戳：包里的时间只是本机时钟，能证明先后，不能单独证明具体时刻。", "No outside time-stamp.")
    say(
        f"核验：cuijie verify {as_typed(report.files[0])}，或照包里的“校验说明”用 sha256sum 和 openssl。",
        "Verify: cuijie verify",
    )


def _state(stamp: Stamp) -> str:
    from cuijie.casefile.stamps import STATES

    return STATES[stamp.state]
