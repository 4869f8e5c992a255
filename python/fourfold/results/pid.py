# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The result of a decomposition: four atoms in bits, and the certificate around them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np

from fourfold.inputs.numbers import check_option
from fourfold.results.atoms import ROUNDING, Atoms, SamplesPerCell, Value, python_scalar
from fourfold.results.certified import Certified
from fourfold.results.confidence_interval import ConfidenceInterval
from fourfold.results.coupling import Coupling
from fourfold.results.dual import CertifiedDual
from fourfold.results.frame import Block, batch_index
from fourfold.results.kept import Kept
from fourfold.results.part import part
from fourfold.results.pid_lines import pid_lines
from fourfold.results.pid_words import pid_words
from fourfold.results.record import Record
from fourfold.results.sample_words import batch_words
from fourfold.results.shown import Shown, draw
from fourfold.results.target_bins import TargetBins
from fourfold.results.xarrays import dataset_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

__all__ = ["PID", "Atoms", "SamplesPerCell"]


@dataclasses.dataclass(frozen=True, repr=False, eq=False)
class PID(Certified, Shown, Record):
    """Partial information decomposition of I(X1,X2;Y) (Bertschinger et al. 2014), in bits.

    With v* the union information, the least I_q(X1,X2;Y) over all q that keep p(x1,y) and
    p(x2,y)::

        R = I(X1;Y) + I(X2;Y) - v*      U1 = v* - I(X2;Y)
        S = I(X1,X2;Y) - v*             U2 = v* - I(X1;Y)

    so the atoms add up to I(X1,X2;Y), and one certified interval around v* is an interval
    of the same width around each atom. The atoms are those of the upper end of that
    interval, the value of a coupling that was found.

    Those are the atoms of the table. What they say of the population that its samples came
    from is another matter: `bias`, `undersampled` and `confidence_interval` are about that.

    For a batch every field is an array with the batch's shape; index the result to get the
    parts.

    Attributes
    ----------
    redundancy, unique1, unique2, synergy : float or ndarray
        The atoms R, U1, U2, S in bits. `synergy` is NaN when I(X1,X2;Y) is not known.
    mi_joint, mi1, mi2 : float or ndarray
        I(X1,X2;Y), I(X1;Y) and I(X2;Y) in bits. `mi_joint` is NaN when not known.
    gap : float or ndarray
        Width in bits of the certified interval around each atom.
    converged : bool or ndarray
        Whether `gap` is at most the tolerance that was asked for; nothing else decides it.
    iterations : int or ndarray
        Outer steps of the solver.
    n_samples : int, ndarray or None
        Number of samples behind the counts; None when probabilities or weights were given.
    entropy : float, ndarray or None
        H(Y) in bits, of the frequencies where samples were given; no information about Y is more.
    solver : str or ndarray
        What solved it, always of NumPy in a batch: "cpu"; "cpu-sparse", on the blocks of the
        classes; "cpu-active", on lists of the pairs that carry mass; "roc-hull", two classes in
        closed form; "cuda-shared" or "cuda-block", one block of GPU threads with its arrays in
        shared or in global memory; "cuda-grid", the whole device; "equal-sources", with
        `device="cuda"`, without a step.
    samples_per_cell : SamplesPerCell or None
        n_samples over the cells of the table, those occupied and all.
    bias : Atoms or None
        Estimated bias in bits of the plug-in atoms, those of the counts as they are: still in the
        atoms where `bias_correction` is "none". NaN where most samples are alone in their cell.
    undersampled : bool, ndarray or None
        Whether an atom is mostly bias, or most samples are alone in their cell; or, once they
        are corrected, whether atoms are far above H(Y) or below zero, as no distribution has them,
        or with less than one sample per cell the bias of S is not known.
    bias_correction : str
        "none", "chao", "bayes", "linear", "shuffle" or "qe"; see `fourfold.pid`. Corrected atoms still
        add up to I(X1,X2;Y), which is corrected too, but may be negative.
    plug_in : Atoms or None
        The atoms of the frequencies as they are, where samples were given.
    standard_error : Atoms or None
        Of each corrected atom, in bits: from what each row adds; where only halves tell, their scatter.
    kink : float or None
        Bits by which sources differ that look alike with these samples, around v*; 0 where told apart.
    confidence_interval : ConfidenceInterval or None
        Of the atoms of the population.
    kept : Kept or None
        Of a table of clusters: what they keep of what the embeddings tell.
    factored : Coupling or None
        The coupling as factors, which `coupling` reads.
    certified_dual : CertifiedDual or None
        What `dual` and `terms` read.
    effective_samples : float or None
        Of weights that are no whole numbers: as how many samples they count, sum(w)**2 / sum(w**2).
    target_bins : TargetBins or None
        Where y was put into bins: which ones, and what they keep of it.
    merged : float or ndarray
        Bits lost where similar states were made one (`merge` of `decompose`), else 0; `gap` allows for it.

    See Also
    --------
    decompose : Makes it of a table.
    pid : Makes it of labels.
    PosteriorPID : The result for two embeddings.
    GaussianPID : The result for Gaussians.

    References
    ----------
    Bertschinger, Rauh, Olbrich, Jost, Ay, "Quantifying unique information", Entropy 16
    (2014), Definition 1 and equations (5) to (8).

    Examples
    --------
    >>> import fourfold as ff
    >>> result = ff.decompose(ff.gates.AND.pmf)
    >>> round(result.redundancy, 4), round(result.synergy, 4)
    (0.3113, 0.5)
    """

    _whole: ClassVar[frozenset[str]] = (
        frozenset()
    )  # fields that a part of a batch has as they are
    _left_out: ClassVar[frozenset[str]] = frozenset({"factored", "certified_dual"})
    _derived: ClassVar[tuple[str, ...]] = ("union_information", "lower", "upper")

    redundancy: Value
    unique1: Value
    unique2: Value
    synergy: Value
    mi_joint: Value
    mi1: Value
    mi2: Value
    gap: Value
    converged: Value
    iterations: Value
    n_samples: Value = None
    entropy: Value = None
    solver: Value = "cpu"
    samples_per_cell: SamplesPerCell | None = None
    bias: Atoms | None = None
    undersampled: Value = None
    bias_correction: str = "none"
    plug_in: Atoms | None = None
    standard_error: Atoms | None = None
    kink: Value = None
    confidence_interval: ConfidenceInterval | None = None
    kept: Kept | None = None
    factored: Coupling | None = None
    certified_dual: CertifiedDual | None = None
    effective_samples: float | None = None
    target_bins: TargetBins | None = None
    merged: Value = 0.0

    # -- ways to read it ---------------------------------------------------------------

    @property
    def atoms(self) -> Atoms:
        """The four atoms (R, U1, U2, S) in bits.

        See Also
        --------
        fractions : The same as shares of the whole.
        lower, upper : Certified bounds.

        Examples
        --------
        >>> import fourfold as ff
        >>> atoms = ff.decompose(ff.gates.NESTED_AND.pmf).atoms
        >>> round(atoms.redundancy, 4), round(atoms.unique1, 4)
        (0.3113, 0.5)
        """
        return Atoms(self.redundancy, self.unique1, self.unique2, self.synergy)

    def contributions(self) -> tuple[Value, Value]:
        """Share of each source in the unique information.

        Returns
        -------
        (float, float) or (ndarray, ndarray)
            U1 / (U1 + U2) and U2 / (U1 + U2), without unit; of corrected atoms, which may be
            negative, those below zero count as zero. NaN where U1 + U2 is not larger than the
            certified gap, or than rounding: the ratio would then say nothing.

        See Also
        --------
        fractions : Of all four atoms.
        ConfidenceInterval : Has intervals of these, `contributions`.

        Notes
        -----
        A contribution is no share of use: see docs/model-decisions.md. It is 0 or 1 where
        one source tells nothing that the other does not, however much both matter by redundancy
        and synergy.

        Examples
        --------
        >>> import fourfold as ff
        >>> [round(share, 3) for share in ff.decompose(ff.gates.COPY.pmf).contributions()]
        [0.5, 0.5]
        >>> ff.decompose(ff.gates.AND.pmf).contributions()  # nothing is unique
        (nan, nan)
        """
        unique1, unique2 = np.maximum(self.unique1, 0.0), np.maximum(self.unique2, 0.0)
        total = unique1 + unique2
        known = total > np.maximum(self.gap, 1e-12)
        safe = np.where(known, total, 1.0)
        return (
            python_scalar(np.where(known, unique1 / safe, np.nan)),
            python_scalar(np.where(known, unique2 / safe, np.nan)),
        )

    def fractions(self, of: Literal["information", "entropy"] = "information") -> Atoms:
        """Each atom as a fraction of what the sources tell, or of what there is to be told.

        Parameters
        ----------
        of : {"information", "entropy"}
            I(X1,X2;Y), of which the four fractions add up to 1; or H(Y).

        Returns
        -------
        Atoms
            Without unit; NaN where what they are of is rounding or not known.

        Raises
        ------
        ValueError
            If `of` is unknown, or "entropy" and the result has none, as of Gaussians, whose target
            has a density.

        See Also
        --------
        atoms : In bits.
        contributions : Of the unique information alone.

        Examples
        --------
        >>> import fourfold as ff
        >>> ff.decompose(ff.gates.XOR.pmf).fractions("entropy").synergy
        1.0
        """
        whole = self.mi_joint
        if check_option(of, "of", ("information", "entropy")) == "entropy":
            if self.entropy is None:
                msg = (
                    "of: this result has no H(Y), which only a target of classes has; expected "
                    "'information'"
                )
                raise ValueError(msg)
            whole = self.entropy
        total = np.where(whole > ROUNDING, whole, np.nan)
        return Atoms(*(python_scalar(atom / total) for atom in self.atoms))

    def coupling(self, i: Any = None, j: Any = None) -> np.ndarray:
        """Read the coupling q*(x1,x2,y) that attains the reported union information.

        It keeps p(x1,y) and p(x2,y), and is held as factors; only the part asked for is
        formed. Where several couplings are optimal, this is the one that the solver's
        iteration leads to; the atoms do not depend on the choice.

        Parameters
        ----------
        i, j : int or array of int, optional
            States of X1 and of X2, broadcast against each other. None stands for all.

        Returns
        -------
        ndarray
            Probabilities, shape (broadcast shape of i and j) + (K_Y,); shape (K2, K_Y) with
            only i, (K1, K_Y) with only j, (K1, K2, K_Y) with neither.

        Raises
        ------
        ValueError
            If the array asked for would have more than 2**27
            entries, if i and j do not broadcast, or the result is a batch (index it first).
        IndexError
            If i or j is not a state.

        See Also
        --------
        dual : What shows that no coupling has less information.
        union_information : The information of this one.

        Examples
        --------
        Of XOR the sources are independent of each other and of y under it:

        >>> import fourfold as ff
        >>> ff.decompose(ff.gates.XOR.pmf).coupling(0, [0, 1]).round(3)
        array([[0.125, 0.125],
               [0.125, 0.125]])
        """
        if self.shape:
            msg = (
                f"coupling: this result is a batch of shape {self.shape}; "
                "index it first, for example result[0].coupling()"
            )
            raise ValueError(msg)
        if self.factored is None:
            msg = "coupling: this result was built without its marginals and has no coupling"
            raise ValueError(msg)
        return self.factored.read(i, j)

    def _plain(self) -> dict[str, Any]:
        bins = self.target_bins
        of_bins = None if bins is None else bins.to_dict(self.mi_joint)
        return super()._plain() | {"target_bins": of_bins}

    def _blocks(self) -> list[Block]:
        return [Block(batch_index(self.shape), pid_lines(self))]

    def to_xarray(self, dims: Sequence[str] | None = None) -> Any:
        """The numbers as a dataset of xarray, of the dimensions of the batch.

        Parameters
        ----------
        dims : sequence of str, optional
            Names of the axes of the batch; by default "batch", or "batch0", "batch1" and so on.

        Returns
        -------
        xarray.Dataset
            A variable for each atom, ``redundancy``, for its bounds, ``redundancy_lower`` and
            ``redundancy_upper``, and, where they are known, ``_bias``, ``_plug_in``,
            ``_standard_error`` and the ends ``_low`` and ``_high`` of its interval; the informations;
            whether it converged. What is in bits has ``units`` "bits" as an attribute. Of Gaussians also
            what has an axis of directions.

        Raises
        ------
        ValueError
            If `dims` is not one name for each axis.
        ImportError
            If xarray is not installed.

        See Also
        --------
        to_frame : A row for each number.
        to_dict : Plain values.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> batch = ff.decompose(np.stack([ff.gates.AND.pmf, ff.gates.XOR.pmf]))
        >>> batch.to_xarray(["gate"]).synergy.round(4).values
        array([0.5, 1. ])
        """
        return dataset_of(self, dims)

    def plot(self, ax: Axes | None = None, **options: Any) -> Axes:
        """Draw the atoms, or ROC curves of two classes.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        **options
            `label`, `source_names`, `target_name`, `kind` and `class_names` of
            `fourfold.plotting.plot`.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn into.

        See Also
        --------
        fourfold.plotting.plot : The same, with what all options mean.
        to_html : A page with this picture.

        Examples
        --------
        >>> import fourfold as ff
        >>> ax = ff.decompose(ff.gates.AND.pmf).plot(target_name="AND")
        >>> ax.get_xlabel()
        'Information about AND (bits)'
        """
        return draw(self, ax, **options)

    def page_heading(self) -> str:
        """Of the result on its page."""
        return (
            "Decomposition"
            if self.kept is None
            else f"Decomposition of {self.kept.states_words}"
        )

    # -- batches -----------------------------------------------------------------------

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the batch; () for one problem.

        See Also
        --------
        to_xarray : A batch as arrays with names.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> batch = ff.decompose(np.stack([ff.gates.AND.pmf, ff.gates.XOR.pmf]))
        >>> batch.shape, batch[1].shape
        ((2,), ())
        """
        return np.shape(self.gap)

    def __len__(self) -> int:
        if not self.shape:
            msg = "len() of one decomposition: this result is not a batch"
            raise TypeError(msg)
        return self.shape[0]

    def __getitem__(self, index: Any) -> Self:
        if not self.shape:
            msg = "index: this result is one decomposition, not a batch"
            raise TypeError(msg)
        names = (f.name for f in dataclasses.fields(self) if f.name not in self._whole)
        axes = len(self.shape)
        parts = {name: part(getattr(self, name), index, axes) for name in names}
        return dataclasses.replace(self, **parts)

    def __iter__(self) -> Iterator[Self]:
        return (self[k] for k in range(len(self)))

    def __repr__(self) -> str:
        if self.shape:
            return "\n".join(batch_words(self))
        return "\n".join(pid_words(self))
