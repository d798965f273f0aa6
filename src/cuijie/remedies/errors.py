"""What can go wrong between findings and a finished paper."""

from __future__ import annotations

from cuijie.errors import BadInput, CouldNotFinish

__all__ = ["ClaimRefused", "FontMissing", "GlyphMissing", "NotWritten", "RemedyError", "TemplateError"]


class RemedyError(BadInput):
    """A step, document or field that is not known, or that does not fit this case."""

    code = "RM-001"


class TemplateError(RemedyError):
    """A template that cannot be rendered: names the template and the line."""

    code = "RM-002"


class ClaimRefused(RemedyError):
    """A sentence that must not leave the house: it threatens, or says that the debt need not be paid."""

    code = "RM-003"


class FontMissing(CouldNotFinish):
    """No Chinese font was found on this computer."""

    code = "RM-004"
    remedy = (
        "请先运行项目的安装脚本（会放好思源宋体、思源黑体），"
        "或安装系统字体（Debian/Ubuntu：fonts-noto-cjk），或用环境变量 CUIJIE_FONT_DIR 指向放有中文字体的文件夹。"
        "在此之前可以先导出 .docx。"
    )


class GlyphMissing(CouldNotFinish):
    """The fonts at hand lack a character: named, never printed as a box."""

    code = "RM-005"
    remedy = (
        "请改为导出 .docx（由 Word 或 WPS 的字体显示），或安装收字更全的字体（Debian/Ubuntu：fonts-noto-cjk），"
        "再用环境变量 CUIJIE_FONT_DIR 指向它。"
    )


class NotWritten(CouldNotFinish):
    """A paper that could not be written to its file; nothing half-written is left behind."""

    code = "RM-006"
    remedy = "请检查磁盘空间和这个文件夹的写入权限，或换一个位置。案卷没有改动。"
