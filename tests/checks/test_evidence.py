"""Evidence goes stale with the code that it was measured on, and with nothing else."""

from ganzoo.checks.check import Check, Criterion
from ganzoo.checks.evidence import code_hash, without_table

SOURCE = '''"""A check."""
ROUNDS = 3
CHECKS = (
    Check(threshold=1),
)
LAST = 4
'''


def test_a_bound_is_no_part_of_what_was_measured():
    assert without_table(SOURCE) == without_table(SOURCE.replace("threshold=1", "threshold=2,\n    changed=('why',)"))
    for old, new in (("ROUNDS = 3", "ROUNDS = 4"), ("LAST = 4", "LAST = 5"), ("CHECKS", "OTHERS")):
        assert without_table(SOURCE) != without_table(SOURCE.replace(old, new, 1))


def test_named_modules_and_the_check_s_own_count(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    brick = tmp_path / "a_brick_of_this_test.py"
    brick.write_text("x = 1\n")
    criteria = (Criterion(metric="m", op=">=", threshold=1.0),)
    common = {"name": "c", "claim": "", "control": "", "measure": code_hash, "criteria": criteria}
    alone, both = Check(**common), Check(**common, modules=("a_brick_of_this_test",))
    before = code_hash(both)
    assert before != code_hash(alone)
    brick.write_text("x = 2\n")
    assert code_hash(both) != before
