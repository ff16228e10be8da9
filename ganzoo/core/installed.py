"""Installed distributions that say they bring plugins. Their metadata is read, and nothing of theirs is imported.

`importlib.metadata.entry_points` is not used: one malformed file, of any distribution at all, would end it for all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions

GROUP = "ganzoo"
UNNAMED = "an unnamed distribution"


@dataclass(frozen=True, eq=False)
class Installed:
    """A distribution with entry points of ganzoo's group.

    Args:
        name, version: as its metadata has them.
        points: namespaces and the modules that register them, such as ("lab", "lab_gans.plugin").
        problems: lines of its entry_points.txt that say nothing, in words.
        source: where the rest of its metadata can be read.
    """

    name: str
    version: str
    points: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    source: Distribution

    @property
    def folder(self) -> str:
        """Where it is installed."""
        return str(self.source.locate_file(""))

    @property
    def working_folder(self) -> str:
        """Where its files are, if it was installed with --editable; else ""."""
        return working_folder(self.source)

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


def installed_plugins() -> list[Installed]:
    """Every distribution that has a section [ganzoo] in its entry_points.txt, sorted by name.

    Of several of one name only the one that Python would import is meant.
    """
    found: dict[str, Installed] = {}
    folders = set()
    for source in distributions():
        folders.add(source.locate_file(""))
        text = _read(source, "entry_points.txt")
        if GROUP not in text:
            continue
        points, problems = parse(text)
        if points or problems:
            head = _head(source)
            one = Installed(_field(head, "Name") or UNNAMED, _field(head, "Version"), points, problems, source)
            if one.name == UNNAMED:
                found[f"{UNNAMED} {len(found)}"] = one
            elif normal(one.name) not in found and (len(folders) == 1 or not _is_hidden(one, text)):
                found[normal(one.name)] = one
    return sorted(found.values(), key=lambda one: normal(one.name))


def installed_names() -> set[str]:
    """The names of all distributions, plugins or not, as `normal` writes them."""
    return {normal(_field(_head(source), "Name")) for source in distributions()}


def unreadable_entry_points() -> list[str]:
    """What stops `importlib.metadata.entry_points`, which others rely on: torch cannot be imported, nor pip work."""
    complaints = []
    for source in distributions():
        if error := why_unreadable(source):
            name = _field(_head(source), "Name") or UNNAMED
            complaints.append(
                f"{name} in {source.locate_file('')} has a malformed entry_points.txt, over which torch and "
                f"pip can fail ({type(error).__name__}: {error}); install it again, or remove it"
            )
    return complaints


def why_unreadable(source: Distribution) -> Exception | None:
    """What Python raises over a distribution's entry points, of whatever group; None if it reads them."""
    try:
        _ = source.entry_points
    except Exception as error:
        return error
    return None


def parse(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The entry points of ganzoo's group in an entry_points.txt, and what is wrong with lines of that group."""
    points, problems, inside = [], [], False
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("["):
            inside = line.strip("[] \t") == GROUP
            if inside and not line.endswith("]"):
                problems.append(f"its entry_points.txt is malformed: {line!r} is no head of a section")
            continue
        name, _, value = (part.strip() for part in line.partition("="))
        if inside and name and value:
            points.append((name, value))
        elif inside:
            problems.append(f"its entry_points.txt is malformed: {line!r} is not of the form 'namespace = module'")
    return tuple(points), tuple(problems)


def working_folder(source: Distribution) -> str:
    """The folder whose files an editable installation uses in place; "" for any other."""
    import json

    try:
        origin = json.loads(_read(source, "direct_url.json") or "{}")
        if not origin.get("dir_info", {}).get("editable"):
            return ""
        from urllib.parse import urlsplit
        from urllib.request import url2pathname

        return url2pathname(urlsplit(origin["url"]).path)
    except (ValueError, AttributeError, KeyError):
        return ""  # it is no JSON, or not as PEP 610 has it


def normal(distribution: str) -> str:
    """The name by which package indices compare distributions: "Lab_GANs" is "lab-gans"."""
    return re.sub(r"[-_.]+", "-", distribution.strip()).lower()


def _read(source: Distribution, name: str) -> str:
    """A file of the metadata; "" if there is none. What is no UTF-8 is replaced, for the rest may be good."""
    try:
        return source.read_text(name) or ""
    except UnicodeDecodeError as error:
        return error.object.decode("utf-8", errors="replace")
    except OSError:
        # Whose file it is cannot be told; importlib.metadata passes over most of these, too.
        return ""


def _head(source: Distribution) -> str:
    """METADATA without the README that follows; `Distribution.metadata` reads that too, each time it is asked."""
    return (_read(source, "METADATA") or _read(source, "PKG-INFO")).partition("\n\n")[0]


def _field(head: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*?)\s*$", head, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def _is_hidden(one: Installed, text: str) -> bool:
    """Whether a distribution of the same name comes earlier on `sys.path`."""
    try:
        first = distribution(one.name)
    except PackageNotFoundError:
        return False
    return _read(first, "entry_points.txt") != text
