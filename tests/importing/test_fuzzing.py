from fuzzing import MOST_MEBIBYTES, MOST_SECONDS, fuzz


def test_damaged_and_random_files_are_read_or_refused_soon_and_in_little_memory():
    """A short run of what `make fuzz` does for ten minutes."""
    outcomes = set()
    for index, outcome, seconds, grown in fuzz(10, seed=0, cases=1500):
        assert seconds <= MOST_SECONDS and grown <= MOST_MEBIBYTES, f"case {index}: {seconds:.1f} s, {grown:.0f} MiB"
        outcomes.add(outcome)
    assert "read" in outcomes and len(outcomes) > 10, outcomes
