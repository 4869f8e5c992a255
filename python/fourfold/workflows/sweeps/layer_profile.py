# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What two modalities tell about a target at each layer of a model."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from fourfold.embeddings.options import ClusteringOptions, takes_clustering
from fourfold.inference.comparison import Comparison, compare_seeds
from fourfold.posteriors.comparison import compare_decoded
from fourfold.results.shown import draw
from fourfold.workflows.decoding.plans import planned
from fourfold.workflows.sweeps.batch import sweep_seeds
from fourfold.workflows.sweeps.profile_cases import decompose_cases
from fourfold.workflows.sweeps.read_layers import read_layers, tokens_as_rows
from fourfold.workflows.sweeps.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

__all__ = ["LayerProfile", "layer_profile"]


@dataclasses.dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class LayerProfile(Sweep):
    """Atoms of each layer, in bits; made by `fourfold.layer_profile`.

    Attributes
    ----------
    layers : tuple of str
        The L layers, in the order they were given.
    atoms, mi_joint, by_seed, contributions
        Of each layer; see `fourfold.ClusterSweep`.
    estimator : str
        "decoded by classifiers (fast)", of how many clusters, or "of Gaussian copulas".
    decoded : tuple or None
        Where classifiers decode the atoms: `standard_error` of sampling alone, `held_out`
        informations and `outer_bounds`, each of arrays (L,).
    gaussian : tuple or None
        Where Gaussians were fitted: `standard_error`, `unique_cross_fitted`, `pvalues`, `mi1`, `mi2`
        and `not_gaussian`, of arrays with a row for each layer; as the fields of `GaussianPID`.
    low, high, plug_in, bias, samples_per_cell, undersampled, contribution_intervals
        Of clusters, see `fourfold.ClusterSweep`, and but for counts of Gaussians; of classifiers None.
    results : tuple of tuple of PID
        ``results[layer][seed]``. Those of one seed are of the same rows and folds, as
        `fourfold.compare` needs.
    seeds, confidence_level
        Of the fits, and of their bounds or intervals.

    See Also
    --------
    fourfold.layer_profile : Makes it.
    fourfold.torch.capture : Takes the layers of a PyTorch model.
    fourfold.ProfileGrid : Of all pairs of layers, and several data sets.

    Examples
    --------
    >>> import fourfold as ff
    >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
    >>> first = {"embedding": x1, "shuffled": x1[::-1]}
    >>> profile = ff.layer_profile(first, x2, y, estimator=ff.PIDEstimator(2), n_seeds=1)
    >>> profile.layers, profile.atoms.synergy.round(1).tolist()
    (('embedding', 'shuffled'), [1.0, 0.0])
    >>> ax = profile.plot()
    """

    _index: ClassVar[str] = "layer"

    layers: tuple[str, ...]

    def plot(
        self,
        ax: Axes | None = None,
        *,
        what: str = "atoms",
        source_names: tuple[str, str] = ("X1", "X2"),
        target_name: str = "Y",
    ) -> Axes:
        """Draw atoms or contributions with their intervals, layers along x.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure by default.
        what : {"atoms", "contributions"}
            The four atoms in bits; or the shares of both sources in U1 + U2.
        source_names : (str, str)
            What X1 and X2 are.
        target_name : str
            What Y is.

        Returns
        -------
        matplotlib.axes.Axes
            What was drawn on.

        Raises
        ------
        ValueError
            If `what` is neither of the two, or `source_names` is not a pair.
        ImportError
            If `ax` is not given and matplotlib is not installed.

        See Also
        --------
        to_frame : The numbers.
        compare : Whether two layers differ.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> first = {"embedding": x1, "shuffled": x1[::-1]}
        >>> profile = ff.layer_profile(first, x2, y, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> ax = profile.plot(what="contributions", source_names=("image", "text"))
        >>> [label.get_text() for label in ax.get_xticklabels()]
        ['embedding', 'shuffled']
        """
        return draw(self, ax, what=what, source_names=source_names, target_name=target_name)

    def compare(self, a: str, b: str, *, confidence_level: float | None = None) -> Comparison:
        """Compare two layers, row by row, for each seed.

        Parameters
        ----------
        a, b : str
            Two of `layers`.
        confidence_level : float, optional
            That of the profile by default.

        Returns
        -------
        Comparison
            In bits, atoms and contribution of `a` minus those of `b`, means over the seeds. Intervals
            take account of sampling, in what the layers have in common and what not, and of the
            seed; of classifiers also of their training, see `fourfold.compare`.

        Raises
        ------
        ValueError
            If a layer is unknown, or clusters or Gaussians have no intervals.

        See Also
        --------
        fourfold.compare : Of any two results.
        fourfold.adjust_pvalues : Of many pairs of layers.

        Examples
        --------
        >>> import fourfold as ff
        >>> x1, x2, y = ff.datasets.make_embeddings(ff.gates.XOR, 200, 2, signal=6, random_state=0)
        >>> first = {"embedding": x1, "shuffled": x1[::-1]}
        >>> profile = ff.layer_profile(first, x2, y, estimator=ff.PIDEstimator(2), n_seeds=1)
        >>> found = profile.compare("embedding", "shuffled")
        >>> round(found.difference.synergy, 1), found.pvalue.synergy < 0.01
        (1.0, True)
        """
        a, b = str(a), str(b)
        for name, layer in (("a", a), ("b", b)):
            if layer not in self.layers:
                msg = f"{name}: expected one of {', '.join(self.layers)}, got {layer!r}"
                raise ValueError(msg)
        one, other = (self.results[self.layers.index(layer)] for layer in (a, b))
        if self.decoded is not None:
            decoded: Any = one, other
            return compare_decoded(decoded[0], decoded[1], confidence_level)
        return compare_seeds(one, other, confidence_level)

    def setting_labels(self) -> tuple[str, list[str]]:
        """See `Sweep`."""
        return "layer", list(self.layers)


@takes_clustering
def layer_profile(
    sources1: Mapping[Any, ArrayLike] | Sequence[ArrayLike] | ArrayLike,
    sources2: Mapping[Any, ArrayLike] | Sequence[ArrayLike] | ArrayLike,
    target: ArrayLike,
    *,
    paired_tokens: bool = False,
    pairing: str = "name",
    estimator: Any = "classifier",
    n_clusters: int | tuple[int, int] | None = None,
    n_seeds: int | None = None,
    bias_correction: str | None = None,
    n_resamples: int | None = None,
    confidence_level: float | None = None,
    random_state: Any = 0,
    **clustering: Unpack[ClusteringOptions],
) -> LayerProfile:
    """Decompose what embeddings of two modalities tell about a target, layer by layer.

    At each layer classifiers are cross-fitted to both sources, as by `ClassifierPID`, with the
    same folds at all of them. With ``estimator="kmeans"`` sources are clustered, as by
    `PIDEstimator`; what clusters lose may then change from layer to layer more than the atoms. With
    ``estimator="gaussian"`` the target is numbers, a third embedding too, as of `gaussian_pid`.

    Parameters
    ----------
    sources1, sources2 : mapping, sequence or array
        Embeddings of each modality at each of L layers: a mapping from layer to an array
        (N, d), a sequence of L of these, or one array (L, N, d). Row n of all is the same
        sample: token embeddings are pooled first, as `fourfold.torch.capture` does. A single
        array (N, d) is the same source at every layer, such as what goes into the model.
    target : array_like, shape (N,) or (N, K_Y)
        Labels, or rows of probabilities: the answer, or the model's own output; or numbers, with `target_bins`. With
        ``estimator="gaussian"`` numbers (N,) or (N, d): a regression target, or an embedding; or one
        for each layer, in a mapping from layer or an array (L, N, d), and both sources may then be
        single arrays.
    paired_tokens : bool
        Layers are arrays (N, T, d), and token t of a row of X1 belongs with token t of the same
        row of X2, as frames of a video with the sound of the same moment. Every token is then
        counted, also by `samples_per_cell`; errors, folds, intervals and corrections take the N
        rows as the independent draws. The target has shape (N,) or (N, K_Y), that of the row for each of
        its tokens, or (N, T): a matrix of T columns that are not floats is labels of tokens, and
        with `target_bins` one of floats, too.
        Tokens of an image and of a text are not paired: whatever order they are in, the joint
        table would show that order.
    pairing : {"name", "depth"}
        Layers of the same name belong together, whatever their order; or those at the same relative
        depth, for encoders of different depth. There are then as many as the shallower encoder has,
        called by both names: ``"layer.1 + block.3"``. The j-th of its k layers goes with the layer of
        the other that is nearest to the share j / (k - 1) of its depth, counted over the layers that
        were given, the first with the first and the last with the last.
    estimator : {"classifier", "kmeans", "gaussian"}, ClassifierPID, PIDEstimator or partial
        "classifier" is ``ClassifierPID("fast")``, as it is fitted many times; "kmeans" clusters;
        "gaussian" is `gaussian_pid`, of which a partial has options of its own:
        ``functools.partial(ff.gaussian_pid, copula=False)``.
        Of an instance copies are fitted, with a `random_state` for each seed, and options are
        set there.
    n_clusters : int or (int, int)
        Of "kmeans", 8 by default: clusters of both sources, or of each;
        `fourfold.cluster_sweep` recommends a number. The same for all layers, so that they do
        not differ by it: "auto" is refused.
    n_seeds : int
        Fits of each layer: by default 2 of classifiers, each with other folds, as one takes
        about a second at 2000 rows; 3 clusterings. With 1 nothing is said of how much other
        folds or clusters differ. Of "gaussian" 1, as it is fitted in closed form.
    bias_correction, n_resamples : str and int, optional
        Of "kmeans", as in `fourfold.pid`: by default "auto", and 200 halves only where one solve
        does not tell the errors, as with "qe". Of "gaussian" as in `gaussian_pid`.
    confidence_level : float
        Of the bounds, or of the intervals; 0.95 by default.
    preprocess, n_components, clusterer, n_init, held_out : str, int, str, int and float
        Of "kmeans", as in `PIDEstimator`.
    target_bins : int, True or array_like, optional
        As in `fourfold.pid`.
    tol, max_iter, num_threads : float, int and int
        As in `fourfold.decompose`.
    dtype, device : dtype and str
        Of "kmeans", as in `PIDEstimator`.
    random_state : int, RandomState, Generator or None
        Seeds everything. The same int gives the same numbers.

    Returns
    -------
    LayerProfile
        The atoms of each layer in bits, to be plotted and compared.

    Raises
    ------
    ValueError
        If the layers of both sources, or of the target, differ (with "depth": if one has a single layer) or
        there are none, a layer is not of shape (N, d),
        both sources are single arrays, an option is none of the estimator, or as its `fit`,
        with the name of the layer.
    TypeError
        As the `fit` of the estimator.

    Warns
    -----
    UndersampledWarning, ConvergenceWarning
        Once, naming layers that are undersampled; and if a gap of the solver is above `tol`.
    GaussianFitWarning
        Once of each kind, naming the layers: see `gaussian_pid`.

    See Also
    --------
    fourfold.torch.capture : Takes the layers of a PyTorch model.
    fourfold.profile_grid : All pairs of layers, and several data sets.
    fourfold.dataset_profile : Data sets in place of layers.

    Notes
    -----
    Contributions U_i / (U1 + U2) of layers are those of Amit et al., arXiv 2511.19470, of the
    samples of a data set instead of the tokens of one: see docs/layers.md.

    Examples
    --------
    >>> import numpy as np
    >>> import fourfold as ff
    >>> first, second, wine = ff.datasets.wine()
    >>> noise = np.random.default_rng(0).normal(scale=2 * first.std(0), size=first.shape)
    >>> layers = {"measured": first, "noisy": first + noise}
    >>> profile = ff.layer_profile(layers, second, wine, n_seeds=1)
    >>> bool(profile.atoms.unique1[0] > profile.atoms.unique1[1])
    True
    """
    plan = planned(
        "layer_profile",
        estimator,
        clustering,
        n_seeds=n_seeds,
        cluster_seeds=3,
        closed_form=True,
        n_clusters=n_clusters,
        bias_correction=bias_correction,
        n_resamples=n_resamples,
        confidence_level=confidence_level,
    )
    seeds, _ = sweep_seeds(random_state, plan.n_seeds)
    if plan.gaussian and paired_tokens:
        msg = (
            "paired_tokens: tokens of one row are no independent rows of a Gaussian; pool them, as "
            "fourfold.torch.capture does"
        )
        raise ValueError(msg)
    names, cases = read_layers(
        sources1,
        sources2,
        target,
        tokens=paired_tokens,
        of_target=plan.gaussian,
        pairing=pairing,
    )
    if paired_tokens:
        held_out = getattr(plan.estimator, "held_out", 0.0)
        cases = [tokens_as_rows(case, held_out, plan.estimator.target_bins) for case in cases]
    return LayerProfile(**decompose_cases(cases, plan, seeds, "layers"), layers=names)
