"""What an architecture owes to the models that were saved of it: its tensors stay, or come with a way to migrate."""

from __future__ import annotations

import torch

from ganzoo.creation import load_architecture
from ganzoo.migration import Migration
from ganzoo.model_config import MODEL
from ganzoo.testing import fingerprints
from ganzoo.testing.requirement import CheckFailed, one_line, require, since
from ganzoo.testing.trial import Trial
from ganzoo.weights import mismatches, named_tensors, table


@since("0.1")
def revision_is_kept(trial: Trial) -> None:
    """The tensors of an architecture are those that were recorded for its revision, so that saved models still load."""
    found, recorded = trial.found, fingerprints.read(trial.fingerprints)
    revision, name = str(found.entry.revision), found.name
    record = f"ganzoo plugin check {found.provider.namespace} --record --fingerprints {trial.fingerprints}"
    kept = recorded.get(name, {}).get(revision)
    require(kept is not None, f"nothing is recorded of revision {revision} of {name}", mend=f"record it: {record}")
    assert kept is not None
    raised = (
        "a model that was saved before cannot be loaded: raise `revision`, write `migrate`, and record it: " + record
    )
    try:
        now = fingerprints.of_config(found, kept["config"])
    except Exception as error:
        raise CheckFailed(
            f"the recorded config of revision {revision} no longer builds it: {one_line(error)}", mend=raised
        ) from error
    require(
        now == kept["tensors"],
        f"the tensors of revision {revision} have changed their names, shapes or types",
        mend=raised,
    )


@since("0.1")
def earlier_revisions_migrate(trial: Trial) -> None:
    """What earlier revisions saved becomes what the present one saves: the whole of it, and what sampling needs."""
    found = trial.found
    entry = found.entry
    if entry.revision == 1:
        return
    mend = "write migrate(config, tensors, from_revision) as `ganzoo.migration` describes it, for either file alone"
    require(
        entry.migrate,
        f"its revision is {entry.revision}, and it names no `migrate`: what earlier ones saved is lost",
        mend=mend,
    )
    recorded = fingerprints.read(trial.fingerprints).get(found.name, {})
    for revision, kept in recorded.items():
        if int(revision) >= entry.revision:
            continue
        for file, stored in fingerprints.tables(kept).items():
            what = f"the {file} of revision {revision}"
            try:
                config, migrated = Migration(found, int(revision), what=what).plan(kept["config"], stored)
                with torch.device("meta"):
                    gan = load_architecture(found)(**config)
            except Exception as error:
                raise CheckFailed(one_line(error), mend=mend) from error
            if file == MODEL:
                gan.keep_only_sampling()
            problems = mismatches(table(named_tensors(gan)), migrated)
            require(
                not problems,
                f"{what}, migrated to {entry.revision}, does not fit its config: {'; '.join(problems[:4])}",
                mend=mend,
            )


CHECKS = (earlier_revisions_migrate,)
