"""What a user has to know about a licence before taking weights under it."""

from __future__ import annotations

from ganzoo.hub.licenses import OWN, UNKNOWN, conditions

MEANINGS = {
    "non-commercial": "they may not be used commercially, nor may what is made from them",
    "no-derivatives": "nothing that is made from them may be passed on",
}


def meaning(license: str) -> str | None:
    """What the licence asks that a user may not expect, in words; None for a licence that needs no asking."""
    if license.lower() == UNKNOWN:
        return "nobody has said what they may be used for, so you may have no right to use or to pass them on"
    if "nvidia" in license.lower():
        return "research and evaluation only, no commercial use, and the same for what is made from them"
    asked = [MEANINGS[condition] for condition in sorted(conditions(license)) if condition in MEANINGS]
    if asked:
        return "; ".join(asked)
    if license.lower().startswith(OWN):
        return "this is a licence of its own, with conditions of its own"
    return None
