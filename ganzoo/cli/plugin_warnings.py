"""What `ganzoo list` says about plugins that failed, or that make every command wait."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ganzoo.core.plugin_status import PluginStatus


def warn_about(statuses: Iterable[PluginStatus]) -> None:
    """Name each bad plugin on standard error, with what to do about it; good ones cost nothing."""
    bad = [status for status in statuses if status.state in ("broken", "conflict") or status.heavy_imports]
    if not bad:
        return
    from ganzoo.cli.plugin_facts import advice, is_slow

    told = set()
    for status in bad:
        if status.state == "conflict":
            words = status.error
        elif status.state == "broken":
            words = f"{status.provider} failed to load: {status.error}"
        elif is_slow(status):
            heavy, seconds = ", ".join(status.heavy_imports), status.load_ms / 1000
            words = f"{status.provider} imports {heavy} whenever plugins are listed, and takes {seconds:.1f} s to load"
        else:
            continue
        if words not in told:
            told.add(words)
            click.echo(f"warning: {words}", err=True)
            for line in advice(status):
                click.echo(f"  -> {line}", err=True)
