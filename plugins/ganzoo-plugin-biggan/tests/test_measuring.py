"""What the checks measure with."""

from __future__ import annotations

import pytest
import torch

from ganzoo_plugin_biggan.biggan import BigGAN
from ganzoo_plugin_biggan.manifold import precision_and_recall, radii, rank_correlation
from ganzoo_plugin_biggan.measuring import under_batch_statistics


def test_precision_and_recall_count_points_within_balls():
    data = torch.tensor([[0.0], [1.0], [2.0], [3.0], [100.0], [101.0], [102.0], [103.0]])
    assert radii(data, 1).tolist() == [1.0] * 8
    one_side = torch.tensor([[0.5], [1.5], [2.5], [50.0]])
    precision, recall = precision_and_recall(one_side, data, neighbours=1)
    assert precision == 0.75, "all but the last lie within the data"
    # 50 has a ball of 47.5 and reaches 2.5 to 97.5, the others one of 1.
    assert recall == 0.5
    assert precision_and_recall(data, data) == (1.0, 1.0)
    assert precision_and_recall(data + 1000, data) == (0.0, 0.0)


def test_rank_correlation():
    assert rank_correlation([1, 2, 3], [10, 20, 15]) == pytest.approx(0.5)
    assert rank_correlation([1, 2, 3, 4], [1, 8, 27, 64]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [4, 3, 3, 1]) == pytest.approx(-0.948683, abs=1e-5)
    assert rank_correlation([1, 2, 3], [5, 5, 5]) == 0


def test_batch_statistics_depend_on_the_batch_and_leave_the_model_alone():
    gan = BigGAN(num_classes=3, channels=1, image_size=8, width=2, embedding_dim=4, levels=2)
    before = {name: tensor.clone() for name, tensor in gan.state_dict().items()}
    latent, labels = gan.draw(4, 0), torch.tensor([0, 1, 2, 0])
    together = under_batch_statistics(gan, latent, labels, 4)
    alone = under_batch_statistics(gan, latent, labels, 1)
    assert together.shape == alone.shape == (4, 1, 8, 8) and not torch.allclose(together, alone, atol=1e-3)
    torch.testing.assert_close(gan.state_dict(), before, rtol=0, atol=0)
