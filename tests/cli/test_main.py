from __future__ import annotations

import sys
from importlib import import_module

import click
import pytest

import ganzoo
from ganzoo.cli import plugin_files
from ganzoo.cli.main import COMMANDS, cli
from ganzoo.core import registry
from ganzoo.core.entries import Command
from ganzoo.core.hookspecs import hookimpl
from ganzoo.errors import PluginMissing


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
        ("spelt_wrong.py", "def f(:\n    pass", "SyntaxError: invalid syntax (spelt_wrong.py, line 1)"),
        ("not-a-name.py", "", "cannot be imported"),
        ("random.py", "", "there is a module 'random' already"),
        ("broken_one.py", "1 / 0", "ZeroDivisionError: division by zero\nhint: see line 1 of broken_one.py"),
        ("deep_one.py", "import json\n\njson.loads('[')", "hint: see line 3 of deep_one.py"),
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


def test_a_folder_is_no_plugin_file(shell, tmp_path):
    done = shell("--plugin", str(tmp_path), "list")
    assert done.returncode == 2 and "hint: a folder is installed: ganzoo plugin install" in done.stderr


def test_a_plugin_file_may_be_a_link_and_goes_by_the_links_name(shell, plugin_file, tmp_path):
    (tmp_path / "linked_gans.py").symlink_to(plugin_file("Loss(name='odd', summary='s', target='linked_gans:answer')"))
    assert shell("--plugin", str(tmp_path / "linked_gans.py"), "info", "odd").stdout.startswith("local.odd  (loss")


MYGAN = """
from torch import nn
from ganzoo import GAN, entries, hookimpl
from ganzoo.errors import ConfigError
from ganzoo.latents.normal import Normal

class MyGAN(GAN):
    def __init__(self, *, features: int = 2, width: int = 8) -> None:
        super().__init__()
        if width < 1 or features < 1:
            raise ConfigError("too few")
        self.prior = Normal(dim=2)
        self.generator = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, features))
        self.discriminator = nn.Sequential(nn.Linear(features, 1), nn.Flatten(0))

@hookimpl
def ganzoo_entries():
    return [entries.Architecture(
        name="mygan", target="mygan:MyGAN", summary="s", modality=("points",), tiny_data={"name": "ring8", "size": 64},
    )]
"""


def test_a_plugin_file_serves_from_training_to_conformance(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mygan.py").write_text(MYGAN)
    for name, value in (("_zoo", None), ("_added", {})):
        monkeypatch.setattr(registry, name, value)
    monkeypatch.setattr(plugin_files, "_added", [])
    monkeypatch.setenv("GANZOO_PLUGINS", "")

    def run(*arguments):
        sys.modules.pop("mygan", None)
        plugin_files._added.clear()
        cli.main(["--plugin", "./mygan.py", *arguments], standalone_mode=False, prog_name="ganzoo")
        return capsys.readouterr().out

    assert run("list", "local.*").splitlines()[1].split()[:3] == ["mygan", "architecture", "local"]
    said = run("train", "mygan", "--data", "ring8", "--rounds", "4", "--stop-at", "2", "--out", "run")
    assert "go on with: ganzoo --plugin ./mygan.py resume run\n" in said
    assert "ganzoo --plugin ./mygan.py sample ./run/model 16\n" in run("resume", "run")
    assert run("sample", "./run/model", "4", "--out", "s.npy") == "4 samples: s.npy\n"
    with pytest.raises(SystemExit):
        run("plugin", "check", "local", "--only", "mygan::check_is_there")
    assert "mygan::check_is_there: failed" in capsys.readouterr().out
    assert "passed" in run("plugin", "check", "local", "--only", "mygan::saves_and_loads")
    registry.add_plugin(import_module("mygan"))
    assert ganzoo.load("./run/model").sample(3).shape == (3, 2)
    monkeypatch.setattr(registry, "_added", {})
    registry.refresh()
    with pytest.raises(PluginMissing) as raised:
        ganzoo.load("./run/model")
    assert raised.value.hint.startswith("it is in a plugin of one file: ganzoo --plugin FILE.py")
    sys.modules.pop("mygan", None)
