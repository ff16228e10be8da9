"""Models of an older revision load into the newer one, and nothing is checked less strictly for it."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

import ganzoo
from ganzoo import model_directory
from ganzoo.errors import ModelDirectoryError, TargetError
from ganzoo.files import sha256

POINTS = torch.tensor([[0.5, -1.0], [2.0, 0.25], [0.0, 0.0]])


def config_of(directory):
    return json.loads((directory / "config.json").read_text())


@pytest.mark.parametrize(("written", "read"), [("1.0", "2.0"), ("1.0", "3.0"), ("2.0", "3.0")])
def test_an_old_model_loads_into_a_newer_revision_and_is_the_same_model(toy, save, written, read):
    toy.release(written)
    directory = save()
    samples = ganzoo.load(directory).sample(5, seed=3)
    judged = ganzoo.load(directory, training=True).discriminate(POINTS, {})
    toy.release(read)
    gan, live = ganzoo.load(directory), ganzoo.load(directory, training=True)
    assert torch.equal(gan.sample(5, seed=3), samples) and torch.equal(live.sample(5, seed=3), samples)
    assert torch.equal(live.discriminate(POINTS, {}), judged), "the other players are migrated too"
    assert gan.discriminator is None and gan.config["width"] == 6 and "hidden" not in gan.config


def test_saved_again_it_is_of_the_present_revision(toy, save, tmp_path):
    directory = save()
    toy.release("3.0")
    live = ganzoo.load(directory, training=True)
    again = model_directory.save(live, tmp_path / "again", live=live)
    assert config_of(directory)["architecture"]["revision"] == 1, "loading changes nothing on disk"
    now = config_of(again)
    assert now["architecture"] == {
        "name": "toy.toy", "revision": 3, "config": {"features": 2, "width": 6, "critic_depth": 1},
    }  # fmt: skip
    assert now["provider"] == {"distribution": "toy-gans", "version": "3.0", "requires": ""}
    assert torch.equal(ganzoo.load(again).sample(4, seed=0), live.sample(4, seed=0))


def test_a_migrated_model_can_be_trained_on(toy, save, tmp_path):
    directory = save()
    toy.release("3.0")
    ganzoo.train(
        ganzoo.load(directory, training=True), "ring8", rounds=2, batch_size=4, out=tmp_path / "run", device="cpu"
    )
    assert config_of(tmp_path / "run" / "model")["architecture"]["revision"] == 3


def test_mapping_a_migrated_model_copies_it(toy, save):
    directory = save()
    toy.release("3.0")
    assert torch.equal(ganzoo.load(directory, mmap=True).sample(3, seed=1), ganzoo.load(directory).sample(3, seed=1))


def test_a_newer_revision_asks_for_an_upgrade(toy, save):
    toy.release("2.0")
    directory = save()
    toy.release("1.0")
    with pytest.raises(ModelDirectoryError, match=r"revision 2 of toy.toy; toy-gans 1.0 has revision 1") as raised:
        ganzoo.load(directory)
    assert raised.value.hint == "upgrade the plugin: ganzoo plugin install --upgrade toy-gans"


ENTRY = """entries.Architecture(
    name="toy", target="{models}:Toy", summary="A toy that is odd", modality=("points",), revision=2, %s
)"""
TOY = """
    import torch
    from ganzoo.zoo.gan import VanillaGAN

    class Toy(VanillaGAN):
        def __init__(self, *, features: int = 2, hidden: int = 6) -> None:
            super().__init__(features=features, width=hidden, depth=1)

    def migrate(config, tensors, from_revision):
        %s
"""


@pytest.fixture
def upgrade(toy):
    """Release a toy whose tensors are the old ones, with this as the body of its `migrate`."""

    def release(body):
        toy.install("2.0", TOY % body, ENTRY % 'migrate="{models}:migrate"')

    return release


def test_an_older_revision_without_migrate_names_the_version_that_reads_it(toy, save):
    directory = save()
    toy.install("2.0", TOY % "pass", ENTRY % "")
    with pytest.raises(ModelDirectoryError, match=r"revision 1 .* cannot migrate") as raised:
        ganzoo.load(directory)
    assert raised.value.hint == "install the version that wrote it: ganzoo plugin install toy-gans==1.0"


@pytest.mark.parametrize("revision", [0, -1])
def test_there_is_no_revision_before_the_first(toy, save, edit, upgrade, revision):
    directory = save()
    edit(directory, lambda config: config["architecture"].update(revision=revision))
    upgrade("return config, tensors")
    with pytest.raises(ModelDirectoryError, match="revisions begin with 1"):
        ganzoo.load(directory)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("tensors.pop('generator.0.bias'); return config, tensors", "missing tensor 'generator.0.bias'"),
        ("return config, {**tensors, 'x': torch.zeros(1)}", "unexpected tensor 'x'"),
        ("return config, {n: t.double() for n, t in tensors.items()}", "float64"),
        ("return {**config, 'hidden': 7}, tensors", "does not fit"),
        ("return {**config, 'hidden': 10**7}, tensors", "migrated, architecture.config has 10000000"),
        ("return {**config, 'hiden': 7}, tensors", "hiden"),
        ("return config, {**tensors, 'x': torch.zeros(2**40)}", "bytes of tensors, and migrated would take"),
        ("tensors['x'] = torch.zeros(2**40); return config, tensors", "migrated would take"),
        ("tensors['nothing']", "cannot be migrated from revision 1 to 2: KeyError: 'nothing'"),
        ("tensors['generator.0.bias'].sum().item()", r"cannot be migrated .*item\(\)"),
    ],
)
def test_what_is_migrated_is_held_to_the_present_revision_before_weights_are_read(
    save, upgrade, monkeypatch, body, message
):
    directory = save()
    upgrade(body)
    monkeypatch.setattr(model_directory, "safe_open", lambda *_, **__: pytest.fail("memory was taken"))
    with pytest.raises(ModelDirectoryError, match=message):
        ganzoo.load(directory)


@pytest.mark.parametrize("body", ["return tensors", "return config", "pass", "return config, list(tensors)"])
def test_a_migrate_that_returns_something_else_is_the_plugin_s_fault(save, upgrade, body):
    directory = save()
    upgrade(body)
    with pytest.raises(TargetError, match=r"toy_models_2:migrate \(toy-gans 2.0\) returned"):
        ganzoo.load(directory)


def test_a_migrate_that_is_not_there_is_the_plugin_s_fault(toy, save):
    directory = save()
    toy.install("2.0", TOY % "pass", ENTRY % 'migrate="{models}:migrat"')
    with pytest.raises(TargetError, match=r"`migrate` of toy\.toy"):
        ganzoo.load(directory)


def test_what_migrate_does_with_values_is_checked_too(save, upgrade):
    directory = save()
    upgrade("return config, {n: t.half() if t.device.type == 'cpu' else t for n, t in tensors.items()}")
    with pytest.raises(ModelDirectoryError, match="float16"):
        ganzoo.load(directory)


def test_new_tensors_are_drawn_alike_at_every_load_and_disturb_no_stream(save, upgrade):
    directory = save()
    upgrade("return config, {**tensors, 'generator.0.bias': torch.randn(6)}")
    drawn = []
    for seed in (1, 2):
        before = torch.manual_seed(seed).get_state()
        drawn.append(ganzoo.load(directory).generator[0].bias)
        assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(*drawn)


def test_what_is_migrated_has_memory_of_its_own_in_the_plain_layout(save, upgrade):
    directory = save()
    upgrade(
        "w = tensors['generator.0.weight']; b = tensors['generator.0.bias']; "
        "return config, {**tensors, 'generator.0.weight': w.t().contiguous().t(), 'discriminator.0.bias': b}"
    )
    gan = ganzoo.load(directory, training=True, mmap=True)
    assert gan.generator[0].weight.is_contiguous()
    assert gan.generator[0].bias.equal(gan.discriminator[0].bias)
    assert gan.generator[0].bias.data_ptr() != gan.discriminator[0].bias.data_ptr()


def test_an_old_file_is_hashed_and_searched_for_nan_like_any_other(toy, save, edit):
    directory = save()
    toy.release("3.0")
    tensors = load_file(directory / "model.safetensors")
    next(iter(tensors.values())).view(-1)[0] = float("nan")
    save_file(tensors, directory / "model.safetensors")
    with pytest.raises(ModelDirectoryError, match="hash differs"):
        ganzoo.load(directory)
    digest = sha256(directory / "model.safetensors")
    edit(directory, lambda config: config["weights"]["model.safetensors"].update(sha256=digest))
    with pytest.raises(ModelDirectoryError, match="NaN or infinity"):
        ganzoo.load(directory)
