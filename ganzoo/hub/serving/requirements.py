"""How pip gets, somewhere else, the ganzoo that wrote a model, and the plugin that it is of."""

from __future__ import annotations

import json
import os
import re
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import urlsplit

# What pip takes to install ganzoo, for everybody: "ganzoo==VERSION" once it is on a package index. None until then:
# an index name that is not ours yet could be anybody's.
PLACE: str | None = None
VARIABLE = "GANZOO_REQUIREMENT"


def requirement(name: str) -> str | None:
    """What pip installs a distribution from elsewhere by; None if nobody else can get it as far as is known.

    The git commit or the https address that it was installed from; its version, if it came from a package index; for
    ganzoo itself the environment variable GANZOO_REQUIREMENT goes first, and PLACE last.
    """
    own = name == "ganzoo"
    if own and (chosen := os.environ.get(VARIABLE, "").strip()):
        return chosen.splitlines()[0].strip()
    return _installed_from(name) or (PLACE if own else None)


def _installed_from(name: str) -> str | None:
    try:
        found = distribution(name)
        record = found.read_text("direct_url.json")
        origin = json.loads(record) if record else None
    except (PackageNotFoundError, ValueError):
        return None
    if origin is None:
        return f"{name}=={found.version}" if (found.read_text("INSTALLER") or "").strip() else None
    url = str(origin.get("url", ""))
    parts = urlsplit(url)
    # What another machine cannot reach, or what holds a secret, is no place to name in public.
    if parts.scheme != "https" or parts.username or parts.password or parts.query or re.search(r"[\s;#]", url):
        return None
    if git := origin.get("vcs_info"):
        return f"{name} @ git+{url}@{git['commit_id']}" if git.get("vcs") == "git" else None
    return f"{name} @ {url}"


def unplaced(distributions: list[str]) -> list[str]:
    """The distributions that nobody else can install, as far as is known."""
    return [name for name in distributions if requirement(name) is None]


def requirements(distributions: list[str], *others: str) -> str:
    """requirements.txt for distributions of ours and others by name; a comment stands where there is no place."""
    lines = []
    for name in distributions:
        if found := requirement(name):
            lines.append(found)
        else:
            lines.append(f"# {name}: it was installed from a folder when this was pushed. Write where it can be had:")
            lines.append(f"# {name} @ git+https://HOST/OWNER/{name}@COMMIT")
    return "\n".join([*lines, *others]) + "\n"
