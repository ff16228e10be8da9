"""`ganzoo verify`: run an entry's behavioural check and its control."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ganzoo.checks.check import CONTROL, IDEA, Check
from ganzoo.checks.evidence import Evidence, Verdict, checks_of, entries_with_checks, gather, kept
from ganzoo.checks.table import table as markdown
from ganzoo.cli.numbers import whole_numbers
from ganzoo.errors import ConfigError
from ganzoo.files import write_text


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every entry that has a check.")
@click.option("--seeds", default="0,1,2", show_default=True, help="Comma-separated.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep one JSON file per entry, check, seed and arm here.")
@click.option("--table", type=click.Path(path_type=Path), help="Write all verdicts as Markdown.")
@click.option("--kept", "only_kept", is_flag=True, help="Measure nothing: judge what fresh files in --out hold.")
@click.option("--threads", default=1, show_default=True, help="Threads of the computation.")
def verify(
    names: tuple[str, ...],
    everything: bool,
    seeds: str,
    out: Path | None,
    table: Path | None,
    only_kept: bool,
    threads: int,
) -> None:
    """Run the behavioural checks of NAMES and their controls.

    A check passes when the idea meets its criteria on at least two of three seeds and the control, at equal updates,
    misses one on every seed. Files in --out whose code has not changed since are not measured again.
    """
    import torch

    chosen = entries_with_checks() if everything else list(names)
    if not chosen:
        raise ConfigError("nothing to verify", hint="name an entry, or use --all")
    if only_kept and out is None:
        raise ConfigError("--kept has nothing to read", hint="say where the files are: --out docs/evidence")
    numbers = whole_numbers(seeds, "--seeds")
    torch.set_num_threads(threads)
    verdicts = []
    for name in chosen:
        entry, checks = checks_of(name)
        for check in checks:
            click.echo(f"{entry} / {check.name}: {check.claim}\n  control: {check.control}")
            found = kept(entry, check, numbers, out) if only_kept and out else _measured(entry, check, numbers, out)
            if found:
                verdicts.append((entry, Verdict(check, tuple(found))))
                _show(verdicts[-1][1])
    if table is not None:
        write_text(table, markdown(verdicts))
    if not all(verdict.passed for _, verdict in verdicts):
        raise SystemExit(1)


def _measured(entry: str, check: Check, seeds: Sequence[int], out: Path | None) -> list[Evidence]:
    """Measure every arm on every seed, and say what was measured."""
    found = []
    for one, fresh in gather(entry, check, seeds, out):
        found.append(one)
        numbers = "  ".join(f"{metric} {value:.4g}" for metric, value in one.measured.items())
        note = "" if fresh else " (kept)"
        click.echo(f"  seed {one.seed}  {one.arm:<10} {numbers}  {one.seconds:.0f} s{note}")
    return found


def _show(verdict: Verdict) -> None:
    """Per criterion and seed: value, bound, control's value and its margin."""
    for criterion in verdict.check.criteria:
        for seed in verdict.seeds:
            measured = verdict.measured(seed)
            line = f"{criterion.metric} {measured[IDEA][criterion.metric]:.4g}"
            bound = f"{criterion.op} {criterion.bound(measured):.4g}"
            mark = "ok  " if criterion.met(IDEA, measured) else "MISS"
            control = ""
            if criterion.metric in measured[CONTROL]:
                value, margin = measured[CONTROL][criterion.metric], criterion.margin(CONTROL, measured)
                control = f"control {value:.4g} ({'misses by' if margin < 0 else 'meets it by'} {abs(margin):.4g})"
            click.echo(f"  {mark} seed {seed}: {line} {bound}; {control}")
    total = len(verdict.seeds)
    outcome = "passed" if verdict.passed else "FAILED"
    click.echo(f"  {outcome}: held on {verdict.held} of {total} seeds, the control passed on {verdict.controls_passed}")
