"""Points of z, w and w+, and walks between them."""

import pytest
import torch

import ganzoo
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.exploration.codes import between, draw_codes, render
from ganzoo.exploration.interpolation import interpolate, walk
from ganzoo.exploration.mixing import mix
from ganzoo.exploration.truncation import truncation_sweep


@pytest.mark.parametrize("space", ["z", "w", "w+"])
def test_a_point_of_a_seed_is_its_sample(toy, space):
    codes = draw_codes(toy, [4, 9], space=space)
    expected = torch.cat([toy.sample(1, seed=seed) for seed in (4, 9)])
    assert len(codes) == 2 and torch.allclose(render(toy, codes), expected, atol=1e-6)
    assert torch.allclose(render(toy, codes, batch_size=1), render(toy, codes), atol=1e-6)


def test_a_walk_in_w_is_straight_and_in_z_is_not(toy):
    for space in ("z", "w"):
        samples = interpolate(toy, seeds=[0, 1], steps=3, space=space)
        middle = (samples[0] + samples[2]) / 2
        assert samples.shape == (3, 1, 4, 4)
        # The toy is linear in w, and an arc of z is longer than its chord.
        assert torch.allclose(samples[1], middle, atol=1e-5) == (space == "w")


def test_a_walk_passes_all_ends_once(toy):
    ends = draw_codes(toy, [0, 1, 2], space="w+")
    assert len(walk(toy, ends, 5)) == 9
    path = walk(toy, ends, 2)
    assert torch.equal(path.styles, ends.styles)


def test_noise_stays_the_first_ends_in_w(toy):
    first, second = (draw_codes(toy, [seed], space="w") for seed in (0, 1))
    assert torch.equal(between(toy, first, second, 0.5).latent["z"], first.latent["z"])


def test_a_label_holds_for_the_whole_walk():
    model = ganzoo.load("bundled:cgan-digits")
    codes = draw_codes(model, [0, 1], label=7)
    assert codes.batch["y"].tolist() == [7, 7]
    assert interpolate(model, seeds=[0, 1], steps=2, label=7).shape == (2, 1, 16, 16)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"seeds": [0]}, ConfigError, "at least two"),
        ({"seeds": [0, 1], "steps": 1}, ConfigError, "at least two"),
        ({"seeds": [0, 1], "space": "v"}, ConfigError, "no latent space 'v'"),
        ({"seeds": [0, 1], "space": "w"}, NotSamplable, "no styles"),
    ],
)
def test_walks_that_cannot_be(digits, arguments, error, words):
    with pytest.raises(error, match=words):
        interpolate(digits, **arguments)


def test_models_that_translate_have_nothing_to_walk_through():
    model = ganzoo.create("cyclegan", channels=3, image_size=16, width=4, blocks=1)
    with pytest.raises(NotSamplable, match="no latent prior"):
        interpolate(model, seeds=[0, 1])


def test_mixing_takes_the_chosen_styles_from_the_column(toy):
    sheet = mix(toy, rows=[0, 1], columns=[5, 6, 7], layers=[0, 3]).unflatten(0, (3, 4))
    assert sheet.shape == (3, 4, 1, 4, 4) and bool((sheet[0, 0] == -1).all())
    for row in (1, 2):
        for column in (1, 2, 3):
            mixed, left, top = sheet[row, column, 0], sheet[row, 0, 0], sheet[0, column, 0]
            assert torch.allclose(mixed[[0, 3]], top[[0, 3]], atol=1e-6)
            assert torch.allclose(mixed[[1, 2]], left[[1, 2]], atol=1e-6)


@pytest.mark.parametrize("layers", [[4], [-1], []])
def test_styles_that_are_not_there(toy, layers):
    with pytest.raises(ConfigError, match="styles are 0 to 3"):
        mix(toy, rows=[0], columns=[1], layers=layers)


def test_a_sweep_has_the_same_samples_in_every_row(digits):
    rows = truncation_sweep(digits, truncations=(0.5, 1000.0), n=3, seed=2).unflatten(0, (2, 3))
    assert torch.allclose(rows[1], digits.sample(3, seed=2), atol=1e-4)
    assert torch.equal(rows[0], digits.sample(3, seed=2, truncation=0.5))
    with pytest.raises(ConfigError, match="no truncations"):
        truncation_sweep(digits, truncations=())
