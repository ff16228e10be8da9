"""Tables of what is registered: the built-in zoo and the first-party plugins that are installed.

```{registry} architecture recipe
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

EVIDENCE = Path(__file__).parents[1] / "evidence"
SEEDS = (0, 1, 2)


class RegistryTable(SphinxDirective):
    """Rows of all entries of the kinds that its arguments name."""

    required_arguments = 1
    optional_arguments = 5

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes("\n".join(table(self.arguments)))


def table(kinds: list[str]) -> Iterator[str]:
    """The lines of a Markdown table."""
    from ganzoo.core.entries import KINDS
    from ganzoo.core.registry import entries

    chosen = [found for found in entries(tuple(KINDS[kind] for kind in kinds)) if is_ours(found)]
    columns = ["name", "what it is", "paper"]
    proven = any(found.entry.check for found in chosen)
    columns += ["from"] * any(found.provider.namespace != "ganzoo" for found in chosen) + ["evidence"] * proven
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    for found in chosen:
        cells = {
            "name": f"`{found.short_name}`",
            "what it is": found.entry.summary,
            "paper": paper(found.entry),
            "from": "" if found.provider.namespace == "ganzoo" else f"`{found.provider.distribution}`",
            "evidence": verdicts(found),
        }
        yield f"| {' | '.join(cells[column].replace('|', chr(92) + '|') for column in columns)} |"


def is_ours(found: Any) -> bool:
    """Whether an entry is of the built-in zoo or a first-party plugin, whatever else is installed here."""
    from ganzoo.core.first_party import DISTRIBUTIONS

    return found.provider.namespace == "ganzoo" or (
        DISTRIBUTIONS.get(found.provider.namespace) == found.provider.distribution
    )


def paper(entry: Any) -> str:
    """The year, and where to look the paper up."""
    if not entry.paper:
        return ""
    number = re.fullmatch(r"arXiv:(\S+)", entry.paper)
    words = f"[{entry.paper}](https://arxiv.org/abs/{number[1]})" if number else entry.paper
    return f"{words}, {entry.year}" if entry.year else words


def verdicts(found: Any) -> str:
    """What became of the behavioural checks: how many passed, of those that were measured on all seeds."""
    from ganzoo.checks.evidence import Verdict, checks_of, kept

    if not found.entry.check:
        return ""
    name, checks = checks_of(found.name)
    measured = [Verdict(check, tuple(evidence)) for check in checks if (evidence := kept(name, check, SEEDS, EVIDENCE))]
    complete = [verdict for verdict in measured if verdict.seeds == list(SEEDS)]
    passed = sum(verdict.passed for verdict in complete)
    return f"{passed} of {len(checks)} checks passed" + (
        f", {len(checks) - len(complete)} not measured on the present code" if len(complete) < len(checks) else ""
    )


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("registry", RegistryTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
