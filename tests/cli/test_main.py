from __future__ import annotations

from importlib import import_module

import click
import pytest

from ganzoo.cli.main import COMMANDS, cli
from ganzoo.core import registry
from ganzoo.core.entries import Command
from ganzoo.core.hookspecs import hookimpl


@pytest.mark.parametrize("name", COMMANDS)
def test_every_row_of_the_table_leads_to_a_command(name):
    module, _, attribute = COMMANDS[name][0].partition(":")
    assert isinstance(getattr(import_module(module), attribute), click.Command)


def test_help_lists_all_commands_and_imports_none_of_them(shell):
    loaded = (
        "import atexit; atexit.register(lambda: print(sorted(n for n in sys.modules if n.startswith('ganzoo.cli.'))))"
    )
    done = shell("--help", before=loaded)
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("['ganzoo.cli.main']")
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in done.stdout and line in done.stdout


def test_an_unknown_command_comes_with_the_closest(shell):
    done = shell("trian")
    assert done.returncode == 2
    assert "no such command 'trian'; did you mean 'train'" in done.stderr


def test_a_wrong_option_is_wrong_use(shell):
    done = shell("list", "--no-such-option")
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_users_mistake_ends_in_error_and_hint(shell):
    done = shell("info", "hinjes")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == "error: unknown entry 'hinjes'; did you mean 'hinge'?\nhint: ganzoo list\n"


FAILING = """
import click
from ganzoo.cli import listing
from ganzoo.errors import CheckpointError
@click.command()
@click.pass_context
def failing(context):
    {body}
listing.list_entries = failing
"""


@pytest.mark.parametrize(
    ("body", "code", "said", "traceback"),
    [
        ("raise CheckpointError('it is torn', hint='resume')", 1, "error: it is torn\nhint: resume\n", False),
        ("raise CheckpointError('it is torn')", 1, "error: it is torn\n", False),
        ("raise KeyboardInterrupt", 130, "interrupted\n", False),
        ("raise KeyboardInterrupt('stopped after round 7')", 130, "stopped after round 7\n", False),
        ("raise ZeroDivisionError('a defect')", 1, "ZeroDivisionError: a defect", True),
        ("context.exit(5)", 5, "", False),
        ("raise SystemExit(4)", 4, "", False),
        (
            "import warnings; warnings.warn('old is deprecated', FutureWarning)",
            0,
            "warning: old is deprecated\n",
            False,
        ),
    ],
)
def test_how_a_command_ends(shell, body, code, said, traceback):
    done = shell("list", before=FAILING.format(body=body))
    assert done.returncode == code
    assert said in done.stderr
    assert ("Traceback" in done.stderr) == traceback


def test_plugins_can_add_commands_but_not_replace_any(shell, plugin_file):
    file = plugin_file(
        "Command(name='answer', summary='Says the answer', target='my_gans:command'),"
        "Command(name='list', summary='Hides the list', target='my_gans:command')"
    )
    with open(file, "a") as source:
        source.write("import click\ncommand = click.command()(answer)\n")
    assert shell("--plugin", file, "answer").stdout == "the answer\n"
    assert shell("--plugin", file, "list").stdout.startswith("NAME")
    assert "did you mean 'answer'" in shell("--plugin", file, "anwser").stderr


def test_a_command_that_is_none_is_named_with_its_plugin(shell, plugin_file):
    file = plugin_file("Command(name='answer', summary='s', target='my_gans:answer')")
    done = shell("--plugin", file, "answer")
    assert done.returncode == 1
    assert done.stderr == "error: local.answer (my_gans) is no click command, but registered as one\n"


def test_a_command_of_two_plugins_goes_by_its_full_names(clean_registry):
    for namespace in ("lab", "other"):
        entry = Command(name="answer", summary="s", target="click:Command")
        plugin = type(namespace, (), {"ganzoo_entries": hookimpl(lambda self, entry=entry: [entry])})
        registry.add_plugin(plugin(), namespace=namespace)
    names = cli.list_commands(click.Context(cli))
    assert names[len(COMMANDS) :] == ["lab.answer", "other.answer"]
    assert cli.get_command(click.Context(cli), "answer") is None


def test_a_one_file_plugin_is_local(shell, plugin_file):
    file = plugin_file("Loss(name='odd', summary='of a file', target='my_gans:answer')")
    assert "odd   loss  local  of a file" in shell("--plugin", file, "list", "loss", "odd").stdout
    assert shell("--plugin", file, "info", "local.odd").stdout.startswith("local.odd  (loss, from my_gans)")


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        ("gone.py", None, "there is no such Python file"),
        ("not-a-name.py", "", "cannot be imported"),
        ("random.py", "", "there is a module 'random' already"),
        ("broken_one.py", "1 / 0", "ZeroDivisionError: division by zero"),
        ("exits.py", "import sys; sys.exit(0)", "failed to load: SystemExit: 0"),
        ("empty_one.py", "", "it implements no hook"),
    ],
)
def test_a_plugin_file_that_cannot_be_used_is_an_error(shell, tmp_path, name, source, said):
    file = tmp_path / name
    if source is not None:
        file.write_text(source)
    done = shell("--plugin", str(file), "list")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and said in done.stderr and "Traceback" not in done.stderr
