"""The image gets what the program imports, and nothing of the tools."""

import importlib.util
import re
from types import ModuleType

import pytest

from tests.docs.pages import ROOT, read

LOCK = """\
alpha==1.0 \\
    --hash=sha256:aa
    # via
    #   lanka (pyproject.toml)
    #   tool
beta-b==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:bb
    # via alpha
shared==3.0 ; python_full_version < '3.12' \\
    --hash=sha256:cc
    # via
    #   other
    #   beta-b
shared==3.1 ; python_full_version >= '3.12' \\
    --hash=sha256:ff
    # via
    #   other
    #   beta-b
tool==4.0 \\
    --hash=sha256:dd
    # via lanka (pyproject.toml)
other==5.0 \\
    --hash=sha256:ee
    # via tool
"""
PROJECT = '[project]\ndependencies = ["Alpha[extra]>=1"]\n'


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """`.ci/runtime_requirements.py`, which the Dockerfile runs."""
    path = ROOT / ".ci/runtime_requirements.py"
    spec = importlib.util.spec_from_file_location("runtime_requirements", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(lock: str) -> list[str]:
    return re.findall(r"^([a-z][a-z0-9-]*)==", lock, re.MULTILINE)


def test_what_is_wanted_is_followed_through_the_lock(script: ModuleType) -> None:
    found = script.runtime_requirements(LOCK, PROJECT)
    assert names(found) == ["alpha", "beta-b", "shared", "shared"]  # each for its Python
    assert "--hash=sha256:aa\n" in found
    assert "sys_platform == 'win32'" in found


def test_a_dependency_that_is_not_locked_is_an_error(script: ModuleType) -> None:
    with pytest.raises(LookupError, match="not in the lock: gamma"):
        script.runtime_requirements(LOCK, '[project]\ndependencies = ["gamma"]\n')


def test_the_projects_own_lock(script: ModuleType) -> None:
    found = script.runtime_requirements(read("requirements.lock"), read("pyproject.toml"))
    runtime = set(names(found))
    assert {"aiogram", "greenlet", "apscheduler", "pyxform", "magic-filter"} <= runtime
    assert runtime.isdisjoint({"pytest", "mypy", "playwright", "teremok", "uv", "hypothesis"})
    assert found.count("--hash=sha256:") >= len(runtime)
