"""The files that serve a model: what they name, and that what they say runs."""

import ast
import re

import pytest
import yaml

from ganzoo.files import write_json
from ganzoo.hub.serving import files
from ganzoo.model_config import read_config

from ..helpers import tiny


@pytest.fixture
def directory(tmp_path):
    return tiny().save_pretrained(tmp_path / "model")


def provided_by(directory, name):
    config = read_config(directory)
    config["provider"]["distribution"] = name
    write_json(directory / "config.json", config)


def test_a_plugins_distribution_is_named_beside_ganzoo(directory):
    assert files.distributions(directory) == ["ganzoo"]
    provided_by(directory, "ganzoo-plugin-x")
    assert files.distributions(directory) == ["ganzoo", "ganzoo-plugin-x"]
    assert set(files.serving_files(directory)) == {"handler.py", "requirements.txt"}
    assert b"ganzoo-plugin-x" in files.serving_files(directory)["requirements.txt"]


@pytest.mark.parametrize("name", ["x\n--index-url https://evil", "-r/etc/passwd", "https://evil/x.whl", ""])
def test_a_config_cannot_name_anything_else_to_be_installed(directory, name):
    provided_by(directory, name)
    assert files.distributions(directory) == ["ganzoo"]


def test_a_space_pins_the_commit_and_its_program_compiles(directory):
    made = files.space_files(directory, "me/model", "0" * 40)
    assert b"me/model@" + b"0" * 40 in made["app.py"] and b"OWNER/REPOSITORY" not in made["app.py"]
    compile(made["app.py"], "app.py", "exec")
    front = yaml.safe_load(made["README.md"].decode().split("---")[1])
    assert front["sdk"] == "gradio" and front["models"] == ["me/model"] and front["app_file"] == "app.py"
    assert made["requirements.txt"].decode().splitlines()[-2:] == ["gradio", "spaces"]


def test_a_space_of_a_repository_with_a_number_for_a_name(directory):
    made = files.space_files(directory, "1/2", "0" * 40)
    front = yaml.safe_load(made["README.md"].decode().split("---")[1])
    assert front["title"] == "2" and front["models"] == ["1/2"]


@pytest.mark.parametrize("name", ["me/model", "me/My_Model.v2-with-a-very-long-name-indeed", "me/-a-", "1/2"])
@pytest.mark.parametrize("commit", [None, "0" * 40])
def test_the_command_for_an_endpoint_is_python_with_a_name_that_is_allowed(name, commit):
    import inspect

    from huggingface_hub import create_inference_endpoint

    tree = ast.parse(files.endpoint_command(name, commit))
    (call,) = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.keywords]
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{0,31}", ast.literal_eval(call.args[0]))
    given = {keyword.arg for keyword in call.keywords}
    assert given <= set(inspect.signature(create_inference_endpoint).parameters)
    values = {keyword.arg: keyword.value for keyword in call.keywords}
    assert ast.literal_eval(values["repository"]) == name
    assert (ast.literal_eval(values["revision"]) == commit) if commit else "model_info" in ast.unparse(tree)
    assert set(ast.literal_eval(values["custom_image"])) == {"url", "port", "healthRoute"}
