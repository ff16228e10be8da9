from __future__ import annotations

import pytest
import torch

from ganzoo.metrics.judges import load_judge
from ganzoo_plugin_stylegan.checks_stylegan2 import strength
from ganzoo_plugin_stylegan.manifold import covered, precision_recall
from ganzoo_plugin_stylegan.perceptual_path import path_lengths
from ganzoo_plugin_stylegan.style_measures import renewed, share, swapped
from ganzoo_plugin_stylegan.style_training import shapes
from ganzoo_plugin_stylegan.stylegan2 import StyleGAN2
from ganzoo_plugin_stylegan.truncation_measures import scaled_latents

SMALL = {"image_size": 32, "latent_dim": 6, "style_dim": 5, "mapping_layers": 1, "channel_max": 4}


def test_precision_and_recall_of_a_set_with_itself_and_of_a_part():
    torch.manual_seed(0)
    real = torch.randn(200, 3)
    assert precision_recall(real, real) == (1.0, 1.0)
    assert precision_recall(real, real + 100) == (0.0, 0.0)
    part = real[real[:, 0] > 0.5]
    precision, recall = precision_recall(real, part)
    assert precision == 1.0 and len(part) / 200 <= recall < 0.6


def test_a_ball_reaches_to_the_kth_neighbour():
    line = torch.tensor([[0.0], [1.0], [3.0], [10.0]])
    points = torch.tensor([[-1.0], [-1.1], [17.0], [17.1]])
    # The second neighbours are 3, 2, 3 and 9 away.
    assert covered(points, line, 2) == 1.0
    assert covered(torch.tensor([[-2.9], [-3.1], [19.0], [19.1]]), line, 2) == 0.5
    assert covered(torch.tensor([[1.5], [2.5], [5.0], [5.1]]), line[:3], 1) == pytest.approx(0.75)


def test_along_a_straight_line_the_length_is_the_same_everywhere():
    torch.manual_seed(0)
    gan = StyleGAN2(**SMALL)
    gan.synthesise = lambda ws, latent: ws[:, 0, :, None, None] / 20
    along_w, along_z = path_lengths(
        gan, lambda x: torch.cat([x.flatten(1), torch.full((len(x), 1), 10.0)], 1), n=50, seed=0
    )
    w = gan.generator.mapping(gan.draw(100, 0)["z"]).detach()
    # Features of nearly constant length 10: a step along w moves them by (w2 - w1) / 200 times its size.
    assert along_w == pytest.approx(float((w[50:] - w[:50]).square().sum(1).mean() / 200**2), rel=0.02)
    assert along_z > along_w, "the way along the great circle, through the mapping, is longer"


def test_noise_that_nobody_hears_makes_no_variance():
    torch.manual_seed(0)
    gan = StyleGAN2(**SMALL).eval()
    with torch.no_grad():
        assert renewed(gan, 0)["noise_share"] == pytest.approx(0.0, abs=1e-6)  # its strength starts at 0
        for name, parameter in gan.named_parameters():
            if name.endswith("strength"):
                parameter.fill_(100.0)
        assert renewed(gan, 0)["noise_share"] > 0.5


def test_shares_are_of_those_that_are_asked():
    assert share(torch.tensor([True, True, False, True]), torch.tensor([True, False, True, True])) == pytest.approx(
        2 / 3
    )


def test_all_styles_of_one_latent_are_followed():
    torch.manual_seed(0)
    gan = StyleGAN2(**SMALL).eval()
    gan.synthesise = lambda ws, latent: coloured(ws[:, 0, 0] > 0, ws[:, -1, 0] > 0)
    with torch.no_grad():
        measured = swapped(gan, 0)
    assert measured == {"coarse_shape": 1.0, "fine_colour": 1.0}


def coloured(square: torch.Tensor, red: torch.Tensor) -> torch.Tensor:
    """Squares or crosses of 32 pixels, red or blue."""
    images = torch.full((len(square), 3, 32, 32), -0.8)
    shapes = torch.zeros(2, 32, 32, dtype=torch.bool)
    shapes[1, 8:24, 8:24] = True
    shapes[0, 13:19, 5:27] = True
    shapes[0, 5:27, 13:19] = True
    for image, s, r in zip(images, square, red, strict=True):
        image[0 if r else 2][shapes[int(s)]] = 0.8
    return images


def test_only_the_shapes_that_were_asked_for():
    judge = load_judge("shapes")
    red_circles = shapes("test", 30, shape=0, colour=0)
    images = red_circles.first(red_circles.spec.size)["x"]
    assert 10 <= len(images) <= 60
    assert (judge.predict(images, "shape") == 0).all() and (judge.predict(images, "colour") == 0).all()


def test_scaled_latents_draw_the_same_images_and_scaled_styles_do_not():
    torch.manual_seed(0)
    gan = StyleGAN2(**SMALL).eval()
    whole, half = gan.sample(4, seed=0), gan.sample(4, seed=0, truncation=0.5)
    assert (whole - half).abs().max() > 1e-2
    assert torch.allclose(scaled_latents(gan).sample(4, seed=0, truncation=0.5), whole, atol=1e-5)


def test_demodulation_passes_and_its_control_does_not():
    assert strength("idea", 0)["distance_from_1"] <= 0.1 < strength("control", 0)["distance_from_1"]
