from __future__ import annotations

import torch

from ganzoo_plugin_sequence.convolutional_critic import ConvolutionalCritic, Highway


def test_the_highway_carries_what_its_gate_does_not_transform():
    highway = Highway(4)
    x = torch.randn(3, 4)
    gate = (x @ highway.gate.weight.T + highway.gate.bias).sigmoid()
    transformed = (x @ highway.transform.weight.T + highway.transform.bias).clamp(min=0)
    torch.testing.assert_close(highway(x), gate * transformed + (1 - gate) * x)
    torch.nn.init.constant_(highway.gate.bias, -1e4)
    assert torch.equal(highway(x), x)


def test_each_width_sees_windows_of_its_own_and_short_sequences_drop_the_widest():
    critic = ConvolutionalCritic(vocabulary=9, length=3, filters=2)
    assert [c.kernel_size for c in critic.convolutions] == [(1,), (2,), (3,)]
    ids = torch.randint(9, (5, 3))
    assert critic(ids).shape == (5,)
    single = ConvolutionalCritic(vocabulary=9, length=3, kernels=(1,), dropout=0.0)
    torch.testing.assert_close(single(ids), single(ids.flip(1)))
    order = ConvolutionalCritic(vocabulary=9, length=3, kernels=(2,), dropout=0.0)
    assert not torch.allclose(order(ids), order(ids.flip(1)))


def test_dropout_acts_in_training_alone():
    critic, ids = ConvolutionalCritic(vocabulary=9, length=6, dropout=0.5), torch.randint(9, (5, 6))
    assert not torch.equal(critic(ids), critic(ids))
    critic.eval()
    assert torch.equal(critic(ids), critic(ids))
