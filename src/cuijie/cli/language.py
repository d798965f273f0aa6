"""The command line's two languages: Chinese unless asked otherwise, English by a switch.

The language is needed while commands are being declared, so it is read straight from the arguments
(``--lang en``) or from ``CUIJIE_LANG`` before click parses anything.
"""

from __future__ import annotations

import gettext
import os
import re
import sys

__all__ = ["CALLED", "LANGUAGE", "as_called", "is_english", "t"]


def _chosen(arguments: list[str]) -> str:
    for position, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and position + 1 < len(arguments):
            return arguments[position + 1]
    return os.environ.get("CUIJIE_LANG", "zh")


LANGUAGE = "en" if _chosen(sys.argv[1:]).lower().startswith("en") else "zh"


CALLED = os.environ.get("CUIJIE_CALLED", "cuijie")  # how this user starts the program; ``./run`` says so
_COMMAND = re.compile(r"(?<![\w/.\\-])cuijie (?=[a-z])")


def as_called(text: str) -> str:
    """*text* with every ``cuijie COMMAND`` in it as this user has to type it, ``./run COMMAND`` for one."""
    return text if CALLED == "cuijie" else _COMMAND.sub(lambda _: f"{CALLED} ", text)


def is_english() -> bool:
    """Whether this run speaks English."""
    return LANGUAGE == "en"


def t(zh: str, en: str) -> str:
    """*zh* or *en*, in the language of this run, with commands as this user types them."""
    return as_called(en if is_english() else zh)


_CLICK_ZH = {
    "Usage:": "用法：",
    "Options": "选项",
    "Commands": "命令",
    "Error: {message}": "错误：{message}",
    "Show this message and exit.": "显示这段说明后退出。",
    "Show the version and exit.": "显示版本后退出。",
    "Missing command.": "缺少命令。",
    "No such command {name!r}.": "没有 {name!r} 这个命令。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "No such option {name!r}.": "没有 {name!r} 这个选项。",
    "Did you mean {possibility}?": "是不是想写 {possibility}？",
    "(Did you mean one of: {possibilities}?)": "是不是想写其中一个：{possibilities}？",
    "Option {name!r} does not take a value.": "选项 {name!r} 后面不带取值。",
    "Argument {name!r} takes {nargs} values.": "参数 {name!r} 要有 {nargs} 个取值。",
    "Error: The two entered values do not match.": "错误：两次输入不一样。",
    "Repeat for confirmation": "再输入一次",
    "Positional arguments": "参数",
    "{name} {filename!r} is a directory.": "{name} {filename!r} 是文件夹，这里要的是文件。",
    "{name} {filename!r} is a file.": "{name} {filename!r} 是文件，这里要的是文件夹。",
    "Could not open file {filename!r}: {message}": "打不开文件 {filename!r}：{message}",
    "Invalid value: {message}": "取值不对：{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} 的取值不对：{message}",
    "Try '{command} {option}' for help.": "输入 '{command} {option}' 查看说明。",
    "Aborted!": "已停止。",
    "required": "必填",
    "default: {default}": "默认：{default}",
    "(dynamic)": "（自动）",
    "Got unexpected extra argument ({args})": "多出了参数（{args}）",
    "Got unexpected extra arguments ({args})": "多出了参数（{args}）",
    "Option {name!r} requires an argument.": "选项 {name!r} 后面要有取值。",
    "{name} {filename!r} does not exist.": "找不到{name} {filename!r}。",
    "{name} {filename!r} is not readable.": "没有权限读取{name} {filename!r}。",
    "file": "文件",
    "File": "文件",
    "directory": "文件夹",
    "Directory": "文件夹",
    "path": "路径",
    "Path": "路径",
    "{value!r} is not one of {choices}.": "{value!r} 不在可选范围 {choices} 内。",
    "{value!r} is not a valid {number_type}.": "{value!r} 不是这里要的数。",
    "{value} is not in the range {range}.": "{value} 不在范围内，应是 {range}。",
}


def _chinese(message: str) -> str:
    return _CLICK_ZH.get(message) or _english(message)


def _chinese_plural(msgid1: str, msgid2: str, n: int) -> str:
    return _CLICK_ZH.get(msgid1 if n == 1 else msgid2) or _english_plural(msgid1, msgid2, n)


# click takes its own words through gettext at import; it has no Chinese catalogue, this is ours.
_english = gettext.gettext
_english_plural = gettext.ngettext
if LANGUAGE == "zh":
    gettext.gettext = _chinese
    gettext.ngettext = _chinese_plural
