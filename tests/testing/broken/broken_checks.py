"""Behavioural checks that have been left behind by what they check; `measured` counts how often one is run."""

import ganzoo
from ganzoo.checks.check import Check, Criterion
from ganzoo.checks.playing import play


def trained(arm, seed):
    data = ganzoo.load_data("ring8", size=64)
    gan = ganzoo.create("gan", data=data, width=8)
    play(gan, data, rounds=10**6, seed=seed)
    return {}


def of_a_setting_that_is_gone(arm, seed):
    data = ganzoo.load_data("ring8", size=64)
    play(ganzoo.create("gan", data=data, **({} if arm == "idea" else {"with_idea": False})), data, rounds=1, seed=seed)
    return {"error": 0.0}


def at_once(arm, seed):
    return {"error": 0.1 if arm == "idea" else 0.9}


def forever(arm, seed):
    gan = ganzoo.create("gan", data=ganzoo.load_data("ring8", size=64), width=8)
    while True:
        gan.sample(64, seed=seed)


def check(measure, metric="error", **facts):
    facts = {"name": "works", "claim": "It works.", "control": "it does not", **facts}
    return (Check(measure=measure, criteria=(Criterion(metric=metric, op="<=", threshold=0.5),), **facts),)


SOUND, QUICK, ENDLESS = check(trained), check(at_once), check(forever)
NO_SUCH_SETTING = check(of_a_setting_that_is_gone)
NO_SUCH_MODULE = check(at_once, modules=("ganzoo.zoo.no_such_gan",))
NO_SUCH_NUMBER = check(at_once, metric="distance")
