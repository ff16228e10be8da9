"""Instance noise: size, schedule, stream."""

from __future__ import annotations

import pytest
import torch

from ganzoo.errors import CompatibilityError, ConfigError
from ganzoo.techniques.instance_noise import InstanceNoise


def noise(technique: InstanceNoise, kind: str = "real", seed: int = 0) -> torch.Tensor:
    technique.rng = torch.Generator().manual_seed(seed)
    return technique.critic_input(torch.ones(10_000), kind) - 1


@pytest.mark.parametrize("kind", ["real", "fake", "between"])
def test_everything_the_critic_sees_is_noisy(kind: str) -> None:
    z = noise(InstanceNoise(std=0.2), kind)
    assert z.mean().abs() < 0.01 and abs(float(z.std()) - 0.2) < 0.01


def test_noise_falls_to_zero_linearly_over_the_whole_run(turn) -> None:
    technique = InstanceNoise(std=0.2)
    for round, expected in ((0, 0.2), (5, 0.1), (9, 0.02), (10, 0.0)):
        technique.before_round(turn(round=round))
        assert float(noise(technique).std()) == pytest.approx(expected, rel=0.05)
    steady = InstanceNoise(std=0.2, anneal=False)
    steady.before_round(turn(round=9))
    assert float(noise(steady).std()) == pytest.approx(0.2, rel=0.05)


def test_noise_comes_from_the_techniques_own_stream_and_gradients_pass() -> None:
    before = torch.get_rng_state()
    assert torch.equal(noise(InstanceNoise(), seed=1), noise(InstanceNoise(), seed=1))
    assert torch.equal(torch.get_rng_state(), before)
    technique = InstanceNoise()
    technique.rng = torch.Generator()
    x = torch.zeros(3, requires_grad=True)
    technique.critic_input(x, "fake").sum().backward()
    assert x.grad.tolist() == [1, 1, 1]


def test_wrong_uses() -> None:
    with pytest.raises(ConfigError, match="0 or more"):
        InstanceNoise(std=-1.0)
    with pytest.raises(CompatibilityError, match="continuous"):
        InstanceNoise().critic_input(torch.ones(2, dtype=torch.int64), "real")
