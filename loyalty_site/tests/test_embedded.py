"""The embedded servers: started once, stopped by the last who leaves, and plain about what is wrong."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = [pytest.mark.xdist_group("embedded")]

IS_ROOT = os.geteuid() == 0
HOLD = "from loyalty_site import embedded\nwith embedded.servers():\n    print('up', flush=True); input()"


@pytest.fixture
def place() -> Iterator[Path]:
    """A data folder that any account can reach, emptied of servers at the end."""
    folder = Path(tempfile.mkdtemp(prefix="regulars-test-"))
    folder.chmod(0o755)
    yield folder / "data"
    run("stop", folder / "data")
    shutil.rmtree(folder)


def environment(place: Path) -> dict[str, str]:
    kept = {name: setting for name, setting in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return kept | {"DATA_DIR": str(place), "DATABASE_URL": "", "REDIS_URL": ""}


def run(command: str, place: Path) -> subprocess.CompletedProcess[str]:
    order = [sys.executable, "-m", "loyalty_site.embedded", command]
    return subprocess.run(order, cwd=settings.BASE_DIR, env=environment(place), capture_output=True, text=True)


def hold(place: Path) -> subprocess.Popen[str]:
    """Start somebody who uses the servers until told to leave."""
    user = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=settings.BASE_DIR,
        env=environment(place),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert user.stdout.readline() == "up\n"
    return user


def leave(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=60)


def running(place: Path) -> int:
    return run("status", place).stdout.count("running")


def cluster(place: Path) -> Path:
    elsewhere = place / "elsewhere"
    return (elsewhere.resolve() if elsewhere.is_symlink() else place) / "postgres"


def test_starting_twice_is_starting_once_and_stopping_stops(place: Path) -> None:
    assert run("start", place).returncode == 0
    pid = (cluster(place) / "postmaster.pid").read_text().split()[0]
    assert run("start", place).returncode == 0
    assert (cluster(place) / "postmaster.pid").read_text().split()[0] == pid
    assert running(place) == 2
    run("stop", place)
    assert running(place) == 0


def test_the_last_to_leave_stops_them_even_if_another_was_killed(place: Path) -> None:
    first, second = hold(place), hold(place)
    leave(first)
    assert running(place) == 2
    second.kill()
    second.wait()
    assert running(place) == 2
    leave(hold(place))
    assert running(place) == 0


def test_they_stay_when_they_were_started_to_stay(place: Path) -> None:
    run("start", place)
    leave(hold(place))
    assert running(place) == 2


def test_a_reset_waits_for_those_who_use_them(place: Path) -> None:
    user = hold(place)
    refused = run("reset", place)
    assert (refused.returncode, "in use" in refused.stderr) == (1, True)
    leave(user)
    assert run("reset", place).returncode == 0
    assert not cluster(place).exists()


def test_a_power_cut_leaves_nothing_in_the_way(place: Path) -> None:
    run("start", place)
    os.kill(int((cluster(place) / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    deadline = time.monotonic() + 20
    while running(place) == 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    started = run("start", place)
    assert started.returncode == 0, started.stderr
    assert running(place) == 2


def test_a_pid_that_belongs_to_another_program_by_now_is_forgotten(place: Path) -> None:
    run("start", place)
    run("stop", place)
    (cluster(place) / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster(place)}\n0\n5432\n\n\n0 0\n")
    assert run("start", place).returncode == 0


def test_data_of_another_version_are_left_alone_with_a_sentence(place: Path) -> None:
    cluster(place).mkdir(parents=True)
    (cluster(place) / "PG_VERSION").write_text("15\n")
    refused = run("start", place)
    assert refused.returncode == 1
    assert "made by PostgreSQL 15 and this is 18" in refused.stderr


def test_a_damaged_folder_is_named_with_what_to_do(place: Path) -> None:
    cluster(place).mkdir(parents=True)
    assert "RESET=1" in run("start", place).stderr


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(place: Path) -> None:
    place.parent.joinpath("file").touch()
    assert "set DATA_DIR" in run("start", place.parent / "file" / "data").stderr


def test_a_broken_configuration_is_told_with_its_reason(place: Path) -> None:
    run("start", place)
    run("stop", place)
    (cluster(place) / "postgresql.conf").write_text("nonsense = 1\n")
    refused = run("start", place)
    assert "did not start" in refused.stderr
    assert "nonsense" in refused.stderr


def test_a_path_too_long_for_a_socket_works_all_the_same(place: Path) -> None:
    deep = place / ("long-name-" * 10)
    assert run("start", deep).returncode == 0
    assert running(deep) == 2
    run("stop", deep)


@pytest.mark.skipif(not IS_ROOT, reason="only root hands the servers to another account")
def test_roots_servers_run_as_somebody_else_even_from_a_closed_folder(place: Path) -> None:
    place.parent.chmod(0o700)
    started = run("start", place)
    assert started.returncode == 0, started.stderr
    assert pwd.getpwuid(cluster(place).stat().st_uid).pw_name == "nobody"
    assert (place / "elsewhere").is_symlink()
    run("stop", place)
    run("reset", place)
    shutil.rmtree((place / "elsewhere").resolve())


def test_what_a_variable_replaces_is_not_started(place: Path) -> None:
    replaced = environment(place) | {"DATABASE_URL": "postgres://a@b/c", "REDIS_URL": "redis://b"}
    started = subprocess.run([sys.executable, "-c", HOLD], env=replaced, cwd=settings.BASE_DIR, input="\n", text=True)
    assert started.returncode == 0
    assert not place.exists()
