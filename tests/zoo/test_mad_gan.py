import torch
from torch.nn.functional import cross_entropy

import ganzoo
from ganzoo.nn.stacked_mlp import StackedMLP


def test_the_index_routes_to_one_generator_each():
    gan = ganzoo.create("mad-gan", generators=3, width=8, depth=1)
    latent = gan.draw(30, 0)
    made = gan.generate(latent, {})
    for k in range(3):
        chosen = latent["generator"] == k
        z = latent["z"][chosen]
        own = gan.generators(z.expand(3, *z.shape))[k]
        torch.testing.assert_close(made[chosen], own)
    assert latent["generator"].unique().tolist() == [0, 1, 2]


def test_the_discriminator_names_the_maker_and_generators_only_try_to_pass_as_real(turn):
    gan = ganzoo.create("mad-gan", generators=3, width=8, depth=1)
    batch = {"x": torch.randn(7, 2)}
    terms = gan.discriminator_loss(batch, turn)
    turn.rng.manual_seed(0)
    fake, maker = gan.generate_by_each(7, turn)
    assert maker.bincount().tolist() == [3, 3, 3]
    torch.testing.assert_close(terms["naming"], cross_entropy(gan.naming_logits(fake, "fake"), maker))
    torch.testing.assert_close(terms["real"], -gan.naming_logits(batch["x"], "real").log_softmax(1)[:, 3].mean())
    turn.rng.manual_seed(0)
    adversarial = gan.generator_loss(batch, turn)["adversarial"]
    torch.testing.assert_close(adversarial, -gan.naming_logits(fake, "fake").log_softmax(1)[:, 3].mean())


def test_stacked_networks_are_the_single_ones_side_by_side():
    stacked = StackedMLP(4, [3, 5, 2])
    x = torch.randn(4, 6, 3)
    for k in range(4):
        hidden = torch.relu(x[k] @ stacked.weights[0][k] + stacked.biases[0][k])
        torch.testing.assert_close(stacked(x)[k], hidden @ stacked.weights[1][k] + stacked.biases[1][k])
    alike = StackedMLP(3, [2, 2], same_start=True).weights[0]
    assert torch.equal(alike[0], alike[2]) and not torch.equal(stacked.weights[0][0], stacked.weights[0][1])
