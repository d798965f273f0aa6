"""The papers inside a bundle: 证据目录, 时间线, 校验说明; set by the same writer as every other paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cuijie.bundle.redaction import PROFILES, Mask
from cuijie.bundle.selection import Chosen, Selection, label_order
from cuijie.bundle.wording import number_of, what_of, when_of, words_of
from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.records import CaseState, Entry
from cuijie.remedies.documents.blocks import Block, Heading, Item, Notice, Paragraph, Run, Table
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.documents.fonts import find_fonts, missing_characters
from cuijie.remedies.documents.pdf_writer import pdf_bytes
from cuijie.remedies.exhibits import inside
from cuijie.remedies.wording import day

__all__ = ["catalogue_pdf", "guide_pdf", "guide_text", "timeline_pdfs"]

_ROWS = 800
_WORDS = 300
_KINDS = {"original": "原件", "ocr_text": "识别文字", "transcript": "转写", "thumbnail": "缩略图", "excerpt": "节录"}


def _draft(name: str, blocks: Sequence[Block], on: date, *, landscape: bool = False) -> Draft:
    return Draft(
        document=f"bundle-{name}",
        title=name,
        name=name,
        recipient="",
        sender="debtor",
        on=on,
        blocks=tuple(blocks),
        missing=(),
        claims=(),
        before=(),
        bring=(),
        exhibits=(),
        provisions=(),
        is_landscape=landscape,
    )


def _cell(text: str, *, is_data: bool = True) -> tuple[Run, ...]:
    if is_data:
        # a character that no font here holds is named, never shown as an empty box and never a reason to stop
        for character in missing_characters(text, find_fonts()):
            text = text.replace(character, f"〔U+{ord(character):04X}〕")
    return (Run(text=text, kind="data" if is_data else "text"),)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: tuple[int, ...]) -> Table:
    return Table(
        head=tuple(_cell(one, is_data=False) for one in head),
        rows=tuple(tuple(_cell(one) for one in row) for row in rows),
        widths=widths,
    )


def catalogue_pdf(selection: Selection, state: CaseState, on: date) -> bytes:
    """证据目录: number, name, origin, what it shows, size and fingerprint of each item."""
    rows = [
        (one.label, _name(one, selection.mask), _origin(one, state, selection.mask), _shows(one), _size(one))
        for one in selection.chosen
    ]
    blocks: list[Block] = [
        Heading(level=0, runs=_cell("证据目录", is_data=False)),
        _table(("编号", "名称", "来源与收进时间", "证明内容", "大小与 SHA-256"), rows, (2, 5, 6, 5, 7)),
        Paragraph(runs=_cell(f"遮盖方式：{PROFILES[selection.profile]}。", is_data=False), style="flush"),
        Paragraph(runs=_cell("提交人（签名）：　　　　　　　　　　日期：", is_data=False), style="flush"),
    ]
    return pdf_bytes(_draft("证据目录", blocks, on, landscape=True), with_cover=False)


def _name(one: Chosen, mask: Mask | None) -> str:
    kind = _KINDS.get(one.item.about.kind, one.item.about.kind)
    shown = one.path.rpartition("/")[2] if mask else one.item.about.name
    return f"{shown}（{'摘录' if one.is_excerpt else kind}）"


def _origin(one: Chosen, state: CaseState, mask: Mask | None) -> str:
    about = one.item.about
    owners = {person.person_id: person.relation_word or "相关人" for person in state.persons} | {"debtor": "借款人本人"}
    device, obtained = (mask.words(one) if mask else one for one in (about.device, about.obtained))
    parts = [
        f"{owners.get(about.owner, about.owner)}的设备或文件" if about.owner else "",
        device or "",
        obtained or "",
        f"由 {about.tool} {about.tool_version or ''} 从原件得出".replace("  ", " ")
        if one.item.parent_id and about.tool
        else "",
        f"收进：{one.item.kept_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（本机时钟）",
    ]
    return "\n".join(part for part in parts if part)


def _size(one: Chosen) -> str:
    """Size and fingerprint, of the original where an excerpt stands for it."""
    return f"{'原件 ' if one.is_excerpt else ''}{one.item.size_bytes} 字节\n{one.item.sha256}"


def _shows(one: Chosen) -> str:
    if not one.entries:
        return "见原件"
    days = sorted(shanghai_day(entry.occurred_at) for entry in one.entries if entry.occurred_at)
    span = f"，{days[0]} 至 {days[-1]}" if days else ""
    return f"记有确认属于催收方的联系 {len(one.entries)} 次{span}"


def timeline_pdfs(selection: Selection, state: CaseState, on: date) -> list[tuple[str, bytes]]:
    """时间线: every contact tied to a collector that stands in an item of the bundle, in order; name and PDF.

    A long one comes in several files, because a PDF of ten thousand rows takes gigabytes to set.
    """
    rows = _timeline_rows(selection, state)
    if not rows:
        nothing = Notice(runs=_cell("这些材料里还没有确认属于催收方的联系。", is_data=False))
        return [("时间线.pdf", _timeline(nothing, "时间线", on))]
    pages = [rows[start : start + _ROWS] for start in range(0, len(rows), _ROWS)]
    head, widths = ("序号", "时间（北京时间）", "谁的设备", "对方", "内容", "证据"), (1, 4, 3, 4, 11, 3)
    made = []
    for number, part in enumerate(pages, start=1):
        name = "时间线" if len(pages) == 1 else f"时间线-{number:02}"
        made.append((f"{name}.pdf", _timeline(_table(head, part, widths), name, on)))
    return made


def _timeline(body: Block, name: str, on: date) -> bytes:
    return pdf_bytes(
        _draft(name, [Heading(level=0, runs=_cell(name, is_data=False)), body], on, landscape=True), with_cover=False
    )


def _timeline_rows(selection: Selection, state: CaseState) -> list[tuple[str, ...]]:
    labels: dict[str, dict[str, str]] = {}  # of each contact: where it stands, by exhibit
    for one in selection.chosen:
        for entry in one.entries:
            places = labels.setdefault(entry.entry_id, {})
            places[one.label] = places.get(one.label) or inside(entry, one.item.item_id)
    people = {person.person_id: person.relation_word or "相关人" for person in state.persons} | {"debtor": "借款人本人"}
    collectors = {one.collector_id: one.name or one.agency_name or "" for one in state.collectors}
    ordered = [entry for entry in state.entries if entry.entry_id in labels]
    return [
        (
            str(n),
            when_of(entry),
            people.get(entry.owner, entry.owner),
            f"{collectors.get(entry.tie.collector_id, '') if entry.tie else ''}\n{number_of(entry, selection.mask)}",
            _told(entry, selection.mask),
            "、".join(f"{label}{place}" for label, place in sorted(labels[entry.entry_id].items(), key=_by_label)),
        )
        for n, entry in enumerate(ordered, start=1)
    ]


def _by_label(row: tuple[str, str]) -> tuple[bool, int]:
    return label_order(row[0])


def _told(entry: Entry, mask: Mask | None) -> str:
    text = words_of(entry, mask)
    cut = f"：{text[:_WORDS]}{'……（全文见证据）' if len(text) > _WORDS else ''}" if text else ""
    return f"{what_of(entry)}{cut}"


def guide_lines(
    selection: Selection, on: date, stamps: Sequence[tuple[str, str, str, str]], *, whole_ledger: bool, sliced: bool
) -> list[str]:
    """校验说明, line by line; *stamps* are (authority, data file, token file, certificate file)."""
    lines = [
        "校验说明",
        f"本证据包于 {day(on)} 导出。{PROFILES[selection.profile]}。",
        "不用任何专门软件，就可以核对里面的文件有没有被改动：",
        "1. 解压，在终端里进入解压出来的文件夹（能看到 bagit.txt 的那一层）。",
        "2. 核对每一份文件：sha256sum -c manifest-sha256.txt（苹果电脑用 shasum -a 256 -c）。"
        "每行显示 OK 或“成功”即没有改动；有 FAILED 的就是被改动的那一份。"
        "Windows 上可在 Git Bash 里运行，或用 certutil -hashfile 文件名 SHA256 逐份对照。",
        "3. 核对清单自身：sha256sum -c tagmanifest-sha256.txt。data 文件夹里如有清单上没有的文件，是后来加进去的。",
    ]
    if stamps:
        lines.append("4. 核对时间戳（证明内容在那一刻已经存在，此后没有改动），显示 Verification: OK 即通过：")
        lines += [
            f"openssl ts -verify -data {data} -in {token} -CAfile {ca}（{url}）" for url, data, token, ca in stamps
        ]
        lines.append("根证书随包附上，请另向该机构核对它的真伪。")
    else:
        lines.append(
            "4. 本包没有外部时间戳：里面的时间是导出人电脑自己的时钟，只能说明先后次序，不能单独证明具体时刻。"
        )
    lines.append(
        "5. data/留痕账/留痕账.jsonl 每行是一次操作，每行的 SHA-256 写在下一行的 prev 里，可逐行核对。"
        if whole_ledger
        else "5. data/留痕账 里是与所附材料有关的操作记录，以及它们属于同一本留痕账的证明（RFC 6962 默克尔树）。"
    )
    if sliced:
        lines.append(
            "以 .001、.002……结尾的是同一份文件的分段：把各包里的分段放到一起，用 cat 文件名.0* > 文件名 合成，"
            "再与 data/清单.json 里的 sha256 核对。"
        )
    lines.append(
        "6. 哈希和时间戳只证明“从收进之后没有改动”，不证明内容本身真实；原始手机等载体由提交人保存，可当面核对。"
    )
    return lines


def guide_text(lines: Sequence[str]) -> bytes:
    """The guide as plain text, for copying the commands."""
    return ("\n".join(lines) + "\n").encode()


def guide_pdf(lines: Sequence[str], on: date) -> bytes:
    """The guide as one page."""
    blocks: list[Block] = [Heading(level=0, runs=_cell(lines[0], is_data=False))]
    for line in lines[1:]:
        number, dot, rest = line.partition(". ")
        if dot and number.isdigit():
            blocks.append(Item(number=f"{number}. ", runs=_cell(rest)))
        else:
            blocks.append(Paragraph(runs=_cell(line), style="flush" if line.startswith("openssl") else "body"))
    return pdf_bytes(_draft("校验说明", blocks, on), with_cover=False)
