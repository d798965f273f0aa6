"""Who can open a case: sharing by public key, the passphrase, the printed recovery key."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_from, passphrase_option, print_json, say
from cuijie.errors import BadInput

__all__ = ["key", "passphrase", "recover", "recovery_key", "share"]


@click.group(help=t("用公钥把案卷共享给律师、协会；查看和移除收件人。", "Share a case by public key."))
def share() -> None:
    """Recipients of a case."""


@share.command(help=t("加一个收件人（对方的 age 公钥）。", "Add a recipient by age public key."))
@click.argument("folder", type=CASE)
@click.option(
    "--key", "public", required=True, help=t("对方的公钥（age1 开头），或存公钥的文件", "public key or a file of it")
)
@click.option("--label", required=True, help=t("写明是谁，如 王律师", "who it is"))
@passphrase_option
@json_option
def add(folder: Path, public: str, label: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Let the holder of a public key open the case."""
    with opened(folder, passphrase_file, writable=True) as case:
        new = case.sharing.add(_public(public), label)
    if as_json:
        print_json({"id": new.recipient_id, "label": new.label, "key": new.public})
        return
    say(f"已共享给 {new.label}（编号 {new.recipient_id}）。", f"Shared with {new.label} ({new.recipient_id}).")
    say("把整个案卷文件夹复制给对方，对方用自己的私钥就能打开。", "Copy them the whole case folder.")


def _public(given: str) -> str:
    path = Path(given)
    if given.startswith("age1") or not path.is_file():
        return given
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(t(f"读不出公钥文件 {path}。", f"Cannot read {path}.")) from error
    return next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")


@share.command("list", help=t("列出能打开案卷的人。", "List who can open the case."))
@click.argument("folder", type=CASE)
@json_option
def list_recipients(folder: Path, as_json: bool) -> None:
    """List the recipients as the key file names them; needs no passphrase."""
    from cuijie.casefile.keys import KeyFile

    found = KeyFile.read(folder).recipients
    if as_json:
        rows = [(one.recipient_id, one.kind, one.label, one.public, one.added_at) for one in found]
        print_json(
            {"recipients": [dict(zip(("id", "kind", "label", "key", "added_at"), row, strict=True)) for row in rows]}
        )
        return
    for one in found:
        kind = t({"passphrase": "密码", "recovery": "恢复密钥", "age": "公钥"}[one.kind], one.kind)
        click.echo(f"{one.recipient_id}  {one.label}  {kind}  {one.added_at[:10]}  {one.public}")


@share.command(
    help=t(
        "移除一个收件人：以后收进的材料对方打不开。", "Remove a recipient: what is added from now on they cannot open."
    )
)
@click.argument("folder", type=CASE)
@click.argument("recipient")
@passphrase_option
@json_option
def remove(folder: Path, recipient: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Remove a recipient, named by number or by an unambiguous label, and begin a new key epoch."""
    with opened(folder, passphrase_file, writable=True) as case:
        labelled = [one.recipient_id for one in case.sharing.recipients() if one.label == recipient]
        gone = case.sharing.remove(labelled[0] if len(labelled) == 1 else recipient)
    if as_json:
        print_json({"removed": gone.recipient_id})
        return
    say(
        f"已移除 {gone.label}。今后收进的材料用新的密钥，对方打不开。",
        f"Removed {gone.label}; new items use a new key.",
    )
    say("对方已经复制走的部分收不回来。", "What they already copied cannot be called back.")


@click.command(help=t("（律师、协会用）生成自己的钥匙：私钥写进文件，公钥交给当事人。", "Make a key pair of your own."))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help=t("私钥写到哪里", "where the secret goes")
)
@json_option
def key(output: Path, as_json: bool) -> None:
    """Make an age identity; print its public half."""
    from cuijie.casefile.keys import new_identity
    from cuijie.whole_files import make_secret

    secret, public = new_identity()
    try:
        make_secret(output, f"{secret}\n# public key: {public}\n".encode())
    except FileExistsError as error:
        raise BadInput(t(f"{output} 已经存在，没有覆盖。", f"{output} exists.")) from error
    if as_json:
        print_json({"public": public, "file": str(output)})
        return
    click.echo(public)
    say(
        f"上面一行是公钥，交给当事人。私钥在 {output}，不要给任何人；打开案卷时写 --passphrase-file {output}",
        f"Secret in {output}.",
        err=True,
    )


@click.command(help=t("更换密码。", "Change the passphrase."))
@click.argument("folder", type=CASE)
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help=t("新密码在这个文件的第一行", "new passphrase: first line of this file"),
)
@passphrase_option
def passphrase(folder: Path, new_passphrase_file: Path | None, passphrase_file: Path | None) -> None:
    """Replace the passphrase of a case."""
    with opened(folder, passphrase_file, writable=True) as case:
        case.sharing.change_passphrase(_new_passphrase(new_passphrase_file))
    say(
        "密码已换。之前复制出去的旧案卷仍用旧密码打开。",
        "Passphrase changed. Older copies still open with the old one.",
    )


def _new_passphrase(path: Path | None) -> str:
    if path is not None:
        return passphrase_from(path)
    if not sys.stdin.isatty():
        raise BadInput(
            t("需要新密码。", "A new passphrase is needed."),
            remedy=t("请用 --new-passphrase-file 给出。", "Use --new-passphrase-file."),
        )
    return str(click.prompt(t("新密码", "New passphrase"), hide_input=True, confirmation_prompt=True))


@click.command(
    "recovery-key",
    help=t(
        "做一把可以打印的恢复密钥（忘了密码时用）；以前做的随之作废。",
        "Make a printable recovery key; an older one ends.",
    ),
)
@click.argument("folder", type=CASE)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help=t("写成可以打印的网页文件（.html）", "write a page to print (.html)"),
)
@passphrase_option
@json_option
def recovery_key(folder: Path, output: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Make the recovery key and show it once."""
    from cuijie.casefile.recovery_page import grouped, page

    if output is not None and output.exists():
        raise BadInput(t(f"{output} 已经存在，没有覆盖。", f"{output} exists."))
    with opened(folder, passphrase_file, writable=True) as case:
        secret = case.sharing.recovery_key()
        if output is not None:
            output.write_text(page(secret, folder.name, case.clock.now()), encoding="utf-8")
    if as_json:
        print_json({"key": secret} if output is None else {"file": str(output)})
    elif output is not None:
        say(
            f"已写到 {output}。请打印后删掉这个文件，纸张另放一处。",
            f"Written to {output}. Print it, then delete the file.",
        )
    else:
        click.echo(grouped(secret))
        say(
            "只显示这一次。请抄写或打印，与电脑分开存放；拿到它的人能打开案卷。",
            "Shown once. Keep it apart from this computer.",
            err=True,
        )


@click.command(help=t("忘了密码：用恢复密钥打开案卷并设一个新密码。", "Forgot the passphrase: use the recovery key."))
@click.argument("folder", type=CASE)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help=t("恢复密钥在这个文件的第一行（不给就询问）", "file with the recovery key"),
)
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path),
    help=t("新密码在这个文件的第一行", "new passphrase: first line of this file"),
)
def recover(folder: Path, key_file: Path | None, new_passphrase_file: Path | None) -> None:
    """Open with the recovery key and set a new passphrase."""
    from cuijie.casefile import Case

    secret = (
        passphrase_from(key_file) if key_file else str(click.prompt(t("恢复密钥", "Recovery key"), hide_input=False))
    )
    with Case.open(folder, secret) as case:
        case.sharing.change_passphrase(_new_passphrase(new_passphrase_file))
    say("新密码已设好，材料都在。", "New passphrase set; everything is there.")
