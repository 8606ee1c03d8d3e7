"""`make demo`: it comes up, says where, and after Ctrl-C nothing of it is left running."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [
    pytest.mark.xdist_group("demo"),
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc"),
]

PATIENCE = 120


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="regulars-demo-"))
    folder.chmod(0o755)
    yield folder
    for pid in processes_of(folder):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder)


def processes_of(place: Path) -> list[int]:
    """List what runs with this place in its command line, its environment or as its folder."""
    return [int(process.name) for process in Path("/proc").glob("[0-9]*") if names(process, place)]


def names(process: Path, place: Path) -> bool:
    try:
        told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        return str(place).encode() in told + bytes((process / "cwd").readlink())
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(place: Path, port: int, **variables: str) -> subprocess.Popen[str]:
    clean = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "loyalty_site.demo"],
        cwd=settings.BASE_DIR,
        env=clean | {"DATA_DIR": str(place / "data"), "PORT": str(port), "SHOPS": "0"} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_for_address(demo: subprocess.Popen[str]) -> None:
    said = []
    for line in demo.stdout:
        said.append(line)
        if "Regulars runs at" in line:
            return
    raise AssertionError("".join(said))


def interrupt(demo: subprocess.Popen[str]) -> str:
    """Press Ctrl-C: the terminal sends it to the whole foreground group."""
    os.killpg(demo.pid, signal.SIGINT)
    said, _ = demo.communicate(timeout=PATIENCE)
    return said


def test_ctrl_c_leaves_nothing_running_and_the_second_start_is_quick(place: Path) -> None:
    port = free_port()
    demo = start(place, port)
    wait_for_address(demo)
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz").status == 200
    assert len(processes_of(place)) > 5
    assert "Stopped" in interrupt(demo)
    assert demo.returncode == 0
    assert processes_of(place) == []

    began = time.monotonic()
    demo = start(place, port)
    wait_for_address(demo)
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # others may be waiting for the same processors
    assert time.monotonic() - began < 10 * crowd
    assert "Stopped" in interrupt(demo)


def test_ctrl_c_in_the_middle_of_starting_leaves_nothing_running(place: Path) -> None:
    demo = start(place, free_port())
    assert "Preparing" in demo.stdout.readline()
    interrupt(demo)
    assert processes_of(place) == []


def test_a_kill_of_the_demo_takes_its_children_along_and_the_next_one_just_starts(place: Path) -> None:
    demo = start(place, free_port())
    wait_for_address(demo)
    demo.kill()
    demo.communicate()
    demo = start(place, free_port())
    wait_for_address(demo)
    interrupt(demo)
    assert processes_of(place) == []


def test_a_busy_port_gets_a_sentence(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        demo = start(place, port)
        said, _ = demo.communicate(timeout=PATIENCE)
    assert (demo.returncode, said.count("\n")) == (1, 1)
    assert f"make demo PORT={port + 1}" in said


@pytest.mark.parametrize("port", ["eight", "0", "99999"])
def test_a_port_that_is_none_gets_a_sentence(place: Path, port: str) -> None:
    said, _ = start(place, 1, PORT=port).communicate(timeout=PATIENCE)
    assert "is not a port" in said
