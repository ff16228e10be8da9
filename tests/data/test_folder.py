from __future__ import annotations

import io
import os
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ganzoo.data import StreamData, TensorData, image_decoding, image_files
from ganzoo.data.folder import folder
from ganzoo.errors import BrokenImages, ConfigError, DataError

FILES = ("cats/a.png", "cats/b.jpg", "dogs/c.bmp", "dogs/d.tif", "dogs/young/e.webp")


def encoded(grey: int, suffix: str = ".png", size: tuple[int, int] = (12, 10)) -> bytes:
    """A file of one grey."""
    file = io.BytesIO()
    Image.new("RGB", size, (grey,) * 3).save(file, Image.registered_extensions()[suffix])
    return file.getvalue()


def images() -> dict[str, bytes]:
    """Image i has the grey 50 * i; what is no image stands between them."""
    contents = {name: encoded(50 * i, Path(name).suffix) for i, name in enumerate(FILES)}
    return {**contents, "readme.txt": b"hello", "cats/.hidden.png": b"", "__MACOSX/cats/a.png": b""}


def write(path: Path, contents: dict[str, bytes]) -> Path:
    """A directory, zip or tar (by the suffix) of these contents, in reversed order."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in reversed(contents.items()):
                archive.writestr(name, content)
    elif ".tar" in path.name:
        with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
            for name, content in reversed(contents.items()):
                member = tarfile.TarInfo(name)
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    else:
        for name, content in contents.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
    return path


def greys(data) -> list[int]:
    """The mean of each image, as 0..255."""
    means = data.map(lambda batch: batch["x"].mean((1, 2, 3)), batch_size=2)
    return ((means + 1) * 127.5).round().long().tolist()


@pytest.mark.parametrize("name", ["pictures", "pictures.zip", "pictures.tar", "pictures.tar.gz"])
@pytest.mark.parametrize("resident_megabytes", [1, 0])
def test_directories_and_archives_hold_the_same(tmp_path, name, resident_megabytes):
    path = write(tmp_path / name, images())
    data = folder(path=str(path), image_size=8, resident_megabytes=resident_megabytes, workers=0)
    assert isinstance(data, TensorData if resident_megabytes else StreamData)
    assert greys(data) == pytest.approx([0, 50, 100, 150, 200], abs=1)
    assert data.map(lambda batch: batch["y"]).tolist() == [0, 0, 1, 1, 1]
    assert data.spec.class_names == ("cats", "dogs") and data.spec.class_counts == (2, 3)
    assert (data.spec.name, data.spec.size, data.spec.channels) == ("pictures", 5, 3)
    assert os.listdir(tmp_path) == [name]


def test_a_large_set_streams_in_the_order_of_a_small_one(tmp_path):
    for name in ("pictures", "pictures.zip"):
        path = str(write(tmp_path / name, images()))
        sets = [folder(path=path, image_size=8, resident_megabytes=size, horizontal_flip=True) for size in (1, 0)]
        one, two = (data.reader(batch_size=3, seed=2) for data in sets)
        for _ in range(4):
            here, there = one.next(), two.next()
            assert torch.equal(here["x"], there["x"]) and torch.equal(here["y"], there["y"])


@pytest.mark.parametrize("name", ["pictures.zip", "pictures.tar", "pictures.tar.gz"])
def test_sources_can_be_sent_to_workers(tmp_path, name):
    source = image_files.open_source(write(tmp_path / name, images()))
    source.read("cats/a.png")
    assert pickle.loads(pickle.dumps(source)).read("cats/a.png") == encoded(0)


def test_labels(tmp_path):
    path = str(write(tmp_path / "a", images()))
    assert folder(path=path, image_size=4, labels="none").spec.num_classes is None
    write(tmp_path / "a", {"loose.png": encoded(9)})
    data = folder(path=path, image_size=4)
    assert data.spec.num_classes is None and set(data.first(1)) == {"x"}
    with pytest.raises(DataError, match=r"loose\.png"):
        folder(path=path, image_size=4, labels="directories")


def test_a_single_directory_around_all_is_looked_through(tmp_path):
    path = write(tmp_path / "a.zip", {f"export/{name}": content for name, content in images().items()})
    assert folder(path=str(path), image_size=4).spec.class_names == ("cats", "dogs")
    path = write(tmp_path / "b.zip", {"export/a.png": encoded(0)})
    assert folder(path=str(path), image_size=4).spec.num_classes is None
    assert folder(path=str(path), image_size=4, labels="directories").spec.class_names == ("export",)


@pytest.mark.parametrize("name", ["evil.zip", "evil.tar"])
def test_names_that_point_elsewhere_are_read_and_written_nowhere(tmp_path, name):
    (tmp_path / "inside").mkdir()
    path = write(tmp_path / "inside" / name, {"../up.png": encoded(50), "/abs/olute.png": encoded(100)})
    data = folder(path=str(path), image_size=4)
    assert sorted(greys(data)) == [50, 100]
    assert {file.name for file in tmp_path.rglob("*")} == {"inside", name} and not Path("/abs").exists()


def test_names_may_begin_with_a_dot_and_slash(tmp_path):
    path = write(tmp_path / "a.tar", {"./b/1.png": encoded(0), "./c/2.png": encoded(100)})
    assert folder(path=str(path), image_size=4).spec.class_names == ("b", "c")


def test_links_to_directories_are_followed_but_not_for_ever(tmp_path):
    write(tmp_path / "elsewhere", {"a.png": encoded(50)})
    write(tmp_path / "set", {"own/b.png": encoded(100)})
    (tmp_path / "set" / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set" / "own" / "loop").symlink_to(tmp_path / "set")
    data = folder(path=str(tmp_path / "set"), image_size=4)
    assert data.spec.class_names == ("linked", "own") and greys(data) == [50, 100]


def test_images_are_covered_and_cropped_at_the_centre(tmp_path):
    picture = np.zeros((20, 60, 3), np.uint8)
    picture[:, 20:40] = 255
    (tmp_path / "a").mkdir()
    Image.fromarray(picture).save(tmp_path / "a" / "wide.png")
    data = folder(path=str(tmp_path / "a"), image_size=10)
    assert float(data.first(1)["x"].min()) > 0.8
    wide = folder(path=str(tmp_path / "a"), image_size=(4, 12))
    assert wide.spec.image_size == (4, 12)
    columns = wide.first(1)["x"].mean((0, 1, 2))
    assert (columns[5:7] > 0.9).all() and (columns[:3] < -0.9).all() and (columns[-3:] < -0.9).all()


def test_photographs_are_turned_upright(tmp_path):
    picture = Image.new("L", (20, 20))
    picture.paste(255, (0, 0, 20, 10))
    exif = picture.getexif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise: the top comes to the right
    (tmp_path / "a").mkdir()
    picture.save(tmp_path / "a" / "p.jpg", exif=exif)
    x = folder(path=str(tmp_path / "a"), image_size=4, channels=1).first(1)["x"][0, 0]
    assert (x[:, 3] > 0.8).all() and (x[:, 0] < -0.8).all()


def mode_of(mode: str) -> Image.Image:
    """An image that shows the colour (200, 100, 50), or the grey 128, in a mode."""
    colour = Image.new("RGB", (6, 6), (200, 100, 50))
    if mode == "I;16":
        return Image.fromarray(np.full((6, 6), 128 * 257, np.uint16))
    if mode == "P+transparency":
        image = colour.convert("P", palette=Image.Palette.ADAPTIVE)
        image.info["transparency"] = bytes([0] * 256)
        return image
    if mode in ("L", "LA", "I"):
        return Image.new(mode, (6, 6), {"L": 128, "LA": (128, 255), "I": 128 * 257}[mode])
    if mode == "1":
        return Image.new("1", (6, 6), 1)
    if mode == "clear RGBA":
        return Image.new("RGBA", (6, 6), (200, 100, 50, 0))
    return colour.convert(mode)


@pytest.mark.parametrize(
    "mode,expected",
    [
        ("RGB", (200, 100, 50)),
        ("RGBA", (200, 100, 50)),
        ("clear RGBA", (255, 255, 255)),
        ("P", (200, 100, 50)),
        ("P+transparency", (255, 255, 255)),
        ("CMYK", (200, 100, 50)),
        ("YCbCr", (200, 100, 50)),
        ("HSV", (200, 100, 50)),
        ("L", (128,) * 3),
        ("LA", (128,) * 3),
        ("I;16", (128,) * 3),
        ("I", (128,) * 3),
        ("1", (255,) * 3),
    ],
)
def test_every_mode_becomes_every_other(mode, expected):
    image = mode_of(mode)
    pixel = image_decoding.as_mode(image, "RGB").getpixel((3, 3))
    assert pixel == pytest.approx(expected, abs=4)
    assert image_decoding.as_mode(image, "RGBA").getpixel((3, 3))[3] == (0 if "clear" in mode or "+" in mode else 255)
    grey = round(0.299 * expected[0] + 0.587 * expected[1] + 0.114 * expected[2])
    assert image_decoding.as_mode(image, "L").getpixel((3, 3)) == pytest.approx(grey, abs=4)
    assert image_decoding.as_mode(image, "LA").mode == "LA"


@pytest.mark.parametrize("image", [Image.new("F", (3, 3)), Image.new("I", (3, 3), 70_000), Image.new("I", (3, 3), -1)])
def test_pixels_of_unknown_range_are_refused(image):
    with pytest.raises(ValueError, match="white"):
        image_decoding.as_mode(image, "L")


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_channels(tmp_path, channels):
    path = str(write(tmp_path / "a", {"x.png": encoded(100)}))
    data = folder(path=path, image_size=4, channels=channels)
    x = ((data.first(1)["x"][0, :, 0, 0] + 1) * 127.5).round().tolist()
    assert x == {1: [100], 2: [100, 255], 3: [100] * 3, 4: [100] * 3 + [255]}[channels]


def test_broken_images_are_named_or_left_out(tmp_path):
    contents = {f"broken{i}.png": encoded(0)[:40] for i in range(7)}
    path = str(write(tmp_path / "a", {**contents, "good.png": encoded(100), "text.jpg": b"no image"}))
    with pytest.raises(BrokenImages, match=r"8 image.*broken0\.png.*broken4\.png.*3 more") as caught:
        folder(path=path, image_size=4)
    assert "broken5.png" not in caught.value.message and "skip_broken" in caught.value.hint
    for resident_megabytes in (1, 0):
        with pytest.warns(UserWarning, match=r"8 image.*broken0\.png"):
            data = folder(path=path, image_size=4, skip_broken=True, resident_megabytes=resident_megabytes, workers=0)
        assert greys(data) == [100] and data.spec.size == 1
    (tmp_path / "a" / "good.png").unlink()
    with pytest.raises(DataError, match="none of the 8"):
        folder(path=path, image_size=4, skip_broken=True)


@pytest.mark.parametrize("workers", [0, 1])
def test_a_broken_image_of_a_large_set_is_named_when_it_is_met(tmp_path, workers):
    path = str(write(tmp_path / "a", {"a.png": encoded(0), "b.png": encoded(0)[:40]}))
    reader = folder(path=path, image_size=4, resident_megabytes=0, workers=workers).reader(batch_size=2, seed=0)
    with pytest.raises(BrokenImages, match=r"b\.png") as caught:
        reader.next()
    assert "Traceback" not in str(caught.value)


def test_bombs_are_named(tmp_path, monkeypatch):
    path = str(write(tmp_path / "a", {"a.png": encoded(0, size=(40, 40))}))
    for limit in (1000, 200):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        with pytest.raises(BrokenImages, match=r"a\.png.*decompression bomb"):
            folder(path=path, image_size=4)
    monkeypatch.undo()
    monkeypatch.setattr(image_files, "LARGEST_FILE", 50)
    for name in ("a.zip", "a.tar", "a.tar.gz"):
        with pytest.raises(BrokenImages, match="unpacks to"):
            folder(path=str(write(tmp_path / name, {"a.png": encoded(0)})), image_size=4)
    monkeypatch.undo()
    monkeypatch.setattr(image_files, "LARGEST_COMPRESSED_TAR", 50)
    with pytest.raises(DataError, match="compressed as a whole"):
        folder(path=str(tmp_path / "a.tar.gz"), image_size=4)


def test_encrypted_and_damaged_members_are_named(tmp_path):
    path = write(tmp_path / "a.zip", {"a.png": encoded(0)})
    content = bytearray(path.read_bytes())
    content[6] |= 1  # the flag of encryption, in both headers
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(BrokenImages, match="encrypted"):
        folder(path=str(path), image_size=4)
    path = write(tmp_path / "b.zip", {"a.png": encoded(0)})
    content = bytearray(path.read_bytes())
    content[50] ^= 255
    path.write_bytes(content)
    with pytest.raises(BrokenImages, match="CRC"):
        folder(path=str(path), image_size=4)


def test_wrong_paths(tmp_path):
    for path, message in (
        (tmp_path / "nowhere", "does not exist"),
        (write(tmp_path, {"notes.txt": b"hello"}) / "notes.txt", "neither a directory"),
        (write(tmp_path / "empty", {"notes.txt": b"hello"}), "holds no images"),
        (write(tmp_path / "empty.zip", {}), "holds no images"),
    ):
        with pytest.raises(DataError, match=message) as caught:
            folder(path=str(path))
        assert caught.value.hint
    cut = write(tmp_path / "cut.tar.gz", {"a.png": os.urandom(9000)})
    cut.write_bytes(cut.read_bytes()[:5000])
    with pytest.raises(DataError, match="cannot be read"):
        folder(path=str(cut))


@pytest.mark.parametrize(
    "settings",
    [{"image_size": 0}, {"image_size": (8, 0)}, {"channels": 5}, {"labels": "csv"}, {"workers": -1}],
)
def test_impossible_settings_are_refused(tmp_path, settings):
    write(tmp_path, {"a.png": encoded(0)})
    with pytest.raises(ConfigError, match=next(iter(settings))):
        folder(path=str(tmp_path), **settings)


def test_one_image_makes_any_batch(tmp_path):
    write(tmp_path / "a", {"a.png": encoded(100)})
    for resident_megabytes in (1, 0):
        data = folder(path=str(tmp_path / "a"), image_size=4, resident_megabytes=resident_megabytes, workers=0)
        batch = data.reader(batch_size=5, seed=0).next()
        assert batch["x"].shape == (5, 3, 4, 4) and set(batch) == {"x"}
