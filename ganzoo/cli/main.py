"""The command `ganzoo`: a table of sub-commands, each imported when it is called."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

import click

from ganzoo.errors import GanzooError, TargetError
from ganzoo.version import VERSION

COMMANDS = {
    "list": ("ganzoo.cli.listing:list_entries", "What there is: architectures, recipes, losses, data sets, ..."),
    "info": ("ganzoo.cli.info:info", "Everything about one entry."),
    "train": ("ganzoo.cli.train:train", "Train an architecture or recipe."),
    "resume": ("ganzoo.cli.train:resume", "Go on with a run from its last checkpoint."),
    "sample": ("ganzoo.cli.sample:sample", "Draw samples from a trained model."),
    "interpolate": ("ganzoo.cli.interpolate:interpolate", "Walk through a model's latent space."),
    "truncate": ("ganzoo.cli.explore:truncate", "Draw the same samples at several truncations."),
    "directions": ("ganzoo.cli.explore:directions", "Move a sample along the directions that change it most."),
    "mix": ("ganzoo.cli.explore:mix", "Mix the styles of samples."),
    "project": ("ganzoo.cli.explore:project", "Find the latent code of an image."),
    "verify": ("ganzoo.cli.verify:verify", "Run behavioural checks and their controls."),
    "push": ("ganzoo.cli.push:push", "Push a trained model to the Hub."),
    "pull": ("ganzoo.cli.pull:pull", "Bring a model of the Hub into the cache."),
    "search": ("ganzoo.cli.search:search", "Find models on the Hub."),
    "import": ("ganzoo.cli.importing:import_", "Turn weights that others published into a model directory."),
    "card": ("ganzoo.cli.card:card", "Look at model cards, and check them."),
    "plugin": ("ganzoo.cli.plugins:plugin", "Look after plugins."),
    "demo": ("ganzoo.cli.demo:demo", "The whole way from real digits to samples, in minutes."),
    "doctor": ("ganzoo.cli.doctor:doctor", "What is installed, and what is wrong with it."),
}


class LazyGroup(click.Group):
    """Lists its commands from a table; plugins add theirs as entries, but cannot replace one of the table.

    A command that two plugins have goes by its full names, such as `ganzoo lab.export`.
    """

    def list_commands(self, context: click.Context) -> list[str]:
        return [*COMMANDS, *self._of_plugins()]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name in COMMANDS:
            from importlib import import_module

            module, _, attribute = COMMANDS[name][0].partition(":")
            return getattr(import_module(module), attribute)
        found = self._of_plugins().get(name)
        return _command_of_plugin(found) if found is not None else None

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(context, args[0]) is None:
            from ganzoo.core.names import did_you_mean

            context.fail(f"no such command {args[0]!r}{did_you_mean(args[0], self.list_commands(context))}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, help) for name, (_, help) in COMMANDS.items()]
        rows += [(name, found.entry.summary) for name, found in self._of_plugins().items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _of_plugins(self) -> dict[str, Any]:
        from ganzoo.core import entries, registry

        found = registry.entries(entries.Command)
        return {f.short_name: f for f in found if f.short_name not in COMMANDS}


def _command_of_plugin(found: Any) -> click.Command:
    command = found.load()
    if not isinstance(command, click.Command):
        raise TargetError(f"{found.name} ({found.provider}) is no click command, but registered as one")
    return command


def _switch_plugins_off(context: click.Context, parameter: click.Parameter, chosen: bool) -> None:
    if chosen:
        os.environ["GANZOO_PLUGINS"] = ""


def _add_plugin_files(context: click.Context, parameter: click.Parameter, files: tuple[str, ...]) -> None:
    for file in files:
        from ganzoo.cli.plugin_files import add_plugin_file

        add_plugin_file(file)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="ganzoo")
@click.option(
    "--no-plugins",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_switch_plugins_off,
    help="Only the built-in zoo.",
)
@click.option(
    "--plugin",
    "plugins",
    multiple=True,
    metavar="FILE.py",
    expose_value=False,
    callback=_add_plugin_files,
    help="Add a one-file plugin, as local.*; repeatable.",
)
def cli() -> None:
    """A zoo of GANs: train, sample and prove them."""


def _show_warning(message: Warning | str, category: type[Warning], *where: Any, **more: Any) -> None:
    """What is deprecated concerns users in one line; other warnings say where in the code they arose."""
    if issubclass(category, FutureWarning):
        print(f"warning: {message}", file=sys.stderr)
    else:
        _python_shows(message, category, *where, **more)


_python_shows = warnings.showwarning


def main() -> None:
    """Run the command; a user's mistake ends in `error:` and `hint:` lines, never in a traceback."""
    warnings.showwarning = _show_warning
    try:
        code = cli.main(standalone_mode=False, prog_name="ganzoo")
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except GanzooError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt) as error:
        # click turns an interrupt into an Abort without its message.
        print(str(error) or str(error.__cause__ or "") or "interrupted", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone (`ganzoo list | head`); there is nobody left to tell.
        sys.stderr.close()
        sys.exit(1)
