# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What a Gaussian decomposition says of itself, in lines of text."""

from __future__ import annotations

from typing import Any

import numpy as np

from fourfold.inputs.device import to_numpy
from fourfold.results.told_apart import apart_words
from fourfold.results.words import SYMBOLS, atom_lines, decimals, kink_words, pvalue_words

__all__ = ["gaussian_batch_lines", "gaussian_lines", "model_words"]

_SHOWN = 4  # combinations of Y at most, those of most bits


def model_words(result: Any) -> str:
    """Of what the numbers are: of this covariance, or estimates of a population's."""
    given = " given t" if getattr(result, "given", 0) else ""  # unions are given nothing
    if result.model == "covariance" and result.n_samples is None:
        words = "of these covariances" if result.shape else "of this covariance"
        return f"{words}{given}, exact"
    numbers = np.unique(to_numpy(result.n_samples))
    samples = f"{numbers[0]:,} samples" if len(numbers) == 1 else "the samples"
    fitted = {
        "covariance": f"of the covariance of {samples}",
        "gaussian": f"of the Gaussian with the covariance of {samples}",
        "copula": f"of the Gaussian copula with the ranks of {samples}",
    }
    return f"{fitted[result.model]}{given}, an estimate of the population's"


def gaussian_lines(result: Any) -> list[str]:
    """Of one decomposition."""
    first = f"Gaussian PID in bits, {model_words(result)}"
    return [*atom_lines(first, result), *_notes(result)]


def _notes(result: Any) -> list[str]:
    first, second, target = result.sizes
    lines = [f"  {'zero':<16}{words}" for words in apart_words(result)]
    lines += [f"  {'columns':<16}{first} of x1, {second} of x2, {target} of y"]
    lines.append(f"  {'combinations':<16}{_combination_words(result)}")
    if result.plug_in is not None:
        pairs = zip(SYMBOLS, result.plug_in, strict=True)
        plug_in = ", ".join(f"{symbol} {decimals(value, 3)}" for symbol, value in pairs)
        lines.append(f"  {'plug-in':<16}{plug_in}")
    if result.unique_cross_fitted is not None:
        found = (decimals(value, 3) for value in result.unique_cross_fitted)
        lines.append(f"  {'cross-fitted':<16}U1 {next(found)}, U2 {next(found)}")
    elif result.bias_correction == "digamma":
        words = "removed from the informations; U1 and U2 stay high where sources are alike"
        if result.model != "covariance":
            words = "removed; too few rows to confirm U1 and U2, v* is max(I1, I2)"
        lines.append(f"  {'bias':<16}{words}")
    lines += [f"  {'alike':<16}{words}" for words in kink_words(result.kink)]
    if result.shrinkage is not None:
        lines.append(f"  {'shrinkage':<16}{result.shrinkage:.4f} of the identity mixed in")
    if result.pvalues is not None:
        pairs = zip(SYMBOLS[1:], result.pvalues, strict=True)
        asked = [f"{name} = 0: {pvalue_words(p)}" for name, p in pairs if not np.isnan(p)]
        if asked:
            lines.append(f"  {'p-values':<16}{', '.join(asked)}")
    if result.dependence is not None and result.dependence.exceeds:
        found = result.dependence
        lines.append(
            f"  NOT GAUSSIAN    {found.method} finds {found.information:.3f} bits of I(X1,X2;Y), "
            f"the Gaussian {found.gaussian_information:.3f}"
        )
    return lines


def _combination_words(result: Any) -> str:
    """Bits of the combinations of Y, and which source tells them."""
    bits = to_numpy(result.direction_bits)
    order = np.argsort(-abs(bits), kind="stable")[:_SHOWN]
    words = [f"{bits[k]:+.3f}" for k in order]
    more = len(bits) - len(words)
    rest = f", and {more} of fewer bits" if more else ""
    return f"of y: {', '.join(words)}{rest} (+ x1 alone tells, - x2 alone)"


def gaussian_batch_lines(result: Any) -> list[str]:
    """Of a batch."""
    first = f"Gaussian PID in bits, batch of shape {result.shape}, {model_words(result)}"
    lines = [first]
    if np.size(result.gap):
        for symbol, value in zip(SYMBOLS, result.atoms, strict=True):
            mean, low, high = (float(of(value)) for of in (np.mean, np.min, np.max))
            lines.append(f"  {symbol:<2}  mean {mean:.6f}  range [{low:.6f}, {high:.6f}]")
    sizes = result.sizes
    lines.append(f"  columns: {sizes[0]} of x1, {sizes[1]} of x2, {sizes[2]} of y")
    return lines
