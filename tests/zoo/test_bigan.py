import torch

import ganzoo


def test_the_discriminator_sees_pairs_and_one_update_moves_generator_and_encoder(turn):
    gan = ganzoo.create("bigan", width=8, latent_dim=3)
    batch = {"x": torch.randn(5, 2)}
    terms = gan.generator_loss(batch, turn)
    assert set(terms) == {"generator", "encoder"}
    terms["encoder"].backward(retain_graph=True)
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in gan.encoder.parameters())
    assert all(p.grad is None or p.grad.abs().sum() == 0 for p in gan.generator.parameters())
    terms["generator"].backward()
    assert any(p.grad.abs().sum() > 0 for p in gan.generator.parameters())
    assert gan.players()[1].modules == ("prior", "generator", "encoder")
    x, z = batch["x"], torch.randn(5, 3)
    assert not torch.equal(gan.judge_pair(x, z, "real"), gan.judge_pair(x, z + 1, "real"))


def test_labels_are_flipped_for_the_encoder(turn):
    gan = ganzoo.create("bigan", width=8, latent_dim=3)
    batch = {"x": torch.randn(5, 2)}
    terms = gan.generator_loss(batch, turn)
    turn.rng.manual_seed(0)
    encoded, generated = gan.pair_logits(batch, turn)
    torch.testing.assert_close(terms["encoder"], torch.nn.functional.softplus(encoded).mean())
    torch.testing.assert_close(terms["generator"], torch.nn.functional.softplus(-generated).mean())


def test_without_the_joint_the_latent_makes_no_difference():
    gan = ganzoo.create("bigan", width=8, latent_dim=3, joint=False)
    x, z = torch.randn(5, 2), torch.randn(5, 3)
    assert torch.equal(gan.judge_pair(x, z, "real"), gan.judge_pair(x, z + 1, "real"))
