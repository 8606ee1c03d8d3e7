"""Where the embedded servers live, and as whom: decided the same way by everybody who asks.

PostgreSQL refuses to run as root, so root hands it to the owner of its data, or to `nobody`.
That account may be unable to reach the checkout (`/root/regulars`); then the servers live under
`/var/lib/regulars/`, and the link `.data/elsewhere` says where.
"""

import hashlib
import os
import pwd
import stat
from pathlib import Path
from typing import IO, Any

from loyalty_site.environment import BASE_DIR, env

LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes
ELSEWHERE = Path("/var/lib/regulars")


class Broken(Exception):
    """The embedded servers cannot run; the text is one sentence that says what to do."""


def data_dir() -> Path:
    return Path(env.str("DATA_DIR", default="") or BASE_DIR / ".data").absolute()


def data_file(name: str) -> Path:
    return data_dir() / name


def open_data_file(name: str) -> IO[str]:
    """Open a small file beside the data, making the folder; raises Broken if that is not allowed."""
    try:
        data_dir().mkdir(parents=True, exist_ok=True)
        return data_file(name).open("a")
    except OSError as problem:
        raise Broken(
            f"Cannot write to {data_dir()} ({problem.strerror}): make it writable for you, or set DATA_DIR."
        ) from problem


def account() -> pwd.struct_passwd:
    """Say as whom the servers run: yourself, or for root the owner of the data, or `nobody`."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for folder in (data_dir() / "postgres", _elsewhere() / "postgres"):
        if folder.exists() and folder.stat().st_uid != 0:
            return pwd.getpwuid(folder.stat().st_uid)
    return pwd.getpwnam("nobody")


def home() -> Path:
    """Say where the servers' data lies: in `.data`, unless their account cannot get there."""
    if os.geteuid() != 0 or is_reachable(data_dir(), account()):
        return data_dir()
    return _elsewhere()


def make_home() -> Path:
    """Make the servers' home and leave a link to it when it is not in `.data`."""
    folder = home()
    if folder != data_dir():
        folder.mkdir(parents=True, exist_ok=True)
        link = data_file("elsewhere")
        if not link.is_symlink():
            link.symlink_to(folder)
    return folder


def socket_dir() -> Path:
    """Say where the sockets lie: beside the data, or in /tmp where that path would be too long."""
    folder = home() / "run"
    if len(str(folder / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return folder
    return Path("/tmp") / f"regulars-{account().pw_uid}-{_digest(str(home()))}"  # noqa: S108


def make_private(folder: Path) -> Path:
    """Make a folder that only the servers' account may enter; raises Broken if it is somebody else's."""
    owner = account()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    if folder.stat().st_uid != owner.pw_uid or folder.is_symlink():
        keeper = pwd.getpwuid(folder.stat().st_uid).pw_name
        raise Broken(f"{folder} belongs to {keeper}: run this as {keeper} or root, or set DATA_DIR to another folder.")
    folder.chmod(0o700)
    return folder


def is_reachable(path: Path, owner: pwd.struct_passwd) -> bool:
    """Say whether the account may pass through every folder above the path and enter it."""
    return all(_may_enter(folder, owner) for folder in [path, *path.parents] if folder.exists())


def as_account() -> dict[str, Any]:
    """Arguments for `subprocess` that make a child run as the servers' account."""
    if os.geteuid() != 0:
        return {}
    return {"user": account().pw_uid, "group": account().pw_gid, "extra_groups": []}


def _may_enter(path: Path, owner: pwd.struct_passwd) -> bool:
    status = path.stat()
    if status.st_uid == owner.pw_uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == owner.pw_gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _elsewhere() -> Path:
    return ELSEWHERE / _digest(str(data_dir()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]
