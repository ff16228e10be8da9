"""The handler as Inference Endpoints call it: in a process of its own, from the repository's folder."""

import base64
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

import ganzoo
from ganzoo.hub.serving.files import serving_files
from ganzoo.hub.serving.handler import BadRequest, EndpointHandler

from ..helpers import tiny

# The service imports handler.py by its path, with the repository's folder in front of what it can import.
SERVICE = """
import importlib.util, json, sys
repository, package = sys.argv[1:]
sys.path.append(package)
sys.path.insert(0, repository)
spec = importlib.util.spec_from_file_location("handler", repository + "/handler.py")
module = importlib.util.module_from_spec(spec)
sys.modules["handler"] = module
spec.loader.exec_module(module)
handler = module.EndpointHandler(repository)
from PIL import Image
def shown(answer):
    if isinstance(answer, Image.Image):
        return ["image", answer.mode, *answer.size]
    return [shown(part) for part in answer] if isinstance(answer, list) and not isinstance(answer[0], list) else answer
for request in json.loads(sys.stdin.read()):
    try:
        print(json.dumps(shown(handler(request))))
    except ValueError as error:
        print(json.dumps({"refused": str(error)}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of a tiny model of an architecture, with the files that serve it."""

    def make(name):
        directory = tiny(name).save_pretrained(tmp_path_factory.mktemp("repository") / name)
        for file, content in serving_files(directory).items():
            (directory / file).write_bytes(content)
        return directory

    return make


@pytest.fixture(scope="module")
def images(folder):
    return EndpointHandler(str(folder("dcgan")))


@pytest.fixture(scope="module")
def labelled(folder):
    return EndpointHandler(str(folder("cgan")))


@pytest.fixture(scope="module")
def translating(folder):
    return EndpointHandler(str(folder("cyclegan")))


def encoded(image, format="PNG"):
    stream = io.BytesIO()
    image.save(stream, format=format)
    return base64.b64encode(stream.getvalue()).decode()


def request(inputs=None, **parameters):
    return {"inputs": inputs, "parameters": parameters}


def pixels(image):
    return torch.tensor(list(image.tobytes()))


def test_in_a_process_of_its_own_from_the_repositorys_folder(folder, tmp_path):
    asked = [
        {"inputs": {}},
        {"inputs": "", "parameters": {"n": "2", "seed": "3"}},  # parameters of an address are text
        {"inputs": {"n": 3}},
        request({}, n=65),
        ["no request"],
    ]
    package = Path(ganzoo.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-I", "-c", SERVICE, str(folder("dcgan")), str(package)],
        input=json.dumps(asked), capture_output=True, text=True, cwd=tmp_path, env={"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    one, two, three, *refused = [json.loads(line) for line in done.stdout.splitlines()]
    assert one == ["image", "L", 8, 8] and two == [one] * 2 and three == [one] * 3
    assert "from 1 to 64" in refused[0]["refused"] and '{"inputs": ...' in refused[1]["refused"]


def test_images_are_those_of_the_model(images):
    one, again = images(request(n=1, seed=5)), images(request(n=1, seed=5))
    sample = images.model.sample(1, seed=5)[0, 0]
    assert one.tobytes() == again.tobytes()
    assert pixels(one).tolist() == ((sample.clamp(-1, 1) + 1) * 127.5).round().int().flatten().tolist()
    assert images(request(n=1, seed=6)).tobytes() != one.tobytes()
    cut = images(request(n=1, seed=5, truncation=0.1))
    assert cut.tobytes() != one.tobytes()
    assert [picture.size for picture in images({"instances": {"n": 4, "seed": 0}})] == [(8, 8)] * 4


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n": 65}, "n must be a whole number from 1 to 64, not '65'"),
        ({"n": 0}, "n must be"),
        ({"n": -1}, "n must be"),
        ({"n": "many"}, "'many'"),
        ({"n": True}, "n must be"),
        ({"n": 1.5}, "n must be"),
        ({"n": "9" * 5000}, "n must be"),
        ({"n": 10**5000}, "a huge number"),
        ({"seed": -1}, "seed must be"),
        ({"seed": float("nan")}, "seed must be"),
        ({"seed": [1]}, "seed must be"),
        ({"labels": 1}, "label"),
        ({"labels": [None]}, "a label is null"),
        ({"labels": [0] * 1000}, "n must be"),
        ({"truncation": "x"}, "truncation must be a number"),
        ({"truncation": True}, "truncation must be a number"),
        ({"truncation": 1e99}, "truncation must be a number"),
        ({"truncation": float("nan")}, "truncation must be a number"),
        ({"truncation": 10**400}, "truncation must be a number"),
        ({"truncation": -1}, "truncation"),
        ({"direction": "ab"}, "no direction"),
        ({"size": 9, "\x1b": 1}, "unknown: .*size"),
    ],
)
def test_what_is_wrong_with_parameters_is_said_in_a_line(images, parameters, message):
    with pytest.raises(BadRequest, match=message) as raised:
        images(request(**parameters))
    assert len(str(raised.value)) < 300 and isinstance(raised.value, ValueError)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "a request is"),
        ([{"inputs": {}}], "a request is"),
        ({"inputs": {}, "parameters": [1]}, "parameters must be"),
        ({"inputs": {"n": 2}, "parameters": {"n": 2}}, "in inputs and in parameters: n"),
        ({"inputs": "a cat"}, "inputs must be empty"),
        ({"inputs": {"image": "eA=="}}, "inputs must be empty"),
    ],
)
def test_requests_of_another_form(images, given, message):
    with pytest.raises(BadRequest, match=message):
        images(given)


def test_a_fault_of_the_model_is_no_fault_of_the_request(images, monkeypatch):
    def broken(*values, **settings):
        raise RuntimeError("out of memory")

    monkeypatch.setattr(images.model, "sample", broken)
    with pytest.raises(RuntimeError, match="out of memory"):
        images(request())


def test_labels(labelled):
    assert len(labelled(request(n=2, labels=1))) == len(labelled(request(n=2, labels=[0, 2]))) == 2
    assert len(labelled(request(labels=[0, 1, 2]))) == 3, "n follows from the labels"
    same = [image.tobytes() for image in labelled(request(n=2, labels=["1", "1"], seed=0))]
    assert same == [image.tobytes() for image in labelled(request(n=2, labels=1, seed=0))]
    for labels, message in ((10**6, "label"), ([1, 1, 1], "3 labels for n=2"), ({"a": 1}, "labels must be")):
        with pytest.raises(BadRequest, match=message):
            labelled(request(n=2, labels=labels))


def test_points_are_numbers(folder):
    handler = EndpointHandler(str(folder("gan")))
    points = handler(request(n=3, seed=0))
    assert torch.equal(torch.tensor(points), handler.model.sample(3, seed=0))
    json.dumps(points)


def test_translation_takes_an_image_in_every_form(translating):
    picture = Image.new("RGB", (40, 30), "red")
    text = encoded(picture)
    expected = translating(request(text))
    assert (expected.mode, expected.size) == ("RGB", (16, 16))
    wrapped = "\n".join(text[i : i + 76] for i in range(0, len(text), 76))
    for inputs in ({"image": text}, picture, wrapped, f"data:image/png;base64,{text}", encoded(picture, "BMP")):
        assert translating(request(inputs)).tobytes() == expected.tobytes()
    assert translating({"inputs": {"image": text, "direction": "ba"}}).tobytes() != expected.tobytes()
    for mode in ("1", "L", "P", "RGBA", "CMYK", "I;16"):
        assert translating(request(Image.new(mode, (20, 20)))).size == (16, 16)


def test_the_source_is_in_the_range_of_the_data_and_upright(translating):
    half = Image.new("RGB", (16, 16), "black")
    half.paste("white", (0, 0, 16, 8))
    source = translating.source_of(half)
    assert source.shape == (1, 3, 16, 16) and source[0, :, 0].min() == 1 and source[0, :, -1].max() == -1
    exif = half.getexif()
    exif[0x0112] = 3  # to be shown upside down
    stream = io.BytesIO()
    half.save(stream, "PNG", exif=exif)
    turned = translating.source_of(base64.b64encode(stream.getvalue()).decode())
    assert turned[0, :, 0].max() == -1


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (None, "inputs must be an image"),
        ({}, "inputs must be an image"),
        ({"image": 5}, "inputs must be an image"),
        ("no base64!", "no image"),
        (base64.b64encode(b"GIF89a-broken").decode(), "no image"),
        (base64.b64encode(b"<svg/>").decode(), "no image"),
        (base64.b64encode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n").decode(), "no image"),
        ("data:image/png;base64,", "no image"),
        ("A" * (32 * 2**20 + 1), "characters"),
    ],
)
def test_what_is_no_image(translating, inputs, message):
    with pytest.raises(BadRequest, match=message) as raised:
        translating(request(inputs))
    assert len(str(raised.value)) < 300


def test_images_that_are_damaged_huge_or_not_for_one_request(translating):
    good = encoded(Image.effect_noise((64, 64), 50))
    damaged = base64.b64encode(base64.b64decode(good)[:1000]).decode()
    huge = encoded(Image.new("1", (5000, 5000)))
    for inputs, parameters, message in (
        (damaged, {}, "cannot be read"),
        (huge, {}, "16,777,216 are the most"),
        (good, {"n": 2}, "one image per request"),
        (good, {"direction": "up"}, "direction"),
        (Image.new("F", (8, 8)), {}, "cannot be read"),
    ):
        with pytest.raises(BadRequest, match=message):
            translating(request(inputs, **parameters))


def test_every_repository_holds_the_handler_of_the_package(connected):
    ganzoo.push(tiny(), "me/model")
    files = connected.repository("me/model").files()
    here = Path(ganzoo.__file__).parent / "hub" / "serving"
    assert files["handler.py"] == (here / "handler.py").read_bytes()
