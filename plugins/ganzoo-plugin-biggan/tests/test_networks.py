"""The numerics of the networks' parts, against what the papers' equations say."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import max_pool2d, one_hot

from ganzoo_plugin_biggan.attention import SelfAttention
from ganzoo_plugin_biggan.batch_norm import ConditionalBatchNorm, LearntBatchNorm, at_level
from ganzoo_plugin_biggan.biggan import BigGAN
from ganzoo_plugin_biggan.biggan_deep import BigGANDeep
from ganzoo_plugin_biggan.conditional_generator import doubled
from ganzoo_plugin_biggan.deep_discriminator import DeepDiscriminatorBlock
from ganzoo_plugin_biggan.deep_generator import DeepGeneratorBlock
from ganzoo_plugin_biggan.discriminator import DiscriminatorBlock, Projection
from ganzoo_plugin_biggan.generator import GeneratorBlock
from ganzoo_plugin_biggan.orthogonal import filter_overlap, orthogonal_initialisation

SMALL = {"num_classes": 3, "channels": 1, "width": 2, "embedding_dim": 4}
DOUBLE = {"dtype": torch.float64}


def test_conditional_batch_norm_by_hand():
    norm = ConditionalBatchNorm(2, condition_dim=3, num_classes=9, levels=2, eps=1e-3).double()
    x, condition = torch.randn(4, 2, 3, 5, **DOUBLE), torch.randn(4, 3, **DOUBLE)
    found = norm(x, condition)
    mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), correction=0)
    for n in range(4):
        for c in range(2):
            scale = 1 + norm.scale.weight[c] @ condition[n]
            shift = norm.shift.weight[c] @ condition[n]
            by_hand = (x[n, c] - mean[c]) / math.sqrt(float(var[c]) + 1e-3) * scale + shift
            torch.testing.assert_close(found[n, c], by_hand)
    assert norm.scale.bias is None and norm.shift.bias is None
    torch.testing.assert_close(norm.running_mean, (0.1 * mean).expand(2, 2))
    torch.testing.assert_close(norm.running_var, (0.9 + 0.1 * x.var((0, 2, 3))).expand(2, 2))


def test_without_an_embedding_each_class_has_columns_of_its_own():
    norm = ConditionalBatchNorm(2, condition_dim=None, num_classes=3).eval()
    x, y = torch.randn(3, 2, 2, 2), torch.tensor([2, 0, 2])
    hot = one_hot(y, 3).float()
    scale, shift = (1 + hot @ norm.scale.weight)[..., None, None], (hot @ norm.shift.weight)[..., None, None]
    torch.testing.assert_close(norm(x, y), x / math.sqrt(1 + 1e-5) * scale + shift)


def test_statistics_between_two_levels():
    norm = LearntBatchNorm(2, levels=3, eps=0.5).eval()
    norm.running_mean.copy_(torch.randn(3, 2))
    norm.running_var.copy_(torch.rand(3, 2))
    norm.weight.data.copy_(torch.randn(2))
    norm.bias.data.copy_(torch.randn(2))
    x = torch.randn(4, 2, 3, 3)
    found = norm(x, torch.tensor([0.0, 0.25, 1.9, 2.0]))
    shares = torch.tensor([[1, 0, 0], [0.75, 0.25, 0], [0, 0.1, 0.9], [0, 0, 1]])
    mean, var = ((shares @ table)[..., None, None] for table in (norm.running_mean, norm.running_var))
    by_hand = (x - mean) / (var + 0.5).sqrt() * norm.weight[:, None, None] + norm.bias[:, None, None]
    torch.testing.assert_close(found, by_hand)
    torch.testing.assert_close(norm(x)[3], found[3]), "without a level the last row counts"
    assert torch.equal(at_level(norm.running_mean, torch.tensor([-1.0, 7.0])), norm.running_mean[[0, 2]])


@torch.no_grad()
def test_attention_is_an_explicit_softmax():
    layer = SelfAttention(16).double()
    layer.gain.data.fill_(0.7)
    x = torch.randn(2, 16, 4, 6, **DOUBLE)
    query, key, value, output = (part.weight[..., 0, 0] for part in (layer.query, layer.key, layer.value, layer.output))
    assert query.shape == key.shape == (2, 16) and value.shape == (8, 16)
    by_hand = x.clone()
    for n in range(2):
        keys = max_pool2d(torch.einsum("oc,chw->ohw", key, x[n])[None], 2)[0].flatten(1)
        values = max_pool2d(torch.einsum("oc,chw->ohw", value, x[n])[None], 2)[0].flatten(1)
        for i in range(4):
            for j in range(6):
                weights = torch.softmax((query @ x[n, :, i, j]) @ keys, 0)
                assert weights.shape == (6,) and abs(float(weights.sum()) - 1) < 1e-12
                by_hand[n, :, i, j] += 0.7 * output @ (values @ weights)
    torch.testing.assert_close(layer(x), by_hand)
    assert torch.equal(SelfAttention(16)(x.float()), x.float()), "at first it changes nothing"


def test_the_overlap_of_filters_in_closed_form():
    w = torch.tensor([[3.0, 4.0], [1.0, 0.0]], **DOUBLE, requires_grad=True)
    overlap = filter_overlap([w, torch.ones(5, **DOUBLE)])
    assert overlap.item() == pytest.approx(2 * 3.0**2)  # two entries off the diagonal, each 3 * 1 + 4 * 0
    overlap.backward()
    product = w.detach() @ w.detach().T
    torch.testing.assert_close(w.grad, 4 * (product * (1 - torch.eye(2, **DOUBLE))) @ w.detach())


@pytest.mark.parametrize("shape", [(3, 2, 2, 2), (9, 2, 1, 2)])
def test_the_overlap_and_its_gradient_for_wide_and_tall_weights(shape):
    w = torch.randn(shape, **DOUBLE, requires_grad=True)
    rows = w.flatten(1)
    off = 1 - torch.eye(len(rows), **DOUBLE)
    explicit = ((rows @ rows.T) * off).square().sum()
    torch.testing.assert_close(filter_overlap([w, w]), 2 * explicit)
    (found,) = torch.autograd.grad(filter_overlap([w]), w)
    (expected,) = torch.autograd.grad(explicit, w)
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(expected.flatten(1), 4 * ((rows @ rows.T) * off) @ rows)


def test_orthogonal_filters_do_not_overlap():
    layer = orthogonal_initialisation(nn.Conv2d(4, 6, 3))
    assert filter_overlap([layer.weight]).item() < 1e-8 and not layer.bias.any()


def test_the_projection_by_hand():
    head = Projection(3, 4)
    h, y = torch.randn(5, 3), torch.tensor([0, 3, 3, 1, 2])
    by_hand = [
        head.linear.weight[0] @ h[n] + head.linear.bias[0] + head.embedding.weight[y[n]] @ h[n] for n in range(5)
    ]
    torch.testing.assert_close(head(h, y), torch.stack(by_hand))


def plain(channels: int) -> ConditionalBatchNorm:
    return ConditionalBatchNorm(channels, condition_dim=2, num_classes=1).eval()


def test_blocks_by_hand():
    relu, pool = torch.relu, nn.AvgPool2d(2)
    x, c = torch.randn(2, 8, 4, 4), torch.randn(2, 2)
    block = GeneratorBlock(8, 6, plain)
    h = block.convolution1(doubled(relu(block.norm1(x, c))))
    h = block.convolution2(relu(block.norm2(h, c)))
    torch.testing.assert_close(block(x, c, None), h + block.shortcut(doubled(x)))
    assert torch.equal(doubled(x)[..., 3, 5], x[..., 1, 2])

    deep = DeepGeneratorBlock(8, 6, True, plain)
    h = deep.convolutions[0](relu(deep.norms[0](x, c)))
    h = deep.convolutions[1](doubled(relu(deep.norms[1](h, c))))
    h = deep.convolutions[2](relu(deep.norms[2](h, c)))
    h = deep.convolutions[3](relu(deep.norms[3](h, c)))
    torch.testing.assert_close(deep(x, c, None), h + doubled(x)[:, :6])
    assert deep.convolutions[1].weight.shape == (2, 2, 3, 3)

    for first in (True, False):
        critic = DiscriminatorBlock(8, 6, halves=True, wide=False, first=first)
        h = critic.convolution2(relu(critic.convolution1(x if first else relu(x))))
        torch.testing.assert_close(critic(x), pool(h) + pool(critic.shortcut(x)))
        assert critic.convolution1.weight.shape[0] == 8

    deep_critic = DeepDiscriminatorBlock(8, 12, True)
    h = relu(x)
    for convolution in deep_critic.convolutions[:3]:
        h = relu(convolution(h))
    beside = torch.cat([pool(x), deep_critic.added(pool(x))], 1)
    torch.testing.assert_close(deep_critic(x), deep_critic.convolutions[3](pool(h)) + beside)
    assert DeepDiscriminatorBlock(8, 8, False)(x).shape == x.shape


def test_each_block_hears_of_its_own_chunk():
    gan = BigGAN(**SMALL, image_size=16, chunk_dim=3).eval()
    assert gan.prior.dim == 9
    z, y = torch.randn(1, 9), torch.tensor([1])
    for slot in range(3):
        heard = [[] for _ in gan.generator.blocks.blocks]
        hooks = [
            block.register_forward_pre_hook(lambda _, args, seen=seen: seen.append(args[1]))
            for block, seen in zip(gan.generator.blocks.blocks, heard, strict=True)
        ]
        moved = z.clone()
        moved[:, 3 * slot : 3 * slot + 3] += 1
        gan.generator(z, y)
        gan.generator(moved, y)
        for number, (before, after) in enumerate(heard):
            assert torch.equal(before, after) == (number != slot - 1), "the first chunk goes to the first layer"
            assert torch.equal(before[:, :4], gan.generator.embedding(y)), "and all share one embedding"
        for hook in hooks:
            hook.remove()


@pytest.mark.parametrize("kind", [BigGAN, BigGANDeep])
def test_all_layers_but_the_embedding_are_normalised(kind):
    gan = kind(**SMALL, image_size=16)
    for _ in range(3):
        gan.sample(2, seed=0)
    for name, module in gan.named_modules():
        if isinstance(module, (nn.Conv2d, nn.Linear, nn.Embedding)):
            assert hasattr(module, "parametrizations") == (name != "generator.embedding"), name
    assert BigGAN(**SMALL, generator_normalisation="none").generator.enter.weight.is_leaf


@pytest.mark.parametrize("kind", [BigGAN, BigGANDeep])
@pytest.mark.parametrize("size", [8, 16, 33, (12, 30), 64])
def test_any_size(kind, size):
    gan = kind(**{**SMALL, "channels": 4, "width": 1}, image_size=size)
    images = gan.sample(2, seed=0, truncation=0.5)
    assert images.shape == (2, 4, *((size, size) if isinstance(size, int) else size)) and images.abs().max() <= 1
    assert gan.critic(images, {"y": torch.tensor([0, 1])}, "fake").shape == (2,)
    sizes = [module.start for module in gan.modules() if hasattr(module, "start")]
    assert sizes == [[-(-side // 2**gan.generator.frame.doublings) for side in images.shape[2:]]]


def test_the_paper_s_widths():
    with torch.device("meta"):
        gan = BigGAN(num_classes=1000, image_size=128, width=96)
        deep = BigGANDeep(num_classes=1000, image_size=128, width=128)
    # As many numbers as the program of the authors' own PyTorch version reports for these networks.
    assert [sum(p.numel() for p in part.parameters()) for part in (gan.generator, gan.discriminator)] == [
        70_433_988, 87_982_370,
    ]  # fmt: skip
    assert gan.generator.frame.widths == [1536, 1536, 768, 384, 192, 96] and gan.prior.dim == 120
    assert [block.convolution2.weight.shape[0] for block in gan.discriminator.blocks.blocks] == [
        96, 192, 384, 768, 1536, 1536,
    ]  # fmt: skip
    assert [block.halves for block in gan.discriminator.blocks.blocks] == [True] * 5 + [False]
    assert list(gan.generator.blocks.attention) == ["4"], "at 64 pixels"
    assert list(gan.discriminator.blocks.attention) == ["1"]
    assert deep.generator.frame.widths == [128 * m for m in (16, 16, 16, 16, 8, 8, 4, 4, 2, 2, 1)]
    assert [block.doubles for block in deep.generator.blocks.blocks] == [False, True] * 5
    assert list(deep.generator.blocks.attention) == ["8"] and deep.generator.enter.weight.shape[1] == 256
    assert [block.halves for block in deep.discriminator.blocks.blocks] == [True, False] * 5
    assert deep.discriminator.blocks.blocks[0].convolutions[3].weight.shape[0] == 256
