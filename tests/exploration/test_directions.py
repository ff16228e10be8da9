"""SeFa against singular vectors."""

import pytest
import torch
from torch import nn

import ganzoo
from ganzoo.errors import ConfigError, NotSamplable
from ganzoo.exploration.codes import draw_codes, render
from ganzoo.exploration.directions import directions, edits, first_weights, move


def test_directions_are_the_right_singular_vectors_of_the_first_matrix():
    model = ganzoo.create("gan", features=2, latent_dim=5, width=16)
    matrix = next(module for module in model.generator.modules() if isinstance(module, nn.Linear)).weight
    assert torch.equal(first_weights(model), matrix)
    _, values, vectors = torch.linalg.svd(matrix.detach())
    found = directions(model, count=5)
    assert torch.allclose(found.strengths, values.square(), rtol=1e-4)
    assert torch.allclose((found.vectors * vectors).sum(1).abs(), torch.ones(5), atol=1e-4)


@pytest.mark.parametrize("name", ["dcgan", "progan", "cgan"])
def test_the_first_layer_is_found_whatever_it_is(name):
    data = ganzoo.load_data("digits", image_size=8)
    model = ganzoo.create(name, data=data, latent_dim=6, width=8)
    matrix = first_weights(model)
    assert matrix.shape[1] == 6
    codes = draw_codes(model, [0])
    if name == "dcgan":
        layer = next(module for module in model.generator.modules() if isinstance(module, nn.ConvTranspose2d))
        outputs = layer(model.prior(codes.latent)[:, :, None, None]).flatten()
        products = (matrix @ model.prior(codes.latent)[0]).detach()
        assert torch.allclose(outputs.sort().values, products.sort().values, atol=1e-5)


def test_of_styles_only_the_chosen_layers_count_and_move(toy):
    found = directions(toy, count=2, layers=[1])
    _, values, _ = torch.linalg.svd(toy.style_weights()[1].detach())
    assert found.space == "w" and torch.allclose(found.strengths, values.square(), rtol=1e-4)
    code = draw_codes(toy, [0], space="w")
    change = (render(toy, move(toy, code, found, 0, 2.0)) - render(toy, code))[0, 0]
    assert bool((change[[0, 2, 3]] == 0).all())
    assert float(change[1].norm()) == pytest.approx(float(values[0]) / 2, rel=1e-4)


def test_a_learned_mixture_is_moved_where_the_generator_sees_it(digits):
    code = draw_codes(digits, [3])
    found = directions(digits, count=1)
    moved = move(digits, code, found, 0, 1.5)
    with torch.no_grad():
        step = digits.prior(moved.latent) - digits.prior(code.latent)
    assert torch.allclose(step[0], 1.5 * found.vectors[0], atol=1e-5)


def test_edits_have_a_row_for_each_direction(digits):
    sheet = edits(digits, directions(digits, count=2), seed=3, amounts=(-1, 0, 1)).unflatten(0, (2, 3))
    assert torch.allclose(sheet[0, 1], sheet[1, 1]) and not torch.allclose(sheet[0, 0], sheet[0, 2])
    assert torch.allclose(sheet[0, 1], digits.sample(1, seed=3)[0], atol=1e-5)


def test_what_has_no_directions(digits):
    with pytest.raises(ConfigError, match="32 dimensions"):
        directions(digits, count=33)
    with pytest.raises(NotSamplable, match="takes the latent code as it is"):
        directions(ganzoo.create("gan", features=2, generator="rbf"), count=1)
    codes = ganzoo.load("bundled:infogan-digits")
    with pytest.raises(NotSamplable, match="categories"):
        edits(codes, directions(codes, count=1))
