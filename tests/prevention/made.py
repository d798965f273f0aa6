"""Files in the true layouts, made here: a long credit report with tables, a contract as PDF, DOCX and picture."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pypdfium2
import typst
from PIL import Image

from cuijie.remedies.documents.fonts import find_fonts

CONTRACT = (
    "个人消费借款合同",
    "合同编号：YS-2026-0218-00031",
    "甲方（借款人）：林某。乙方（贷款人）：远山消费金融有限公司。",
    "一、借款本金：人民币（大写）壹万元整（小写：¥10,000.00）。本合同于2026年2月18日签订。",
    "二、借款期限为12个月，还款方式为等额本息，首期还款日为2026年3月18日，每期应还款925.00元，年利率18%。",
    "三、甲方同意乙方读取其手机通讯录、通话记录用于贷后管理。",
    "四、逾期的，乙方有权联系甲方的亲属、同事及紧急联系人进行催收。",
)


def _pdf(path: Path, source: str) -> Path:
    fonts = find_fonts()
    families = ", ".join(f'"{one}"' for one in fonts.text_families)
    foot = "context [第 #counter(page).display() 页，共 9 页]"
    page = f'#set page(paper: "a4", margin: 2cm, footer: {foot})\n#set text(font: ({families},), size: 9pt)\n'
    path.write_bytes(
        typst.compile(
            (page + source).encode(), font_paths=[str(one) for one in fonts.folders], ignore_system_fonts=True
        )
    )
    return path


def contract_pdf(path: Path) -> Path:
    """Two pages; the clauses on personal information stand on the second."""
    return _pdf(path, "\n\n".join(CONTRACT[:5]) + "\n#pagebreak()\n" + "\n\n".join(CONTRACT[5:]))


def contract_docx(path: Path) -> Path:
    """The same contract from a word processor."""
    document = docx.Document()
    for line in CONTRACT:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def contract_picture(folder: Path) -> Path:
    """The second page as a photograph would show it."""
    paper = pypdfium2.PdfDocument(contract_pdf(folder / "合同.pdf"))
    picture = io.BytesIO()
    paper[1].render(scale=3).to_pil().convert("RGB").save(picture, format="PNG")
    paper.close()
    path = folder / "合同照片.png"
    path.write_bytes(picture.getvalue())
    return path


def scanned_pdf(path: Path, *, pages: int = 1) -> Path:
    """A PDF whose pages are pictures without any text: what a scanner makes."""
    blank = Image.new("L", (200, 280), 255)
    blank.save(path, format="PDF", save_all=True, append_images=[blank] * (pages - 1))
    return path


def _table(rows: list[list[str]]) -> str:
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    return f"#table(columns: {len(rows[0])}, {cells})\n"


def _grid(years: dict[int, list[str]]) -> str:
    head = ["", *(str(month) for month in range(1, 13))]
    rows = [head, *([str(year), *states] for year, states in years.items())]
    return _table([[cell.replace("*", "\\*").replace("#", "\\#") for cell in row] for row in rows])


def long_report_pdf(path: Path, *, swapped: bool = False) -> Path:
    """The long form over two pages: a loan that fell overdue, its grid across the page break; a card that is closed.

    *swapped*: the columns of the table of balances stand in another order.
    """
    opened = [["管理机构", "账户标识", "开立日期", "到期日期", "借款金额", "账户币种"],
              ["远山消费金融有限公司", "A0001", "2024.06.18", "2026.06.18", "20,000", "人民币元"]]  # fmt: skip
    state = [["账户状态", "五级分类", "余额", "剩余还款期数", "应还款日"], ["逾期", "关注", "8,300", "", "2026.06.18"]]
    if swapped:
        state = [[row[place] for place in (2, 0, 4, 1, 3)] for row in state]
    late = [["当前逾期期数", "当前逾期总额"], ["5", "8,756"]]
    quiet = ["N"] * 12
    source = (
        "个人信用报告\n\n报告编号：2026110100000000000001 报告时间：2026.11.01 10:00:00\n\n三 信贷交易信息明细\n\n（二）非循环贷账户\n\n账户1\n\n"
        + _table(opened)
        + "截至2026年10月31日\n\n"
        + _table(state)
        + _table(late)
        + "2024年06月—2026年10月的还款记录\n\n"
        + _grid({2026: ["N"] * 5 + ["1", "2", "3", "4", "5", "", ""], 2025: quiet})
        + "#pagebreak()\n"
        + _grid({2024: [""] * 5 + ["*", *["N"] * 6]})
        + "\n（四）贷记卡账户\n\n账户1\n\n"
        + _table(
            [["发卡机构", "账户标识", "开立日期", "账户授信额度"], ["晴川银行信用卡中心", "B1", "2018.05.23", "10,000"]]
        )
        + _table([["账户状态", "账户关闭日期"], ["销户", "2021.03.15"]])
        + "\n五 查询记录\n\n机构查询记录明细\n\n"
        + _table(
            [["编号", "查询日期", "查询机构", "查询原因"], ["1", "2026.10.20", "远山消费金融有限公司", "贷后管理"]]
        )
    )
    return _pdf(path, source)


def short_report_pdf(path: Path, text: str) -> Path:
    """The short form: prose items under headings, over two pages."""
    lines = [f'#text("{line}")' for line in text.splitlines()]
    half = len(lines) // 2
    return _pdf(path, " \\\n".join(lines[:half]) + "\n#pagebreak()\n" + " \\\n".join(lines[half:]))
