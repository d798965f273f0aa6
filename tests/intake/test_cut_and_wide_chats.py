"""Chats as text that was cut off inside its last message, and chat pages in UTF-16 and printed as a PDF."""

from __future__ import annotations

import pytest
import typst

from cuijie.intake import SetAside
from cuijie.intake.chats import text as chat_text
from cuijie.intake.documents import letters as documents

from .intake_samples import entries
from .recognising import known

_CHAT = "小周 2026-03-03 21:03:11\n再不还钱就告诉你家人\n\n我 2026-03-03 21:05:00\n下周还\n\n小周 2026-03-03 21:06:00\n明天之前必须"
_PAGE = (
    "<html><body><div>小周 2026-03-03 21:03:11</div><div>再不还钱就告诉你家人</div>"
    "<div>我 2026-03-03 21:05:00</div><div>下周还</div></body></html>"
)
_SAVED = f"""From: <Save by Tencent MsgMgr>
Subject: Tencent IM Message
MIME-Version: 1.0
Content-Type: multipart/related; charset="utf-8"; type="text/html"; boundary="--b"

----b
Content-Type: text/html
Content-Transfer-Encoding: 7bit

{_PAGE}
----b--
"""
_SAID = ["再不还钱就告诉你家人", "下周还"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_chat_cut_inside_a_character_gives_its_whole_messages(encoding: str) -> None:
    found = known(_CHAT.encode(encoding)[:-1], chat_text)
    assert [one.text for one in entries(found)] == _SAID
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 7 行"]


def test_a_chat_cut_after_a_name_and_time_gives_its_whole_messages() -> None:
    found = known(_CHAT.removesuffix("\n明天之前必须").encode(), chat_text)
    assert [one.text for one in entries(found)] == _SAID
    assert any(isinstance(one, SetAside) for one in found)


def test_a_chat_without_a_last_line_break_is_whole() -> None:
    assert [one.text for one in entries(known(_CHAT.encode(), chat_text))] == [*_SAID, "明天之前必须"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("page", [_PAGE, _SAVED], ids=["page", "saved"])
def test_a_page_of_a_chat_is_read_in_any_encoding(page: str, encoding: str) -> None:
    assert [(one.inbound, one.text) for one in entries(known(page.encode(encoding), chat_text))] == [
        (True, _SAID[0]),
        (False, _SAID[1]),
    ]


def _printed(*lines: str) -> bytes:
    if "noto serif cjk sc" not in {name.lower() for name in typst.Fonts().families()}:
        pytest.skip("no Chinese font to print the page with")
    return typst.compile(('#set text(font: "Noto Serif CJK SC")\n' + "\n\n".join(lines)).encode())


def test_a_chats_page_printed_as_a_pdf_is_read() -> None:
    said = [*_CHAT.split("\n\n")]
    found = known(_printed("与客服的聊天", *(part.replace("\n", "\n\n") for part in said)), chat_text, "聊天.pdf")
    assert [(one.inbound, one.text) for one in entries(found)] == [
        (True, _SAID[0]), (False, _SAID[1]), (True, "明天之前必须"),
    ]  # fmt: skip


def test_a_letter_as_a_pdf_with_a_day_and_a_clock_time_is_no_chat() -> None:
    data = _printed(
        "催收函", "您的借款已逾期，请于以下时间前还款。", "晴川公司 2026-03-03 21:00", "经办 2026-03-03 21:05"
    )
    assert [one.kind for one in entries(known(data, documents, "函.pdf"))] == ["letter"]
