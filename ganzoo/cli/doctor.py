"""`ganzoo doctor`: what is installed, and what is wrong with it."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click

from ganzoo.core import registry
from ganzoo.errors import UnknownName
from ganzoo.version import VERSION

PACKAGES = ("torch", "torchvision", "huggingface-hub", "safetensors", "pluggy", "click")


@click.command()
@click.argument("namespace", required=False)
@click.option("--device", is_flag=True, help="Look for accelerators too (imports torch).")
def doctor(namespace: str | None, device: bool) -> None:
    """Show versions, and every plugin (or the one of NAMESPACE) with its state, cause, load time and heavy imports.

    Exits with 1 if a plugin is broken or in conflict with another.
    """
    statuses = [s for s in registry.plugins() if namespace is None or s.provider.namespace == namespace]
    if namespace is not None and not statuses:
        known = ", ".join(s.provider.namespace for s in registry.plugins())
        raise UnknownName(f"no installed plugin has the namespace {namespace!r}", hint=f"there are: {known}")
    click.echo(f"ganzoo {VERSION}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        try:
            click.echo(f"{package} {version(package)}")
        except PackageNotFoundError:
            click.echo(f"{package} is NOT installed: pip install {package}")
    if device:
        _show_devices()
    for status in statuses:
        click.echo(f"plugin {status.provider.namespace} ({status.provider}): {status.state}, {status.load_ms:.1f} ms")
        for line in (status.error, *status.problems):
            if line:
                click.echo(f"  {line}")
        if status.heavy_imports:
            click.echo(
                f"  imports {', '.join(status.heavy_imports)} while it is being listed: its entry point should name a "
                "module that imports only ganzoo and the standard library"
            )
        if namespace is not None and status.traceback:
            click.echo(status.traceback)
    if any(status.state in ("broken", "conflict") for status in statuses):
        raise SystemExit(1)


def _show_devices() -> None:
    import torch

    for index in range(torch.cuda.device_count()):
        click.echo(f"cuda:{index} {torch.cuda.get_device_name(index)}")
    if torch.backends.mps.is_available():
        click.echo("mps")
    click.echo(f"cpu, {torch.get_num_threads()} threads")
