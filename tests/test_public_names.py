import subprocess
import sys

import pytest

import ganzoo


def test_the_list_of_public_names_is_sorted_and_is_what_dir_shows():
    assert ganzoo.__all__ == sorted(ganzoo.__all__)
    assert dir(ganzoo) == ganzoo.__all__


@pytest.mark.parametrize("name", ganzoo.__all__)
def test_every_public_name_leads_somewhere(name):
    assert getattr(ganzoo, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'sample_gan'"):
        _ = ganzoo.sample_gan


def test_importing_ganzoo_imports_nothing_heavy():
    code = (
        "import sys, ganzoo; ganzoo.__version__; "
        "print(sorted({'torch', 'numpy', 'huggingface_hub', 'click', 'pluggy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
