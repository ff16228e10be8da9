"""pip of this interpreter, and what its failures mean."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys

from ganzoo.errors import InstallError

ENVIRONMENT = "use an environment of your own: python -m venv ENVIRONMENT, and install ganzoo there"
SATISFIED = "Requirement already satisfied"  # a line for each of the fifty distributions that torch needs
# What pip writes, what it means ({} is what was caught), and what to do; the first that fits counts.
MEANINGS = (
    (
        "`project.license` must be valid",
        "the setuptools that builds it is older than 77, which first took a licence as text",
        "python -m pip install --upgrade 'setuptools>=77', or leave out --no-build-isolation",
    ),
    (
        "externally-managed-environment",
        "this Python belongs to the operating system, which does not let pip change it",
        f"{ENVIRONMENT}; if pipx installed ganzoo: pipx inject ganzoo PLUGIN",
    ),
    (
        "NewConnectionError|ConnectTimeoutError|NameResolutionError|ProxyError|Max retries exceeded|"
        "Failed to establish a new connection|Could not fetch URL|Could not resolve host",
        "the package index cannot be reached",
        "check the network; without one, install from a file or folder: ganzoo plugin install ./PLUGIN.whl",
    ),
    (
        "install build dependencies did not run",
        "the package index lacks what it is built with ([build-system] in its pyproject.toml)",
        "if you have that installed: python -m pip install --no-build-isolation ./PLUGIN",
    ),
    (
        "ResolutionImpossible|conflicting dependencies",
        "it does not go with the ganzoo, torch and torchvision that are installed, and these are kept as they are",
        "look for another version of it (PLUGIN==VERSION), or let pip change them: python -m pip install PLUGIN",
    ),
    (
        "No matching distribution found for (.+)",
        "the package index has no {} for this Python",
        "check the name; a folder or file is given by its path: ./PLUGIN",
    ),
    (
        "Permission denied|Access is denied|not writeable",
        "the packages of this Python cannot be written",
        ENVIRONMENT,
    ),
    (
        "does not appear to be a Python project|[Nn]either 'setup.py' nor 'pyproject.toml'",
        "the folder holds no distribution: there is no pyproject.toml",
        "`ganzoo plugin new NAME` writes one; a plugin of one file needs none: ganzoo --plugin FILE.py list",
    ),
    ("No space left on device", "the disk is full", "make room, and try again"),
)


def run_pip(*arguments: str, doing: str) -> None:
    """Run pip; what it says is shown on standard error as it comes, but for what was there already.

    Args:
        doing: such as "installing lab-gans", for the error.

    Raises: InstallError naming the cause.
    """
    if importlib.util.find_spec("pip") is None:
        raise InstallError(
            f"{doing} needs pip, and this Python has none: {sys.executable}",
            hint=f"{sys.executable} -m ensurepip; with uv: uv pip install --python {sys.executable} PLUGIN",
        )
    # -P: what lies in the present folder must not stand in for pip's own modules.
    command = [sys.executable, "-P", "-m", "pip", *arguments, "--disable-pip-version-check", "--no-input"]
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            if not line.startswith(SATISFIED):
                sys.stderr.write(line)
                sys.stderr.flush()
    if process.returncode:
        raise explained("".join(said), process.returncode, doing)


def explained(said: str, code: int, doing: str) -> InstallError:
    """The error for what pip wrote before it ended with an exit code."""
    for pattern, meaning, hint in MEANINGS:
        if found := re.search(pattern, said):
            return InstallError(f"{doing} failed: {meaning.format(*found.groups())}", hint=hint)
    errors = re.findall(r"^ERROR: (?!Exception:)(.+)", said, re.MULTILINE) or said.strip().splitlines()
    cause = errors[-1] if errors else f"pip ended with exit code {code}"
    return InstallError(f"{doing} failed: {cause}", hint="pip says more above")
