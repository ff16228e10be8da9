"""An environment of its own for tests that install plugins, and distributions to install."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import venv
import zipfile
from pathlib import Path

import ganzoo

ROOT = Path(ganzoo.__file__).parents[1]


class Environment:
    """A virtual environment that sees what this Python has (ganzoo, torch, pip), and holds nothing else at first."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        scripts, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        self.python = str(folder / scripts / f"python{suffix}")
        self.site = next(folder.rglob("site-packages"))
        # addsitedir, unlike a path in the file, also follows the .pth files there: those of editable installations.
        lines = [f"import site; site.addsitedir({path!r})" for path in site.getsitepackages()]
        (self.site / "parent.pth").write_text("\n".join(lines) + "\n")

    def unpack(self, *wheels: str) -> None:
        """Install wheels as pip would, in no time."""
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(self.site)

    def clean(self) -> None:
        """Take everything out again that was installed."""
        for path in self.site.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "parent.pth":
                path.unlink()

    def run(self, *command: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments, without network and without this machine's settings of pip."""
        dropped = ("PIP_", "GANZOO_", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        own = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_NO_COMPILE": "1",
            "PYTHONPATH": path,
            "OMP_NUM_THREADS": "1",
        }
        return subprocess.run(
            [self.python, *command], env={**kept, **own, **variables}, cwd=cwd, capture_output=True, text=True,
            timeout=120, check=False,
        )  # fmt: skip

    def ganzoo(self, *arguments: str, cwd: Path | None = None, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "ganzoo", *arguments, cwd=cwd, **variables)


def write_wheel(
    folder: Path,
    name: str,
    source: str,
    *,
    entry_points: str = "",
    requires: tuple[str, ...] = (),
    version: str = "0.2",
) -> str:
    """Write the wheel of a one-module distribution, and return its path; the module has the distribution's name."""
    module, version = name.replace("-", "_"), "0.2"
    info = f"{module}-{version}.dist-info"
    needs = "".join(f"Requires-Dist: {one}\n" for one in requires)
    contents = {
        f"{module}.py": source,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by-hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry_points:
        contents[f"{info}/entry_points.txt"] = entry_points
    contents[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"])
    file = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in contents.items():
            archive.writestr(path, text)
    return str(file)
