"""Several logistic regressions over one table at once, by Newton steps with conjugate gradients.

What costs time is reading the table; here each reading serves every output, so fifteen are fitted in the time of two or
three.  A key that by its mere counts tells an output's texts from the others may weigh more (after Wang and Manning's
naive-Bayes features); what it may weigh is part of its weight in the end, so reading costs nothing more.  Nothing is
left to chance.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.special import expit

__all__ = ["fit_together", "telling"]

Numbers = npt.NDArray[np.float32]

_STEPS = 12
_INNER_STEPS = 12
_SETTLED = 0.01  # share of the first gradient that may be left
_INNER_SETTLED = 0.1
_HALVINGS = 6
_UNSEEN = 0.05  # what a key that never came up counts
_MOST_TELLING = 4.0
_AS_ANY_OTHER = 0.5  # half of what a key may weigh is the same for all


def telling(table: csr_matrix, wanted: npt.NDArray[np.bool_], counts: Numbers) -> Numbers:
    """How much each column of *table* may weigh for each output: more where the counts alone tell more."""
    seen = table.T @ (wanted & (counts > 0)).astype(np.float32) + _UNSEEN
    elsewhere = table.T @ (~wanted & (counts > 0)).astype(np.float32) + _UNSEEN
    apart = np.abs(np.log(seen / seen.sum(axis=0)) - np.log(elsewhere / elsewhere.sum(axis=0)))
    apart = np.minimum(apart / apart.mean(axis=0), _MOST_TELLING)
    return (_AS_ANY_OTHER + (1 - _AS_ANY_OTHER) * apart).astype(np.float32)


def fit_together(
    table: csr_matrix, wanted: npt.NDArray[np.bool_], counts: Numbers, allowed: Numbers, strength: float
) -> Numbers:
    """The weights of each column of *table* (a row each) for each output (a column each), biases among them.

    *wanted*: a row per text, a column per output; *counts*: how much each text counts for each output, 0 leaves it out;
    *allowed*: how much each column may weigh for each output beside the others; *strength* is the C of the usual
    notation, the inverse of how much large weights cost.
    """
    turned = table.T.tocsr()
    sign = np.where(wanted, 1, -1).astype(np.float32)
    counted = (strength * counts).astype(np.float32)
    weights = np.zeros((table.shape[1], sign.shape[1]), dtype=np.float32)
    odds = np.zeros(sign.shape, dtype=np.float32)
    first: Numbers | None = None
    for _ in range(_STEPS):
        right = expit(sign * odds)
        gradient = allowed * (turned @ (counted * (right - 1) * sign)) + weights
        steep = np.linalg.norm(gradient, axis=0)
        first = steep if first is None else first
        if np.all(steep < _SETTLED * first):
            break
        step = _newton_step(table, turned, allowed, counted * right * (1 - right), gradient)
        moved = table @ (allowed * step)
        share = _share(weights, step, odds, moved, sign, counted)
        weights += share * step
        odds += share * moved
    return allowed * weights


def _newton_step(table: csr_matrix, turned: csr_matrix, allowed: Numbers, bends: Numbers, gradient: Numbers) -> Numbers:
    """About where each output's loss would be least if it were as curved everywhere as here."""
    near = 1 + allowed**2 * (turned.power(2) @ bends)
    step = np.zeros_like(gradient)
    left = -gradient
    first = np.linalg.norm(left, axis=0)
    towards = left / near
    ahead = (left * towards).sum(axis=0)
    for _ in range(_INNER_STEPS):
        curved = allowed * (turned @ (bends * (table @ (allowed * towards)))) + towards
        far = ahead / np.maximum((towards * curved).sum(axis=0), 1e-30)
        step += far * towards
        left -= far * curved
        if np.all(np.linalg.norm(left, axis=0) < _INNER_SETTLED * first):
            break
        eased = left / near
        before, ahead = ahead, (left * eased).sum(axis=0)
        towards = eased + ahead / np.maximum(before, 1e-30) * towards
    return step


def _share(weights: Numbers, step: Numbers, odds: Numbers, moved: Numbers, sign: Numbers, counted: Numbers) -> Numbers:
    """How much of the step each output goes: all of it, or half and half again until its loss does not grow."""
    share = np.ones(step.shape[1], dtype=np.float32)
    before = _loss(weights, odds, sign, counted)
    for _ in range(_HALVINGS):
        worse = _loss(weights + share * step, odds + share * moved, sign, counted) > before
        if not worse.any():
            return share
        share[worse] /= 2
    share[_loss(weights + share * step, odds + share * moved, sign, counted) > before] = 0
    return share


def _loss(weights: Numbers, odds: Numbers, sign: Numbers, counted: Numbers) -> Numbers:
    loss: Numbers = (counted * np.logaddexp(0, -sign * odds)).sum(axis=0) + 0.5 * (weights**2).sum(axis=0)
    return loss
