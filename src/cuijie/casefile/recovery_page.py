"""The page with the recovery key that is printed and put away."""

from __future__ import annotations

import html
import io
from datetime import datetime

import segno

from cuijie.clock import SHANGHAI

__all__ = ["grouped", "page"]


def grouped(secret: str) -> str:
    """The key in groups that can be read out and typed: blanks and case do not matter when it is used."""
    head, _, rest = secret.partition("-1")
    return "  ".join([f"{head}-1", *(rest[i : i + 6] for i in range(0, len(rest), 6))])


def page(secret: str, case_name: str, made_at: datetime) -> str:
    """A self-contained HTML page with the key, its QR code and what it is for."""
    picture = io.BytesIO()
    segno.make(secret, error="m").save(picture, kind="svg", scale=5, xmldecl=False, svgns=True)
    day = made_at.astimezone(SHANGHAI).strftime("%Y年%m月%d日")
    return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>恢复密钥</title>
<style>body{{font:16px/1.8 sans-serif;max-width:40em;margin:2em auto}}code{{font-size:18px;word-break:break-all}}</style>
</head><body>
<h1>案卷“{html.escape(case_name)}”的恢复密钥</h1>
<p>{day}制作。忘了密码时，用它可以打开案卷并设一个新密码。</p>
<p><code>{html.escape(grouped(secret))}</code></p>
{picture.getvalue().decode()}
<ul>
<li>用法：运行 cuijie case recover 案卷文件夹，照上面的字输入（空格和大小写不影响）。</li>
<li>拿到这张纸和案卷文件夹的人，就能看到全部内容：请与电脑、手机分开存放。</li>
<li>重新制作恢复密钥后，这一张作废。它也是标准的 age 私钥。</li>
</ul></body></html>
"""
