"""Films, and the commands with their pictures."""

import sys

import pytest
import torch
from click.testing import CliRunner
from PIL import Image

from ganzoo.cli.main import cli
from ganzoo.errors import ConfigError, DataError
from ganzoo.films import save_film

FRAMES = torch.linspace(-1, 1, 5)[:, None, None, None].expand(5, 1, 8, 8)


def test_a_gif_has_every_frame(tmp_path):
    save_film(FRAMES, tmp_path / "film.gif", frames_per_second=10)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 5 and film.info["duration"] == 100 and film.info["loop"] == 0
        film.seek(4)
        assert film.convert("L").getpixel((32, 32)) > 245


def test_an_mp4_has_every_frame(tmp_path):
    import av

    save_film(FRAMES, tmp_path / "film.mp4", frames_per_second=10)
    with av.open(str(tmp_path / "film.mp4")) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert len(frames) == 5 and float(film.streams.video[0].average_rate) == 10
    assert frames[0][30, 30] < 20 and frames[4][30, 30] > 235


def test_without_its_package_mp4_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ConfigError) as raised:
        save_film(FRAMES, tmp_path / "film.mp4")
    assert "ganzoo[video]" in raised.value.hint and not list(tmp_path.iterdir())


def test_what_is_no_film(tmp_path):
    with pytest.raises(DataError, match="no film"):
        save_film(torch.zeros(3, 2), tmp_path / "film.gif")
    with pytest.raises(DataError, match="no film"):
        save_film(FRAMES[:0], tmp_path / "film.gif")
    with pytest.raises(ConfigError, match="no film"):
        save_film(FRAMES, tmp_path / "film.avi")
    with pytest.raises(ConfigError, match="frames_per_second"):
        save_film(FRAMES, tmp_path / "film.gif", frames_per_second=0)


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False)


def test_commands_write_pictures_and_say_where(tmp_path):
    model = "bundled:dcgan-digits"
    commands = {
        "walk.gif": ("interpolate", model, "--seeds", "0,1", "--steps", 3),
        "sweep.png": ("truncate", model, "--truncations", "0.2,1", "--samples", 3),
        "moved.png": ("directions", model, "--count", 2, "--amounts", "-2,0,2"),
    }
    for name, words in commands.items():
        done = run(*words, "--out", tmp_path / name)
        assert done.exception is None and str(tmp_path / name) in done.output, done.output
        with Image.open(tmp_path / name) as picture:
            assert min(picture.size) >= 64
    run("sample", model, 1, "--seed", 5, "--out", tmp_path / "one.png")
    done = run("project", model, tmp_path / "one.png", "--steps", 3, "--out", tmp_path / "found.png")
    assert done.exception is None and "dB" in done.output


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("mix", "bundled:dcgan-digits"), "no styles"),
        (("directions", "bundled:dcgan-digits", "--amounts", "1,x"), "no list of numbers"),
        (("directions", "bundled:dcgan-digits", "--amounts", "nan"), "no list of numbers"),
        (("truncate", "bundled:infogan-digits"), "cannot be truncated"),
        (("interpolate", "bundled:gan-ring8", "--out", "walk.gif"), "no film"),
    ],
)
def test_commands_that_cannot_be(words, error, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*words)
    assert error in str(done.exception) and not list(tmp_path.iterdir())


def test_an_image_that_is_none_is_refused(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG broken")
    done = run("project", "bundled:dcgan-digits", tmp_path / "broken.png")
    assert isinstance(done.exception, DataError) and "broken.png" in str(done.exception)
