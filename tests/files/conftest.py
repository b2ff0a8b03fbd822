"""LibreOffice for the tests that need it: absent, they are skipped, but on CI that is a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Convert = Callable[[Mapping[str, bytes], str], dict[str, Path]]


@pytest.fixture(scope="session")
def soffice() -> str:
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("soffice is not installed; .ci/run installs libreoffice-writer-nogui")
        pytest.skip("soffice is not installed")
    return program


@pytest.fixture(scope="session")
def convert(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert documents in one go: (name with extension → bytes, format) → stem → converted file."""
    profile = tmp_path_factory.mktemp("profile")

    def run(documents: Mapping[str, bytes], target: str) -> dict[str, Path]:
        folder, out = tmp_path_factory.mktemp("in"), tmp_path_factory.mktemp("out")
        for name, data in documents.items():
            (folder / name).write_bytes(data)
        command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", target]
        files = sorted(str(path) for path in folder.iterdir())
        subprocess.run([*command, "--outdir", str(out), *files], check=True, capture_output=True)
        return {path.stem: path for path in out.iterdir()}

    return run
