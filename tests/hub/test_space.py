"""A Space that shows a model, pushed beside it: private where the model is, and never over somebody's own work."""

import json
from pathlib import Path

import pytest

import ganzoo
from ganzoo import errors

from .. import processes
from .helpers import tiny
from .loopback.cards import validate


@pytest.fixture(autouse=True)
def installable(monkeypatch):
    monkeypatch.setenv("GANZOO_REQUIREMENT", "ganzoo @ https://host/ganzoo.whl")


def space(connected):
    return connected.repositories["spaces/me/model"]


def test_it_shows_the_commit_of_the_model_in_one_commit_of_its_own(connected):
    pushed = ganzoo.push(tiny(), "me/model", space=True)
    made = space(connected)
    files = made.files()
    assert pushed.space == f"{connected.endpoint}/spaces/me/model" and len(made.commits) == 2 and not made.private
    assert set(files) == {".gitattributes", "README.md", "app.py", "requirements.txt"}
    assert f'"me/model@{pushed.commit}"'.encode() in files["app.py"]
    assert validate(files["README.md"].decode(), "space") == ([], [])
    assert [model.repository for model in ganzoo.search()] == ["me/model"], "a Space is no model"


def test_the_next_push_moves_it_on_and_keeps_what_others_put_there(connected):
    ganzoo.push(tiny(), "me/model", space=True)
    space(connected).commit({"notes.txt": b"mine"}, "notes")
    second = ganzoo.push(tiny(seed=1), "me/model", space=True)
    files = space(connected).files()
    assert second.commit.encode() in files["app.py"] and files["notes.txt"] == b"mine"
    third = ganzoo.push(tiny(seed=2), "me/model")
    assert third.space is None and second.commit.encode() in space(connected).files()["app.py"]


@pytest.mark.parametrize("private", [True, False])
def test_it_is_private_where_the_model_is(connected, private):
    ganzoo.push(tiny(), "me/model", private=private)
    ganzoo.push(tiny(seed=1), "me/model", space=True)  # nothing is said of it now
    assert space(connected).private is private
    ganzoo.push(tiny(), "me/other", private=private, space=True)
    assert connected.repositories["spaces/me/other"].private is private


def test_what_ganzoo_did_not_write_is_refused_before_anything_is_pushed(connected):
    theirs = connected.repository("spaces/me/model")
    theirs.commit({"app.py": b"import gradio  # mine\n"}, "my app")
    head = theirs.head
    with pytest.raises(errors.PushConflict, match="did not write") as raised:
        ganzoo.push(tiny(), "me/model", space=True)
    assert "--space" in raised.value.hint
    assert "me/model" not in connected.repositories and theirs.head == head
    ganzoo.push(tiny(), "me/model")


def test_a_space_without_a_program_is_filled(connected):
    connected.repository("spaces/me/model")
    pushed = ganzoo.push(tiny(), "me/model", space=True)
    assert pushed.commit.encode() in space(connected).files()["app.py"]


@pytest.mark.parametrize(
    ("method", "pattern", "status"),
    [("POST", "/api/spaces/me/model/commit/", 403), ("POST", "/api/repos/create", 429),
     ("POST", "/api/spaces/me/model/preupload", 400)],
)  # fmt: skip
def test_if_it_fails_the_message_names_the_models_commit(connected, method, pattern, status):
    first = ganzoo.push(tiny(), "me/model")
    connected.fault(method, pattern, status=status, times=99)
    with pytest.raises(errors.HubError) as raised:
        ganzoo.push(tiny(seed=1), "me/model", space=True)
    head = connected.repository("me/model").head
    assert head != first.commit and f"me/model@{head}" in raised.value.message
    assert "is pushed" in raised.value.message and "make a Space" in raised.value.message
    connected.faults.clear()
    ganzoo.push(tiny(seed=1), "me/model", space=True)


def test_a_space_that_changes_meanwhile_is_a_conflict_that_names_the_models_commit(connected):
    ganzoo.push(tiny(), "me/model", space=True)
    times = []

    def meanwhile():
        times.append(1)
        if len(times) == 2:  # the model's own push comes first
            space(connected).commit({"x": b"y"}, "somebody else")

    connected.on_preupload = meanwhile
    with pytest.raises(errors.PushConflict, match="the model itself is pushed") as raised:
        ganzoo.push(tiny(seed=1), "me/model", space=True)
    assert connected.repository("me/model").head in raised.value.message
    assert space(connected).find("main").message == "somebody else"


def test_without_a_place_to_install_from_there_is_no_space(connected, monkeypatch):
    monkeypatch.setattr("ganzoo.hub.serving.requirements.requirement", lambda name: None)
    with pytest.raises(errors.ConfigError, match="could not install ganzoo") as raised:
        ganzoo.push(tiny(), "me/model", space=True)
    assert "GANZOO_REQUIREMENT" in raised.value.hint and connected.log == []
    (note,) = ganzoo.push(tiny(), "me/model").notes
    assert "requirements.txt cannot say where to get ganzoo" in note


def test_no_space_of_a_pull_request_and_a_dry_run_asks_nobody(connected):
    with pytest.raises(errors.ConfigError, match="pull request"):
        ganzoo.push(tiny(), "me/model", space=True, create_pr=True)
    ganzoo.push(tiny(), "me/model", space=True, dry_run=True)
    assert connected.log == []


# Modules of these names stand in for the page's libraries, which a test has no need of.
STUBS = {
    "gradio": """
class Error(Exception): pass
class Part:
    def __init__(self, *given, **settings): self.given, self.settings = given, settings
Slider = Number = Dropdown = Image = Gallery = Part
class Interface(Part): launch = None
""",
    "spaces": """
def GPU(duration):
    return lambda function: function
""",
}
SHOW = """
import importlib.util, json, sys
from PIL import Image
def page(file):
    spec = importlib.util.spec_from_file_location("app", file)
    app = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(app)
    def shown(*given):
        try:
            return [[image.mode, *image.size, hash(image.tobytes())] for image in app.show(*given)]
        except app.gradio.Error as error:
            return str(error)
    inputs = app.page.given[1]
    return {
        "visible": [part.settings.get("visible", True) for part in inputs],
        "classes": inputs[2].given[0],
        "title": app.page.settings["title"],
        "three": shown(3, 7, "any", None),
        "again": shown(3, 7, "any", None),
        "one": shown(1.0, None, None, None),
        "class": shown(2, 7, "2", None),
        "other": shown(2, 7, "1", None),
        "translated": shown(1, 0, "any", Image.new("RGB", (30, 20), "red")),
        "many": shown(1000, 0, "any", None),
    }
print(json.dumps([page(file) for file in sys.argv[1:]]))
"""


def test_the_pages_show_images_points_labels_and_translations(connected, tmp_path):
    """The program of a Space, in a process of its own that pulls the model from the Hub."""
    for module, text in STUBS.items():
        (tmp_path / f"{module}.py").write_text(text)
    files = []
    for name in ("cgan", "gan", "cyclegan"):
        ganzoo.push(tiny(name), f"me/{name}", space=True)
        files.append(tmp_path / f"{name}.py")
        files[-1].write_bytes(connected.repositories[f"spaces/me/{name}"].files()["app.py"])
    paths = [str(tmp_path), str(Path(ganzoo.__file__).parent.parent)]
    code = f"import sys; sys.path.insert(0, {paths[0]!r}); sys.path.append({paths[1]!r})\n{SHOW}"
    done = processes.run(*files, code=code)
    assert done.returncode == 0, done.stderr[-3000:]
    labelled, points, translating = json.loads(done.stdout.splitlines()[-1])

    assert labelled["visible"] == [True, True, True, False] and labelled["title"] == "me/cgan"
    assert labelled["classes"] == ["any", *map(str, range(10))]
    assert len(labelled["three"]) == 3 and labelled["three"] == labelled["again"]
    assert labelled["three"][0][:3] == ["L", 8, 8] and len(labelled["one"]) == 1
    assert labelled["class"] != labelled["other"] and "n must be a whole number" in labelled["many"]

    assert points["visible"] == [True, True, False, False] and points["classes"] == ["any"]
    assert len(points["three"]) == len(points["one"]) == 1 and points["three"][0][0] == "RGB", "points are one picture"

    assert translating["visible"] == [False, True, False, True] and translating["translated"][0][:3] == ["RGB", 16, 16]
    assert "must be an image" in translating["one"], "without a source there is nothing to translate"
