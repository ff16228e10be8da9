"""Every architecture goes to the Hub and comes back the same."""

import hashlib

import pytest
import torch

import ganzoo
from ganzoo.core import entries, registry
from ganzoo.testing.tiny import build_tiny, some_samples
from ganzoo.weights import named_tensors

from .helpers import digests_in_a_fresh_process, tiny

NAMES = [found.entry.name for found in registry.entries((entries.Architecture, entries.Recipe))]


def digest(gan, data):
    return hashlib.sha256(some_samples(gan, data, 5, seed=3).numpy().tobytes()).hexdigest()


def test_samples_are_the_same_online_offline_and_by_an_old_revision(connected, tmp_path):
    old, expected = {}, {}
    for name in NAMES:
        data = build_tiny(name)[1]
        for seed in (1, 0):
            gan = tiny(name, seed)
            pushed = ganzoo.push(gan, f"me/{name}")
            source = f"me/{name}@{pushed.commit}" if seed else f"me/{name}"
            expected[source] = digest(gan, data)
            if seed:
                old[source] = name
    home = connected.environment(tmp_path / "clean") | {"HF_HUB_CACHE": str(tmp_path / "clean" / "hub")}
    home |= {"HF_TOKEN": ""}
    latest = {f"me/{name}": name for name in NAMES}
    found = digests_in_a_fresh_process({**latest, **old}, home)
    assert found == expected
    requests = len(connected.log)
    assert digests_in_a_fresh_process(latest, {**home, "HF_HUB_OFFLINE": "1"}) == {s: expected[s] for s in latest}
    assert len(connected.log) == requests, "offline means offline"
    assert all(expected[source] != expected[f"me/{name}"] for source, name in old.items())


@pytest.mark.parametrize("name", NAMES)
def test_fine_tuning_starts_from_the_live_weights_of_every_player(connected, name):
    gan = tiny(name)
    ganzoo.push(gan, f"me/{name}", with_training_state=True)
    live = ganzoo.load(f"me/{name}", training=True)
    before, after = named_tensors(gan), named_tensors(live)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[key], after[key]) for key in before)
    trained = {module for player in live.players() for module in player.modules}
    assert all(live.get_submodule(module) is not None for module in trained if "." not in module)


def test_habits_of_other_libraries(connected):
    gan = tiny("gan")
    gan.push_to_hub("me/habit")
    loaded = type(gan).from_pretrained("me/habit")
    assert torch.equal(loaded.sample(3, seed=0), gan.sample(3, seed=0))
    with pytest.raises(ganzoo.errors.CompatibilityError, match="not a DCGAN"):
        registry.find(entries.Architecture, "dcgan").load().from_pretrained("me/habit")
