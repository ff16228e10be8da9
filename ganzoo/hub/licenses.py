"""The licence of weights, which keeps the conditions of everything that they were made from."""

from __future__ import annotations

import re

from ganzoo.errors import ConfigError
from ganzoo.hub.card_facts import Facts
from ganzoo.hub.card_origin import imported

# Words of licence names -> the condition that whoever builds on the work has to keep.
CONDITIONS = {
    "nc": "non-commercial",
    "noncommercial": "non-commercial",
    "nd": "no-derivatives",
    "sa": "share-alike",
    "gpl": "share-alike",
    "agpl": "share-alike",
    "odbl": "share-alike",
    "nvidia": "non-commercial",  # its source code licence, which the weights of StyleGAN are under
}
UNKNOWN = "unknown"
OWN = "licenseref-"  # how SPDX writes licences that are not on its list


def license_of(facts: Facts, chosen: str | None) -> str:
    """The user's choice, else the most restrictive of the architecture's and the data's; "unknown" if none is known.

    Imported weights have a licence of their own, which nothing but the user's choice replaces.
    An architecture's licence counts where its entry names one (it is not the plugin's own) and it has conditions.
    Raises: ConfigError, naming both sides, if a choice drops a condition, or if no single licence has all of them.
    """
    weights = (imported(facts) or {}).get("license")
    weights = weights if isinstance(weights, str) and weights.lower() != UNKNOWN else None
    known = {
        "the imported weights": weights,
        f"the architecture {facts.short_name}": facts.entry.license if facts.entry is not None else None,
        f"the data {facts.data.get('name')}": facts.dataset.license if facts.dataset is not None else None,
    }
    sources = {what: license for what, license in known.items() if license}
    _, architecture, data = known.values()
    given = chosen is not None
    if chosen is None and imported(facts) is not None:
        chosen = weights or UNKNOWN
    if chosen is None:
        binding = [license for license in (data, architecture) if license and conditions(license)]
        chosen = max(binding, key=lambda license: len(conditions(license)), default=data or UNKNOWN)
    dropped = {
        what: sorted(conditions(license) - conditions(chosen))
        for what, license in sources.items()
        if conditions(license) - conditions(chosen)
    }
    if dropped:
        named = "; ".join(f"{what} ({sources[what]}) asks for {', '.join(lost)}" for what, lost in dropped.items())
        origin = next((f" of {what}" for what, license in sources.items() if not given and license == chosen), "")
        wanted = ", ".join(sorted(set().union(*map(conditions, sources.values()))))
        raise ConfigError(
            f"the licence {chosen}{origin} drops what it must keep: {named}",
            hint=f"choose a --license that has: {wanted}",
        )
    return chosen.lower().removesuffix("-only").removesuffix("-or-later")


def on_the_hub(facts: Facts, chosen: str | None) -> dict[str, str]:
    """The licence as metadata: one that is not on the Hub's list is "other", with its name."""
    license = license_of(facts, chosen)
    if license.startswith(OWN):
        return {"license": "other", "license_name": license[len(OWN) :]}
    return {"license": license}


def conditions(license: str) -> set[str]:
    """What a licence asks of whoever builds on the work, as far as its name tells; one of somebody's own, itself."""
    license = license.lower()
    own = {f"the terms of {license.removeprefix(OWN)}"} if license.startswith(OWN) else set()
    return own | {CONDITIONS[word] for word in re.split(r"[^a-z]+", license) if word in CONDITIONS}
