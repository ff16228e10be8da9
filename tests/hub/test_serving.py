"""The handler as Inference Endpoints call it: in a process of its own, from the repository's folder."""

import base64
import io
import json
import subprocess
import sys

import pytest
from PIL import Image

import ganzoo
from ganzoo.hub.serving.files import endpoint_command, requirement, serving_files, space_files

from .helpers import tiny

CALL = """
import json, sys
sys.path.insert(0, sys.argv[1])
from handler import EndpointHandler
from PIL import Image
handler = EndpointHandler(sys.argv[1])
def shown(answer):
    if isinstance(answer, Image.Image):
        return ["image", answer.mode, *answer.size]
    return [shown(part) for part in answer] if isinstance(answer, list) and not isinstance(answer[0], list) else answer
for request in json.loads(sys.stdin.read()):
    print(json.dumps(shown(handler(request))))
"""


def serve(directory, requests):
    """The handler's answers to requests, in a fresh process."""
    for name, content in serving_files().items():
        (directory / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", CALL, str(directory)], input=json.dumps(requests), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def encoded(image):
    stream = io.BytesIO()
    image.save(stream, format="PNG")
    return base64.b64encode(stream.getvalue()).decode()


def test_images_one_and_many_and_what_is_wrong_with_requests(tmp_path):
    directory = tiny("dcgan").save_pretrained(tmp_path / "model")
    bad = [{"n": 65}, {"n": -1}, {"n": "many"}, {"n": True}, {"n": 1.5}, {"seed": -1}, {"labels": 1}, {"size": 9},
           {"truncation": "x"}, {"truncation": 1e99}]  # fmt: skip
    one, query, four, *errors = serve(
        directory,
        [
            {"inputs": {}},
            {"inputs": "", "parameters": {"n": "1", "seed": "3"}},
            {"inputs": {}, "parameters": {"n": 4, "seed": 0, "truncation": 0.5}},
            *({"inputs": {}, "parameters": parameters} for parameters in bad),
            ["no request"],
        ],
    )
    assert one == query == ["image", "L", 8, 8] and four == [["image", "L", 8, 8]] * 4
    assert all(set(answer) == {"error"} and len(answer["error"]) < 300 for answer in errors), errors
    assert "from 0 to 64" in errors[0]["error"] or "from 1 to 64" in errors[0]["error"]


def test_labels_and_points(tmp_path):
    labelled = tiny("cgan").save_pretrained(tmp_path / "labelled")
    of_one, of_each, wrong, few = serve(
        labelled,
        [{"inputs": {}, "parameters": {"n": 2, "labels": labels}} for labels in (1, [0, 2], 10**6, [1, 1, 1])],
    )
    assert len(of_one) == len(of_each) == 2
    assert "error" in wrong and "3 labels for n=2" in few["error"]
    (points,) = serve(tiny("gan").save_pretrained(tmp_path / "points"), [{"inputs": {}, "parameters": {"n": 3}}])
    assert len(points) == 3 and all(len(point) == 2 for point in points)


def test_translation_takes_an_image(tmp_path):
    directory = tiny("cyclegan").save_pretrained(tmp_path / "model")
    image = encoded(Image.new("RGB", (40, 30), "red"))
    huge = encoded(Image.new("1", (5000, 5000)))
    good, both_ways, *errors = serve(
        directory,
        [
            {"inputs": image},
            {"inputs": {"image": image, "direction": "ba"}, "parameters": {"direction": "ba"}},
            {"inputs": "no base64!"},
            {"inputs": base64.b64encode(b"GIF89a-broken").decode()},
            {"inputs": huge},
            {"inputs": {}},
            {"inputs": image, "parameters": {"direction": "up"}},
        ],
    )
    assert good == ["image", "RGB", 16, 16]
    assert both_ways == good or "error" in both_ways
    assert all("error" in answer for answer in errors), errors
    assert "25000000" in errors[2]["error"] or "pixels" in errors[2]["error"]


def test_every_repository_holds_the_same_handler(connected):
    ganzoo.push(tiny(), "me/model")
    files = connected.repository("me/model").files()
    assert {name: files[name] for name in serving_files()} == serving_files()
    assert files["requirements.txt"].decode().strip() == requirement()
    assert requirement().startswith("ganzoo")


def test_a_space_pins_the_commit_and_its_program_compiles():
    files = space_files("me/model", "0" * 40)
    assert b"me/model@" + b"0" * 40 in files["app.py"] and b"OWNER/REPOSITORY" not in files["app.py"]
    compile(files["app.py"], "app.py", "exec")
    assert b"sdk: gradio" in files["README.md"] and b"- me/model" in files["README.md"]


@pytest.mark.parametrize("name", ["me/model", "me/My_Model.v2-with-a-very-long-name-indeed"])
def test_the_command_for_an_endpoint_is_python_with_a_name_that_is_allowed(name):
    import ast
    import re

    (call,) = [n for n in ast.walk(ast.parse(endpoint_command(name))) if isinstance(n, ast.Call) and n.keywords]
    assert re.fullmatch(r"[a-z0-9-]{1,32}", ast.literal_eval(call.args[0]))
