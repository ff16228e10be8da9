"""A model of each format and revision that was ever released stays here, and loads."""

from pathlib import Path

import pytest

from ganzoo.testing.frozen import check_frozen_model, frozen_models, missing_models

MODELS = Path(__file__).parent / "models"


@pytest.mark.parametrize("directory", frozen_models(MODELS), ids=lambda directory: directory.name)
def test_a_released_model_still_loads_and_gives_what_it_gave(directory):
    check_frozen_model(directory)


def test_the_present_revision_of_every_architecture_is_kept():
    assert missing_models("stylegan", MODELS) == []
