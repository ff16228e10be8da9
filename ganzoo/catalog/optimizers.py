"""The optimisers of the built-in zoo."""

from ganzoo.core import entries

ENTRIES = [
    entries.Optimizer(
        name="adam",
        target="ganzoo.optimizers.adam:adam",
        summary="Adam with the settings of DCGAN",
        paper="arXiv:1412.6980",
        year=2014,
    ),
    entries.Optimizer(
        name="rmsprop",
        target="ganzoo.optimizers.rmsprop:rmsprop",
        summary="RMSprop with the settings of WGAN",
        paper="arXiv:1701.07875",
        year=2017,
    ),
    entries.Optimizer(
        name="sgd",
        target="ganzoo.optimizers.sgd:sgd",
        summary="Gradient descent, with momentum if asked for",
    ),
    entries.Optimizer(
        name="sghmc",
        target="ganzoo.optimizers.sghmc:sghmc",
        summary="Hamiltonian Monte Carlo on stochastic gradients: draws weights from their posterior",
        paper="arXiv:1402.4102",
        year=2014,
    ),
]
