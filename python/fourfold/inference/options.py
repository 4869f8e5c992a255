# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is asked for beside the plug-in atoms of samples, and its checks."""

from __future__ import annotations

import dataclasses
from typing import Any

from fourfold.inputs.numbers import check_confidence_level, check_option, positive_int

__all__ = ["LEAST_RESAMPLES", "METHODS", "RESAMPLES", "Inference"]

METHODS = ("none", "auto", "chao", "bayes", "linear", "shuffle", "qe")
LEAST_RESAMPLES = 25
#: Halves where `n_resamples` is None and one solve does not tell the errors.
RESAMPLES = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Inference:
    """Checked options of a correction and an interval; see `fourfold.pid`.

    `n_resamples` None stands for no halves where one solve tells the errors, else for `RESAMPLES`.
    """

    bias_correction: str
    n_resamples: int | None
    confidence_level: float | None

    @classmethod
    def checked(
        cls,
        bias_correction: Any,
        n_resamples: Any,
        confidence_level: Any,
        methods: tuple[str, ...] = METHODS,
    ) -> Inference:
        """The options, or raise with the name of the one that is wrong."""
        method = check_option(bias_correction, "bias_correction", methods)
        level = None if confidence_level is None else check_confidence_level(confidence_level)
        if n_resamples is None:
            return cls(method, 0 if level is None else None, level)
        number = positive_int(n_resamples, "n_resamples", least=0)
        if 0 < number < LEAST_RESAMPLES:
            msg = f"n_resamples: expected 0 or at least {LEAST_RESAMPLES}, got {number}"
            raise ValueError(msg)
        if number > 0 and level is None:
            msg = (
                f"n_resamples, confidence_level: {number} resamples are for an interval, which "
                "None switches off; expected n_resamples=0, or a level such as 0.95"
            )
            raise ValueError(msg)
        return cls(method, number, level)

    @property
    def wanted(self) -> bool:
        """Whether anything but the plug-in atoms is."""
        return self.bias_correction != "none" or self.confidence_level is not None

    @property
    def level(self) -> float:
        """Of what has one whether or not there are intervals, as the bounds of a probe."""
        return 0.95 if self.confidence_level is None else self.confidence_level
