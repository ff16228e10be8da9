"""The way of a file: recognised, read, its licence accepted, a model directory with a card."""

from __future__ import annotations

import hashlib
import json
import pickle

import pytest
import torch
from click.testing import CliRunner
from toy import Plugin, checkpoint

import ganzoo
from ganzoo.cli.main import cli
from ganzoo.core import registry
from ganzoo.errors import FormatError, LicenseNotAccepted, ModelDirectoryError, UntrustedFile
from ganzoo.importing import Source, convert, parity
from ganzoo.importing.inspection import inspect
from ganzoo.importing.licenses import meaning


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "toy.pkl"
    path.write_bytes(pickle.dumps(checkpoint(), 4))
    return path


@pytest.fixture
def plugin(monkeypatch):
    """Adds importers for a while: `plugin("Toy")`."""
    monkeypatch.setattr(registry, "_added", {})
    yield lambda *kinds: registry.add_plugin(Plugin(*kinds), namespace="toys")
    monkeypatch.undo()
    registry.refresh()


def test_a_file_becomes_a_model_directory_with_a_card(file, tmp_path, plugin):
    plugin("Toy")
    directory = convert(file, tmp_path / "model")
    loaded = ganzoo.load(str(directory))
    net = checkpoint()["net"]
    assert torch.equal(loaded.generator(torch.ones(2, 2)), _built(net).generator(torch.ones(2, 2)))
    origin = json.loads((directory / "config.json").read_text())["training"]["imported"]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert origin["source"] == "toy.pkl" and origin["sha256"] == digest and origin["format"] == "toys.toy"
    card = (directory / "README.md").read_text()
    for part in ("license: cc0-1.0", digest, "toy program 1.0", "a note", "toys.toy", "executes nothing"):
        assert part in card
    assert "ganzoo train" not in card
    with pytest.raises(ModelDirectoryError, match="holds a model already"):
        convert(file, directory)
    convert(file, directory, overwrite=True)


def _built(net):
    from ganzoo.testing.tiny import build_tiny
    from ganzoo.weights import copy_into

    gan, _ = build_tiny("gan", seed=1)
    copy_into(gan, net, what="test")
    return gan.eval()


@pytest.mark.parametrize(
    ("kind", "cause"),
    [("OwnTerms", "Nvidia-Source-Code: research and evaluation only"), ("NobodySaid", "unknown: nobody has said")],
)
def test_licences_with_conditions_must_be_accepted(file, tmp_path, plugin, kind, cause):
    plugin(kind)
    with pytest.raises(LicenseNotAccepted, match=cause) as caught:
        convert(file, tmp_path / "model")
    assert "--accept-license" in caught.value.hint and not (tmp_path / "model").exists()
    convert(file, tmp_path / "model", accept_license=True)
    card = (tmp_path / "model/README.md").read_text()
    assert ("license_name: nvidia-source-code" in card.lower()) if kind == "OwnTerms" else ("license: unknown" in card)


def test_what_licences_mean():
    assert all(meaning(free) is None for free in ("mit", "Apache-2.0", "BSD-3-Clause", "cc-by-4.0", "cc0-1.0"))
    assert all(meaning(bound) for bound in ("CC-BY-NC-4.0", "cc-by-nd-4.0", "LicenseRef-Own", "unknown"))


def test_a_format_that_nobody_knows_is_told_with_what_the_file_holds(tmp_path, plugin):
    plugin("Toy")
    path = tmp_path / "other.pkl"
    path.write_bytes(pickle.dumps({"weights": torch.ones(2)}, 4))
    with pytest.raises(FormatError, match=r"a dict of weights; it names .*torch\._utils\._rebuild_tensor_v2.*toy"):
        convert(path, tmp_path / "model")
    with pytest.raises(FormatError, match=r"a folder of other\.pkl"):
        convert(tmp_path, tmp_path / "model")


def test_a_file_that_several_know_needs_a_format(file, tmp_path, plugin):
    plugin("Toy", "OwnTerms")
    with pytest.raises(FormatError, match="several formats: ownterms, toy"):
        convert(file, tmp_path / "model")
    convert(file, tmp_path / "model", format="toy")


def test_a_file_that_is_refused_is_refused_before_anything_is_written(tmp_path, plugin):
    plugin("Toy")
    path = tmp_path / "bad.pkl"
    path.write_bytes(b"\x80\x04cos\nsystem\n\x8c\x04true\x85R.")
    with pytest.raises(UntrustedFile, match=r"names os\.system"):
        convert(path, tmp_path / "model")
    assert not (tmp_path / "model").exists()
    with pytest.raises(UntrustedFile, match="does not exist"):
        convert(tmp_path / "nothing.pkl", tmp_path / "model")


def test_an_importer_that_stumbles_over_a_file_blames_the_file(tmp_path, plugin):
    plugin("Toy")
    path = tmp_path / "toy.pkl"
    for content, cause in (({"toy": 1}, "KeyError: 'net'"), ({"toy": 1, "net": {}}, "missing tensor")):
        path.write_bytes(pickle.dumps(content, 4))
        with pytest.raises(UntrustedFile, match=cause) as caught:
            convert(path, tmp_path / "model")
        assert caught.value.__cause__ is not None and not (tmp_path / "model").exists()


def test_sources_that_are_folders(tmp_path):
    (tmp_path / "config.json").write_text('{"size": 3}')
    (tmp_path / "weights.bin").write_bytes(pickle.dumps({"a": 1}, 4))
    source = Source(tmp_path)
    assert source.names() == ["config.json", "weights.bin"] and source.json("config.json") == {"size": 3}
    assert source.file("weights.bin").content == {"a": 1}
    before = source.sha256
    (tmp_path / "unread.txt").write_text("x")
    assert source.sha256 == before == hashlib.sha256(_lines(tmp_path, "config.json", "weights.bin")).hexdigest()
    (tmp_path / "config.json").write_text('{"size": 4}')
    assert source.json("config.json") == {"size": 4} and source.sha256 != before
    for name in ("../config.json", "missing.bin", str(tmp_path / "config.json")):
        with pytest.raises(UntrustedFile, match="holds no file"):
            source.file(name)
    (tmp_path / "config.json").write_text("[1]")
    with pytest.raises(UntrustedFile, match="no table"):
        source.json("config.json")


def _lines(folder, *names):
    """What sha256sum prints for files."""
    return "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names).encode()


def test_the_command(file, tmp_path, plugin):
    plugin("OwnTerms")
    run = CliRunner().invoke
    assert isinstance(run(cli, ["import", str(file), str(tmp_path / "m")]).exception, LicenseNotAccepted)
    done = run(cli, ["import", str(file), str(tmp_path / "m"), "--accept-license"], catch_exceptions=False)
    assert done.exit_code == 0 and f"ganzoo sample {tmp_path / 'm'} 16" in done.output
    told = run(cli, ["import", "--inspect", str(file)], catch_exceptions=False).output
    assert "names 4 globals" in told and "recognise it: ownterms" in told
    assert "ownterms" in run(cli, ["list", "importers"]).output
    assert run(cli, ["import", str(file)]).exit_code == 2


def test_inspecting_tells_networks_apart(tmp_path):
    (tmp_path / "net.pkl").write_bytes(pickle.dumps({"G": torch.nn.Linear(3, 2), "n": 3}, 4))
    lines = list(inspect(tmp_path / "net.pkl"))
    assert "  G: network Linear with 8 numbers" in lines and "  n: int 3" in lines


def test_parity_goes_the_whole_way_and_fails_where_outputs_differ(file, tmp_path, plugin, monkeypatch, capsys):
    plugin("Toy")
    z = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))
    image = _built(checkpoint()["net"]).generator(z).detach()
    case = {"name": "same", "checkpoint": "toy.pkl", "entry": "G_ema", "mode": "eval", "inputs": {"z": z},
            "kwargs": {}, "outputs": {"img": image}, "rtol": 1e-4, "atol": 1e-5}  # fmt: skip
    off = {**case, "name": "off", "outputs": {"img": image + 1e-3 * image.std()}}
    half = {**off, "name": "half", "kwargs": {"dtype": "bf16 as published"}}
    more = {**case, "name": "more", "outputs": {"ws": image}}
    torch.save({"meta": {}, "cases": [case, off, half, more]}, tmp_path / "expected.pt")
    results = list(parity.run(tmp_path))
    assert [result.passed for result in results] == [True, False, True, False]
    assert results[0].difference == 0 and 0.9e-3 < results[1].difference < 1.1e-3
    monkeypatch.setattr("sys.argv", ["parity", str(tmp_path)])
    with pytest.raises(SystemExit, match="1"):
        parity.main()
    assert "4 outputs compared, 2 beyond their limit" in capsys.readouterr().out
