"""How trained models must sample."""

from __future__ import annotations

import copy

import torch

from ganzoo.testing.requirement import CheckFailed, require, since
from ganzoo.testing.tiny import random_states, same
from ganzoo.testing.trial import Trial
from ganzoo.weights import named_tensors


@since("0.1")
def samples_have_the_form_of_the_data(trial: Trial) -> None:
    """Samples have the shape, type and range of the data: images in [-1, 1], finite points, tokens that there are."""
    spec, n = trial.data.spec, 3
    samples = trial.some_samples(n, seed=5)
    item = trial.data.first(1, spec.streams[0])["x"]
    require(
        samples.shape == (n, *item.shape[1:]),
        f"{n} samples have the shape {tuple(samples.shape)}, the data {(n, *item.shape[1:])}",
        mend="let generate() return one item of the data's shape per latent",
    )
    require(
        samples.dtype == item.dtype,
        f"samples are {samples.dtype}, the data {item.dtype}",
        mend="return the data's type",
    )
    require(not samples.requires_grad, "samples carry gradients", mend="sample inside `with self.evaluation():`")
    if spec.modality == "tokens":
        low, high = int(samples.min()), int(samples.max())
        require(
            low >= 0 and spec.vocabulary is not None and high < spec.vocabulary,
            f"tokens lie in [{low}, {high}], not in [0, {spec.vocabulary})",
            mend="draw from the vocabulary only",
        )
        return
    require(samples.isfinite().all(), "samples hold NaN or infinity", mend="look for division by 0 in generate()")
    if spec.modality in ("image", "pairs"):
        most = float(samples.abs().max())
        require(most <= 1, f"images reach {most:.3g}: they must lie in [-1, 1]", mend="end the generator with tanh")


@since("0.1")
def sampling_counts_as_asked(trial: Trial) -> None:
    """Any number of samples can be asked for, none and one among them."""
    shape = trial.some_samples(2, seed=5).shape[1:]
    for n in (0, 1, 5):
        if n == 0 and trial.resumed.sampler.translates:
            continue
        try:
            made = trial.some_samples(n, seed=5).shape
        except Exception as error:
            raise CheckFailed(
                f"{n} samples cannot be drawn: {error}", mend="let generate() take any number of rows"
            ) from error
        require(
            made == (n, *shape), f"{n} samples have the shape {tuple(made)}", mend="no squeeze() without a dimension"
        )


@since("0.1")
def one_seed_gives_one_result(trial: Trial) -> None:
    """One seed gives the same samples bit for bit, another seed others."""
    first = trial.some_samples(4, seed=5)
    require(
        torch.equal(first, trial.some_samples(4, seed=5)),
        "one seed gave two results",
        mend="draw everything that is random in latent(), from its generator",
    )
    if not trial.resumed.sampler.translates:
        require(
            not torch.equal(first, trial.some_samples(4, seed=6)),
            "two seeds gave one result",
            mend="let generate() use its latent",
        )


@since("0.1")
def batch_size_does_not_matter(trial: Trial) -> None:
    """Sample i is the same whatever the batch size and however many are drawn, up to rounding.

    Rounding is 1e-5 of the samples' standard deviation in the root mean square, and 1e-4 in any one number.
    """
    samples = trial.some_samples(12, seed=5).float()
    std = float(samples.std())
    mend = (
        "batch statistics must be off in evaluation mode; draw latents row by row (torch.randn(n, ..., generator=rng))"
    )
    tries = {f"at batch size {size}": trial.some_samples(12, seed=5, batch_size=size) for size in (1, 5)}
    tries["as the first 3"] = trial.some_samples(3, seed=5)
    for words, other in tries.items():
        difference = (other.float() - samples[: len(other)]).abs()
        rounding = float(difference.square().mean().sqrt()) <= 1e-5 * std and float(difference.max()) <= 1e-4 * std
        most = float(difference.max())
        require(rounding, f"{words}, samples differ by {most:.1g} at a standard deviation of {std:.1g}", mend=mend)
    sampler = trial.resumed.sampler
    rows, more = sampler.draw(3, 5), sampler.draw(9, 5)
    where = same(rows, {part: value[:3] for part, value in more.items()})
    require(
        not where, f"latent i depends on how many are drawn: {where}", mend="override latent(), and leave draw() alone"
    )


@since("0.1")
def sampling_leaves_no_trace(trial: Trial) -> None:
    """Sampling changes no weight, buffer or mode, and draws from none of the global random generators."""
    sampler = trial.resumed.sampler
    sampler.train()
    before = {name: tensor.clone() for name, tensor in named_tensors(sampler).items()}
    modes, states = [module.training for module in sampler.modules()], random_states()
    trial.some_samples(4, seed=5)
    after, now = [module.training for module in sampler.modules()], random_states()
    sampler.eval()
    require(
        after == modes, "sampling left modules in another mode", mend="generate inside `with self.evaluation():` only"
    )
    where = same(before, named_tensors(sampler))
    require(not where, f"sampling changed {where.strip('/')}", mend="write to no buffer in generate()")
    moved = [name for name, state in states.items() if same(state, now[name])]
    require(
        not moved,
        f"sampling moved the global generator of {', '.join(moved)}",
        mend="draw in latent(), from the generator that it is given",
    )


@since("0.1")
def generates_purely(trial: Trial) -> None:
    """`generate` is a function of its arguments and the weights: it draws nothing, and a copy gives the same."""
    sampler = trial.resumed.sampler
    with sampler.evaluation():
        state = torch.get_rng_state()
        inputs = sampler.example_inputs(4)
        first, second = sampler.generate(*inputs), sampler.generate(*inputs)
        drew = not torch.equal(state, torch.get_rng_state())
    mend = "put all randomness into latent(); generate() only computes"
    require(not drew, "generate() drew from the global generator", mend=mend)
    require(torch.equal(first, second), "generate() gives two results for the same arguments", mend=mend)
    copied = copy.deepcopy(sampler)
    with copied.evaluation():
        require(torch.equal(first, copied.generate(*inputs)), "a copy generates something else", mend=mend)


CHECKS = (
    samples_have_the_form_of_the_data,
    sampling_counts_as_asked,
    one_seed_gives_one_result,
    batch_size_does_not_matter,
    sampling_leaves_no_trace,
    generates_purely,
)
