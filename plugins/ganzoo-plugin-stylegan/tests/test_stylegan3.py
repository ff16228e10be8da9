"""StyleGAN3 against its formulas, its own claim, and the original's answers (parity/stylegan3, random weights)."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import stylegan3_files
import torch

import ganzoo
from ganzoo.errors import ConfigError, UntrustedFile
from ganzoo.importing.conversion import find_importer, load_importer
from ganzoo.importing.parity import run
from ganzoo.importing.source import Source
from ganzoo_plugin_stylegan.alias_free_synthesis import AliasFreeLayer
from ganzoo_plugin_stylegan.fourier_input import FourierInput
from ganzoo_plugin_stylegan.layer_plan import LayerPlan, plan_layers
from ganzoo_plugin_stylegan.low_pass import low_pass, lower_rate, raise_rate
from ganzoo_plugin_stylegan.stylegan3 import StyleGAN3

SMALL = {"channels": 1, "image_size": 16, "latent_dim": 6, "style_dim": 5, "layers": 4, "channel_max": 6}


def gain(kernel, frequency, rate):
    """Of a filter (taps,) at a frequency."""
    places = torch.arange(len(kernel), dtype=torch.float64) / rate
    return abs(complex((kernel.double() * torch.exp(-2j * math.pi * frequency * places)).sum()))


@pytest.mark.parametrize(("taps", "cutoff", "width", "rate"), [(24, 6.0, 8.0, 64), (24, 4.0, 8.0, 64), (48, 8, 6, 64)])
def test_a_filter_lets_through_what_it_should(taps, cutoff, width, rate):
    kernel = low_pass(taps, cutoff, width, rate)
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-6) and torch.allclose(kernel, kernel.flip(0))
    assert gain(kernel, cutoff, rate) == pytest.approx(0.5, abs=0.1)
    assert all(gain(kernel, frequency, rate) < 0.1 for frequency in torch.linspace(cutoff + width / 2, rate / 2, 20))


def test_a_radial_filter_is_the_same_in_every_direction():
    kernel = low_pass(24, 4.0, 8.0, 64, radial=True).double()
    places = (torch.arange(24, dtype=torch.float64) - 11.5) / 64

    def along(angle, frequency):
        phase = frequency * (math.cos(angle) * places[:, None] + math.sin(angle) * places[None])
        return float((kernel * torch.cos(2 * math.pi * phase)).sum())

    for frequency in (2.0, 4.0, 6.0):
        answers = [along(angle, frequency) for angle in torch.linspace(0, math.pi / 2, 7).tolist()]
        assert max(answers) - min(answers) < 0.01, frequency


def test_raising_and_lowering_the_rate_are_their_definitions():
    torch.manual_seed(0)
    x, kernel = torch.randn(2, 3, 7, 7, dtype=torch.float64), torch.randn(6, dtype=torch.float64)
    for padding in ((4, 3, 2, 5), (-2, -1, -3, -2), (9, 0, 0, 9)):
        spread = x.new_zeros(2, 3, 14, 14)
        spread[:, :, ::2, ::2] = x
        padded = torch.nn.functional.pad(spread, padding)
        plane = (4 * torch.outer(kernel, kernel)).flip(0, 1).expand(3, 1, -1, -1)
        expected = torch.nn.functional.conv2d(padded, plane, groups=3)
        assert torch.allclose(raise_rate(x, kernel, 2, padding), expected, atol=1e-12)
    plane = torch.randn(4, 4, dtype=torch.float64)
    separable = torch.outer(kernel, kernel)
    big = torch.randn(2, 3, 13, 13, dtype=torch.float64)
    assert torch.allclose(lower_rate(big, kernel, 2), lower_rate(big, separable, 2), atol=1e-12)
    expected = torch.nn.functional.conv2d(big, plane.flip(0, 1).expand(3, 1, -1, -1), groups=3)[:, :, ::2, ::2]
    assert torch.allclose(lower_rate(big, plane, 2), expected, atol=1e-12)


def test_layers_are_planned_as_the_paper_does():
    plans = plan_layers(64, 3, layers=14, channel_base=1024, channel_max=32, kernel=3)
    # As the names of the layers in a published file of 64 pixels tell.
    assert [plan.out_size for plan in plans] == [36] * 4 + [52] * 4 + [84] * 5 + [64] * 2
    assert [plan.out_channels for plan in plans] == [32] * 10 + [25, 20, 16, 16, 3]
    assert plans[-1].image and plans[-1].kernel == 1 and [p.critical for p in plans] == [False] * 12 + [True] * 3
    assert plans[10].out_cutoff == pytest.approx(20.15873679831797) and plans[13].out_cutoff == 32
    assert plans[10].out_half_width == pytest.approx(11.841263201682029)


def test_a_filtered_activation_makes_no_frequency_above_its_cutoff():
    plan = LayerPlan(1, 1, 84, 84, 64, 64, 12.0, 12.0, 20.0, 20.0, kernel=1)
    energies = []
    for rate in (2, 1):
        layer = AliasFreeLayer(2, plan, activation_rate=rate)
        wave = torch.sin(2 * math.pi * 11.3 * torch.arange(84) / 64).expand(1, 1, 84, 84)
        with torch.no_grad():
            y = layer(wave, torch.zeros(1, 2))[0, 0, 40, 10:74]
        spectrum = torch.fft.rfft(y * torch.hann_window(64)).abs().square()
        # The wave's harmonic at 22.6 is in the transition band; at its layer's own rate the next, 33.9, folds to 30.1.
        energies.append(float(spectrum[28:].sum() / spectrum.sum()))
    assert energies[0] < 0.1 * energies[1]


def test_a_shift_of_the_input_moves_its_waves():
    torch.manual_seed(0)
    entry = FourierInput(3, 8, 36, 16, 2.0)
    with torch.no_grad():
        still = entry(torch.zeros(1, 3))
        entry.transform[0, 2] = -3 / 16  # of a side: three pixels to the right
        moved = entry(torch.zeros(1, 3))
    assert torch.allclose(moved[..., 3:], still[..., :-3], atol=1e-5)


def test_what_is_generated_moves_with_place():
    gan = StyleGAN3(**{**SMALL, "image_size": 32, "layers": 6, "channel_max": 16})
    latent = gan.draw(2, 0)
    ws = gan.styles(latent, {})
    with torch.no_grad():
        gan.synthesise(ws, latent)
        still = gan.synthesise(ws, latent)
        gan.place(shift=(4 / 32, 0.0))
        moved = gan.synthesise(ws, latent)
    inner = slice(8, -8)
    error = (moved[..., inner, inner] - still.roll(4, 3)[..., inner, inner]).square().mean()
    assert error < 1e-3 * still.square().mean() < still.square().mean()


def test_only_the_generators_turn_tracks_strengths():
    data = ganzoo.load_data("digits", image_size=16)
    gan = ganzoo.create("stylegan.stylegan3", data=data, latent_dim=6, style_dim=5, layers=4, channel_max=6)
    before = [layer.magnitude.clone() for layer in gan.generator.synthesis.layers]
    gan.sample(2)
    assert all(torch.equal(a, layer.magnitude) for a, layer in zip(before, gan.generator.synthesis.layers, strict=True))
    ganzoo.train(gan, data, rounds=2, batch_size=4)
    assert all(
        not torch.equal(a, layer.magnitude) for a, layer in zip(before, gan.generator.synthesis.layers, strict=True)
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"kind": "r"},
        {"num_classes": 3, "conditional": True},
        {"num_classes": 3, "conditional": True, "class_features": 7},
        {"activation_rate": 1, "clamp": None},
    ],
)
def test_a_file_in_the_original_layout_gives_the_same_model(settings, tmp_path):
    torch.manual_seed(1)
    gan = StyleGAN3(**SMALL, **settings).eval()
    for tensor in (*gan.generator.parameters(), gan.generator.mapping.average):
        tensor.data.add_(0.1 * torch.randn_like(tensor))
    source = Source(stylegan3_files.write(gan, tmp_path / "model.pkl"))
    found = find_importer(source)
    imported = load_importer(found).convert(source)
    assert found.short_name == "stylegan3-pickle" and imported.live is None
    labels = {"labels": [0, 2, 1]} if gan.num_classes else {}
    for truncation in (None, 0.5):
        expected = gan.sample(3, seed=4, truncation=truncation, **labels)
        assert torch.equal(imported.sampler.sample(3, seed=4, truncation=truncation, **labels), expected)


def test_the_answers_of_a_truncated_generator_use_the_mean_style_of_each_class(tmp_path):
    torch.manual_seed(3)
    gan = StyleGAN3(**SMALL, num_classes=3, conditional=True, class_features=7).eval()
    mapping = gan.generator.mapping
    mapping.average.normal_()
    source = Source(stylegan3_files.write(gan, tmp_path / "model.pkl"))
    importer = load_importer(find_importer(source))
    z, c = torch.randn(2, gan.prior.dim), torch.eye(3)[[2, 0]]
    answers = importer.outputs(importer.convert(source), "G_ema", {"z": z, "c": c}, {"truncation_psi": 0.3})
    expected = 0.3 * mapping(z, c) + 0.7 * mapping.average[[2, 0]]
    assert torch.allclose(answers["ws"], expected[:, None].expand_as(answers["ws"]), atol=1e-6)


def test_more_layers_than_planned_are_superresolution(tmp_path):
    stem = plan_layers(16, 1, layers=4, channel_base=64, channel_max=6, kernel=3)[:-2]
    last = stem[-1]
    more = [
        LayerPlan(last.out_channels, 5, last.out_size, 52, last.out_rate, 32, last.out_cutoff, 12.0,
                  last.out_half_width, 6.0),
        LayerPlan(5, 5, 52, 32, 32, 32, 12.0, 16.0, 6.0, 4.0, critical=True),
        LayerPlan(5, 1, 32, 32, 32, 32, 16.0, 16.0, 4.0, 4.0, kernel=1, critical=True, image=True),
    ]  # fmt: skip
    plans = tuple(plan.to_json() for plan in (*stem, *more))
    torch.manual_seed(2)
    gan = StyleGAN3(**{**SMALL, "image_size": 32}, plans=plans).eval()
    imported = load_importer(find_importer(source := Source(stylegan3_files.write(gan, tmp_path / "x.pkl")))).convert(
        source
    )
    assert torch.equal(imported.sampler.sample(2, seed=0), gan.sample(2, seed=0))
    assert imported.sampler.sample(1).shape == (1, 1, 32, 32)


def test_a_layer_that_contradicts_its_description_is_refused(tmp_path):
    gan = StyleGAN3(**SMALL)
    gan.generator.synthesis.layers[1].padding = (1, 2, 3, 4)
    source = Source(stylegan3_files.write(gan, tmp_path / "model.pkl"))
    with pytest.raises(UntrustedFile, match="pads by"):
        load_importer(find_importer(source)).convert(source)


@pytest.mark.parametrize(
    "settings",
    [
        {"plans": ({"in_size": 3},)},
        {"class_features": 7},
        {"layers": 2},
        {"filter_taps": 0},
        {"magnitude_decay": 2.0},
        {"image_size": 6},
    ],
)
def test_settings_that_cannot_be(settings):
    with pytest.raises(ConfigError):
        StyleGAN3(**{**SMALL, **settings})


def test_a_class_has_its_own_mean_style():
    gan = StyleGAN3(**SMALL, num_classes=3, conditional=True, class_features=4)
    mapping = gan.generator.mapping
    condition = torch.eye(3)[[0, 0, 2]]
    w = torch.tensor([[1.0] * 5, [3.0] * 5, [5.0] * 5])
    mapping.track(w, 0.5, condition)
    assert mapping.average[:, 0].tolist() == [1.0, 0.0, 2.5]
    assert gan.mean_style({"y": torch.tensor([2])}).tolist() == [[2.5] * 5]
    assert torch.allclose(mapping.truncate(w, 0.0, condition)[:, 0], torch.tensor([1.0, 1.0, 2.5]))


def test_the_originals_answers():
    results = list(run(Path(__file__).parent / "parity" / "only-stylegan3"))
    assert len(results) >= 2 and all(result.passed for result in results), [str(result) for result in results]
