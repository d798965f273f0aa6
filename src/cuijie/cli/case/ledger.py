"""``cuijie case ledger``: who did what on a case, and when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, print_json

if TYPE_CHECKING:
    from cuijie.casefile import LedgerEntry

__all__ = ["ledger"]

_ACTS = {
    "created": "建立案卷",
    "kept": "收进原件",
    "derived": "收进派生件",
    "seen_again": "同一原件再次收到",
    "restored": "修复原件",
    "discarded": "移除材料",
    "records": "改动记录",
    "add": "收进一批材料",
    "loan": "填写借款情况",
    "person": "填写人员",
    "collector": "填写催收方",
    "tied": "确认归属",
    "dismissed": "标为私人",
    "answered": "回答问题",
    "drafted": "起草文书",
    "checked": "查过（欠款、合同、手机、信用报告、帮忙的话）",
    "money": "填写收付和收支",
    "names_confirmed": "确认账单里的名字",
    "contract_read": "看合同",
    "credit_read": "看信用报告",
    "shared": "共享给收件人",
    "unshared": "移除收件人",
    "passphrase_changed": "更换密码",
    "exported": "导出证据包",
    "stamps_attached": "给证据包附上时间戳",
    "taken_out": "取出原件",
    "stamp_asked": "申请时间戳",
    "stamped": "收到时间戳",
    "loss_accepted": "记下缺失后继续",
}
_DETAILS = {
    "item": "材料",
    "items": "材料",
    "size": "字节",
    "sha256": "SHA-256",
    "parent": "原件",
    "kind": "种类",
    "kept_records": "收下记录",
    "merged_records": "合并记录",
    "set_aside": "搁置",
    "entries": "记录",
    "retied": "归属有变",
    "reason": "原因",
    "count": "件数",
    "recipient": "收件人",
    "key": "公钥",
    "authority": "机构",
    "authorities": "机构",
    "subject": "对象",
    "gen_time": "时间戳时间",
    "bundles": "证据包",
    "profile": "遮盖方式",
    "program": "程序",
    "system": "系统",
    "zone": "时区",
    "found": "发现",
}


@click.command(help=t("列出留痕账：谁、什么时候、做了什么。", "List the ledger."))
@click.argument("folder", type=CASE)
@passphrase_option
@json_option
def ledger(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List every act on the case."""
    from cuijie import canonical

    with opened(folder, passphrase_file) as case:
        entries = case.ledger()
        if as_json:
            print_json({"entries": [canonical.decode(one.body) | {"hash": one.hash} for one in entries]})  # type: ignore[operator]
            return
        for one in entries:
            click.echo(_ledger_line(one))


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _ledger_line(entry: LedgerEntry) -> str:
    from cuijie.clock import SHANGHAI

    at = entry.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    shown = {name: value for name, value in entry.detail.items() if name not in {"records", "about"}}
    rest = "，".join(f"{t(_DETAILS.get(name, name), name)} {_plain(value)}" for name, value in shown.items())
    jump = ""
    if entry.clock:
        way = t("往回拨", "back") if entry.clock["kind"] == "back" else t("往前跳", "forward")
        jump = t(f"  【时钟{way}了 {entry.clock['seconds']} 秒】", f"  [clock {way} {entry.clock['seconds']} s]")
    act = t(_ACTS.get(entry.act, entry.act), entry.act)
    return f"{entry.seq:>5}  {at}  {entry.actor}  {act}{'：' + rest if rest else ''}{jump}"
