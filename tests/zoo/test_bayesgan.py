import torch

import ganzoo
from ganzoo.optimizers.sghmc import SGHMC
from ganzoo.testing.tiny import build_tiny
from ganzoo.training.plan import settle
from ganzoo.training.play import play_round
from ganzoo.training.run import Run


def played(rounds, **settings):
    gan, data = build_tiny("bayesgan")
    run = Run(gan, data, settle(gan, rounds=rounds, batch_size=8, **settings))
    run.calendar.begin(run)
    for _ in range(rounds):
        play_round(run)
        run.round += 1
        run.calendar.finish_round(run)
    return gan, run


def test_chains_are_sampled_at_the_temperature_of_one_datum_after_adam_s_warm_up():
    gan, run = played(2)
    sampler = run.seats["generators"].optimizer
    assert isinstance(sampler, SGHMC) and sampler.param_groups[0]["temperature"] == 1 / 64
    assert isinstance(run.seats["warm-up-generators"].optimizer, torch.optim.Adam)
    assert gan.phases()[0].players[1].modules == gan.players()[1].modules


def test_noise_moves_the_chains():
    warm, _ = played(8)
    cold, _ = played(8, players={"generators": {"temperature": 0.0}, "discriminator": {"temperature": 0.0}})
    assert not torch.equal(warm.generators.weights[0], cold.generators.weights[0])


def test_snapshots_are_states_of_the_chains_at_different_times_and_the_last_is_the_latest():
    gan, _ = played(40)
    kept = gan.ensemble.weights[0].view(3, 2, *gan.generators.weights[0].shape[1:])
    assert torch.equal(kept[2], gan.generators.weights[0])
    assert not torch.equal(kept[0], kept[1]) and not torch.equal(kept[1], kept[2])


def test_the_prior_is_gaussian_and_divided_by_the_number_of_data():
    gan = ganzoo.create("bayesgan", size=50, width=4, prior_std=2.0)
    squares = sum(float(p.detach().square().sum()) for p in gan.generators.parameters())
    torch.testing.assert_close(gan.negative_log_prior(gan.generators).item(), squares / (2 * 4 * 50))


def test_the_pick_chooses_one_member_of_the_ensemble():
    gan = ganzoo.create("bayesgan", size=10, width=4, chains=2, snapshots=2)
    z = torch.randn(4, 2)
    made = gan.generate({"z": z, "pick": torch.tensor([0.0, 0.3, 0.6, 0.99])}, {})
    each = gan.ensemble(z.expand(4, 4, 2))
    torch.testing.assert_close(made, each[torch.arange(4), torch.arange(4)])


def test_one_start_for_all_chains():
    weights = ganzoo.create("bayesgan", size=10, width=4, same_start=True).generators.weights[0]
    assert torch.equal(weights[0], weights[-1])
