"""`ganzoo doctor`: what is installed, or what a model needs, and what is wrong with it."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

from ganzoo.cli.doctor_model import examine, is_model
from ganzoo.cli.plugin_facts import advice, facts_of, is_slow, location, wrong_with
from ganzoo.core import registry
from ganzoo.core.installed import normal, unreadable_entry_points
from ganzoo.core.plugin_status import PluginStatus, Provider
from ganzoo.errors import UnknownName
from ganzoo.version import VERSION

PACKAGES = ("torch", "torchvision", "huggingface-hub", "safetensors", "pluggy", "click")


@click.command()
@click.argument("namespace", required=False, metavar="[NAMESPACE | MODEL]")
@click.option("--device", is_flag=True, help="Look for accelerators too (imports torch).")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def doctor(namespace: str | None, device: bool, as_json: bool) -> None:
    """Show versions, and every plugin with its state, load time, what is wrong with it and what to do about that.

    With NAMESPACE (or a distribution's name), show everything about this one, the traceback included.

    With MODEL (./folder, owner/repo in the cache, bundled:name), show what a saved model needs, what is there of that,
    and what would keep it from loading; nothing is built and nothing is fetched.

    Exits with 1 if a plugin is broken or in conflict with another, or if the model would not load.
    """
    if namespace is not None and is_model(namespace):
        if not examine(namespace, as_json=as_json):
            raise SystemExit(1)
        return
    statuses = [s for s in registry.plugins() if namespace is None or _is(s.provider, namespace)]
    if namespace is not None and not statuses:
        known = ", ".join(s.provider.namespace for s in registry.plugins())
        folder = f"; a model in the folder is ./{namespace}" if Path(namespace).is_dir() else ""
        hint = f"there are: {known}{folder}"
        raise UnknownName(f"no plugin has the namespace or distribution {namespace!r}", hint=hint)
    failed = any(status.state in ("broken", "conflict") for status in statuses)
    if as_json:
        click.echo(json.dumps([facts_of(status) for status in statuses], indent=2))
        raise SystemExit(int(failed))
    click.echo(f"ganzoo {VERSION}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        try:
            click.echo(f"{package} {version(package)}")
        except PackageNotFoundError:
            click.echo(f"{package} is NOT installed: pip install {package}")
    if device:
        _show_devices()
    for complaint in unreadable_entry_points():
        click.echo(complaint)
    for status in statuses:
        click.echo(f"plugin {status.provider.namespace} ({status.provider}): {status.state}, {status.load_ms:.1f} ms")
        for line in (*wrong_with(status), *(f"-> {line}" for line in advice(status))):
            click.echo(f"  {line}")
        if namespace is not None:
            _show_all(status)
    if failed:
        raise SystemExit(1)


def _is(provider: Provider, name: str) -> bool:
    return name == provider.namespace or bool(provider.distribution and normal(provider.distribution) == normal(name))


def _show_all(status: PluginStatus) -> None:
    """Where a plugin is, what it brings, where it imports what is heavy, and the traceback of what went wrong."""
    click.echo(f"  module: {status.provider.module or 'none that can be read'}")
    click.echo(f"  location: {location(status) or 'unknown'}")
    if is_slow(status) and status.state == "ok":
        from ganzoo.testing.import_probe import first_heavy_import

        click.echo(f"  the first of its heavy imports: {first_heavy_import(status.provider.module)}")
    for entry in status.entries:
        click.echo(f"  {entry.kind:<13} {status.provider.namespace}.{entry.name:<20} {entry.summary}")
    if status.traceback:
        click.echo(status.traceback.rstrip())


def _show_devices() -> None:
    try:
        import torch
    except Exception as error:
        # Its import runs code of other distributions; whatever fails there, the rest is what the doctor was called for.
        click.echo(f"torch cannot be imported: {type(error).__name__}: {error}")
        return
    for index in range(torch.cuda.device_count()):
        click.echo(f"cuda:{index} {torch.cuda.get_device_name(index)}")
    if torch.backends.mps.is_available():
        click.echo("mps")
    click.echo(f"cpu, {torch.get_num_threads()} threads")
