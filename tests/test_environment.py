"""The settings in the environments they will meet: production, a half-set one, and the documented one."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SECRET_KEY": "f3K9_qLwz0Rr7Yb1xVn5Tt8mJc2Hd6Sg4Pa0EuWiOoNkBvXlZQy",
    "ALLOWED_HOSTS": "loyalty.example.com",
    "DJANGO_SETTINGS_MODULE": "loyalty_site.settings",
}
CHECK = """
import django
from django.core.management import call_command

django.setup()
call_command("check", deploy=True, fail_level="WARNING")
"""


def run_with(variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the deployment check as a production process would see it, on the test's own servers."""
    kept = ("PATH", "DATABASE_URL", "REDIS_URL", "DATA_DIR")
    inherited = {name: os.environ[name] for name in kept if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", CHECK], env=inherited | variables, cwd=settings.BASE_DIR, capture_output=True, text=True
    )


def test_production_settings_pass_the_deployment_check() -> None:
    checked = run_with(PRODUCTION)
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_the_documented_defaults_are_fine_as_they_stand() -> None:
    lines = re.findall(r"^([A-Z_]+)=(.*)$", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE)
    assert run_with(dict(lines) | PRODUCTION).returncode == 0


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_without_it_refuses_to_start_and_says_so(missing: str) -> None:
    started = run_with({name: setting for name, setting in PRODUCTION.items() if name != missing} | {missing: ""})
    assert started.returncode != 0
    assert f"Set {missing}" in started.stderr


def documented() -> set[str]:
    return set(re.findall(r"^([A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))


def read_by_the_code() -> set[str]:
    sources = (settings.BASE_DIR / "loyalty_site").rglob("*.py")
    code = "\n".join(source.read_text() for source in sources if "tests" not in source.parts)
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", code)) | {"DATABASE_URL", "REDIS_URL"}


def test_every_variable_is_documented_and_every_documented_one_is_read() -> None:
    assert documented() == read_by_the_code()
