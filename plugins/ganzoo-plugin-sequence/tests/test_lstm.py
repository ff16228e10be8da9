from __future__ import annotations

import itertools

import pytest
import torch

from ganzoo_plugin_sequence.lstm import LanguageModel


@pytest.fixture
def model():
    torch.manual_seed(0)
    return LanguageModel(vocabulary=3, embedding_dim=4, hidden_dim=5).double()


def every_sequence(vocabulary: int, length: int) -> torch.Tensor:
    return torch.tensor(list(itertools.product(range(vocabulary), repeat=length)))


def test_the_probabilities_of_all_sequences_sum_to_one(model):
    ids = every_sequence(3, 4)
    assert model.log_probabilities(ids).sum(1).exp().sum().item() == pytest.approx(1, abs=1e-12)
    log_p, _ = model(ids)
    torch.testing.assert_close(log_p.exp().sum(-1), torch.ones(81, 4, dtype=torch.float64))


def test_a_token_depends_on_those_before_it_alone(model):
    ids = torch.tensor([[0, 1, 2, 0], [0, 1, 0, 1]])
    log_p = model.log_probabilities(ids)
    assert torch.equal(log_p[0, :2], log_p[1, :2]) and not torch.isclose(log_p[0, 3], log_p[1, 3])


def test_drawn_sequences_have_the_probabilities_that_the_model_tells(model):
    n = 200_000
    uniforms = torch.rand(n, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.no_grad():
        drawn = model.complete(uniforms)
        expected = model.log_probabilities(every_sequence(3, 2)).sum(1).exp()
    shares = torch.bincount(drawn[:, 0] * 3 + drawn[:, 1], minlength=9) / n
    assert float((shares - expected).abs().max()) < 4 * 0.5 / n**0.5
    assert drawn.shape == (n, 2) and drawn.dtype == torch.int64


def test_a_number_picks_the_token_in_whose_part_of_the_distribution_it_falls(model):
    p = model(model.start(1))[0].exp().flatten().tolist()
    for u, token in [(0.0, 0), (p[0] - 1e-9, 0), (p[0] + 1e-9, 1), (p[0] + p[1] + 1e-9, 2), (1.0, 2)]:
        assert model.complete(torch.tensor([[u]], dtype=torch.float64)).item() == token


def test_going_on_from_a_state_is_going_on(model):
    uniforms = torch.rand(6, 5, dtype=torch.float64)
    whole = model.complete(uniforms)
    _, state = model(torch.cat([model.start(6), whole[:, :1]], 1))
    assert torch.equal(model.complete(uniforms[:, 2:], whole[:, 1:2], state), whole[:, 2:])
    assert model.complete(uniforms[:, :0]).shape == (6, 0)
