# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Estimators of sources that take them as columns of one table, too, as scikit-learn does."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

import numpy as np
import sklearn
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.metadata_routing import UNUSED
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from fourfold.inputs.column_names import column_names
from fourfold.inputs.columns import chosen, columns_of, read_table
from fourfold.inputs.device import array_module
from fourfold.inputs.faults import check_aligned
from fourfold.inputs.list_columns import is_list_column

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "LabelsSources",
    "TakesSources",
    "fitted_names",
    "fitted_of_table",
    "names_of_several",
    "of_sources",
    "remember_named",
    "remember_names",
    "takes_pair",
    "values_of",
]

Made = TypeVar("Made")
Given = ParamSpec("Given")

_ROUTED = "fit", "partial_fit", "score", "transform"  # by scikit-learn's metadata routing
_WRAPPED = "transform", "fit_transform"  # by its `set_output`


class of_sources(Generic[Made]):
    """A method of X1 and X2; of an estimator with `sources` one of the table X in their place.

    Its X1 and X2 may then also come as one list ``[X1, X2]``. scikit-learn reads the arguments of
    a method from its signature: that of an estimator with `sources` is (X, y, **metadata), as of its
    own estimators that pass things on. Three or more sources, in such a list, in a mapping or in
    `sources`, go to the method that `of_several` names, if any.
    """

    def __init__(self, method: Callable[..., Made]) -> None:
        functools.update_wrapper(cast("Any", self), method)
        self.method = method
        self.several: Callable[..., Made] | None = None
        self.given = list(inspect.signature(method).parameters)
        self.of_table = _of_table(self)

    def of_several(self, method: Callable[..., Made]) -> Callable[..., Made]:
        """Decorates the method that takes three or more sources, list or mapping, in place of two."""
        self.several = method
        return method

    def __get__(self, estimator: Any, owner: Any = None) -> Callable[..., Made]:
        if estimator is None:
            return self.method
        if estimator.sources is None:
            return MethodType(_of_two(self), estimator)
        return MethodType(self.of_table, estimator)


class TakesSources:
    """An estimator with the parameter `sources`, and methods made with `of_sources`."""

    sources: Any

    def __init_subclass__(cls, **given: Any) -> None:
        methods = {
            name: method for name, method in vars(cls).items() if isinstance(method, of_sources)
        }
        columns = {name: methods[name] for name in _WRAPPED if name in methods}
        for name in methods.keys() - columns.keys():
            cls._leave_out(name, methods[name])
        for name, method in columns.items():
            setattr(cls, name, method.of_table)
        super().__init_subclass__(**given)  # which wraps them in what `set_output` asks for
        for name, method in columns.items():
            method.of_table = vars(cls)[name]
            setattr(cls, name, method)
            cls._leave_out(name, method)

    @classmethod
    def _leave_out(cls, name: str, method: of_sources[Any]) -> None:
        """Tell scikit-learn that the sources of a method are no metadata."""
        sources = [one for one in method.given if one in ("X1", "X2")]
        if name in _ROUTED:
            setattr(cls, f"__metadata_request__{name}", dict.fromkeys(sources, UNUSED))


class LabelsSources(TakesSources, ClassNamePrefixFeaturesOutMixin, TransformerMixin):  # type: ignore[misc]
    """One whose `transform` labels rows by both sources: with `sources` two columns of a table."""

    @property
    def _n_features_out(self) -> int:
        return 2

    @available_if(lambda self: self.sources is not None)  # type: ignore[untyped-decorator]
    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Names of the columns that `transform` gives where the estimator has `sources`.

        Parameters
        ----------
        input_features : array_like of str, optional
            Names of the columns that were fitted, as meta-estimators hand them on; not needed.

        Returns
        -------
        ndarray of str, shape (2,)
            The name of the class in small letters with 0 for the labels of X1, and with 1 for those
            of X2.

        See Also
        --------
        transform : Gives these columns.

        Examples
        --------
        >>> import numpy as np, fourfold as ff
        >>> bits = np.random.default_rng(0).integers(2, size=(200, 2))
        >>> estimator = ff.PIDEstimator(2, random_state=0, sources=([0], [1]))
        >>> estimator.fit(bits, bits[:, 0] ^ bits[:, 1]).get_feature_names_out().tolist()
        ['pidestimator0', 'pidestimator1']
        """
        check_is_fitted(self)
        names: np.ndarray = super().get_feature_names_out(input_features)
        return names


def takes_pair(function: Callable[Given, Made]) -> Callable[Given, Made]:
    """A function of X1, X2 and y whose X1 and X2 may also come as one list ``[X1, X2]``."""

    @functools.wraps(function)
    def of_pair(*given: Given.args, **named: Given.kwargs) -> Made:
        if given and is_pair(given[0]):
            several: Any = (*cast("Any", given[0]), *given[1:])
            return function(*several, **named)
        return function(*given, **named)

    return of_pair


def _of_two(sources: of_sources[Any]) -> Callable[..., Any]:
    """The method itself; a list [X1, X2] in place of both is taken apart."""
    method = sources.method

    @functools.wraps(method)
    def of_two(self: Any, *given: Any, **named: Any) -> Any:
        if sources.several is not None:
            if not given and is_several(named.get("X")):
                given = (named.pop("X"),)
            # of two sources X1 may be a list of rows, and y comes third
            if given and is_several(given[0]) and len(given) + ("y" in named) == 2:
                parts = given[0]
                several = dict(zip(names_of_several(parts), values_of(parts), strict=True))
                rest = dict(zip(("y",), given[1:], strict=False))
                check_aligned(**several, **rest, **named)
                with _own_settings():
                    return sources.several(self, *given, **named)
        if given and is_pair(given[0]):
            given = (*given[0], *given[1:])
        elif not given and is_pair(named.get("X")):
            given = tuple(named.pop("X"))
        try:
            bound = inspect.signature(method).bind(self, *given, **named).arguments
        except TypeError as error:
            taken = sources.several is not None and method.__name__ == "fit"
            more = "a list [X1, X2, X3] or a dict of three or more arrays (N, d), or "
            msg = (
                f"{type(self).__name__}.{method.__name__}(): {error}; it takes X1 and X2, or {more * taken}"
                "sources=(columns of X1, columns of X2) of the estimator and one table X"
            )
            raise TypeError(msg) from None
        check_aligned(**{name: value for name, value in bound.items() if name != "self"})
        with _own_settings():
            return method(self, *given, **named)

    return of_two


def _of_table(sources: of_sources[Any]) -> Callable[..., Any]:
    """The method of columns of a table."""
    method, parameters = sources.method, sources.given
    name = method.__name__

    def call(self: Any, X: Any, rest: tuple[Any, ...], metadata: dict[str, Any]) -> Any:
        if is_pair(X):
            msg = (
                "sources: picks columns of one table, but X is a list of two arrays; leave sources "
                f"out to give {name} these, or stack their columns"
            )
            raise ValueError(msg)
        table = read_table(X)
        check_aligned(X=table, **dict(zip(("y",), rest, strict=False)), **metadata)
        anew = "fit" in name
        if anew:
            columns = columns_of(self.sources, table, several=sources.several is not None)
        else:
            columns = fitted_of_table(self, table)
        parts = [chosen(table, some) for some in columns]
        try:
            with _own_settings():
                if len(parts) > 2 and sources.several is not None:
                    found = sources.several(self, parts, *rest, **metadata)
                else:
                    found = method(self, *parts, *rest, **metadata)
        except (TypeError, ValueError) as error:
            error.add_note("X1 and X2 are the columns of X that sources[0] and sources[1] pick")
            raise
        if anew:
            self._columns = columns
            validate_data(self, table, reset=True, skip_check_array=True)
        if name in _WRAPPED:
            found = array_module(found[0]).column_stack(found)
        return found

    if "y" in parameters:

        def of_table(self: Any, X: Any, y: Any = None, *more: Any, **metadata: Any) -> Any:
            if more or {"X1", "X2"} & {*metadata}:
                msg = (
                    f"{name}: the estimator has sources={self.sources!r} and takes one table X and "
                    "y; leave sources out to give X1, X2 and y"
                )
                raise TypeError(msg)
            return call(self, X, (y,), metadata)

    else:

        def of_table(self: Any, X: Any) -> Any:  # type: ignore[misc]
            return call(self, X, (), {})

    functools.update_wrapper(of_table, method)
    del of_table.__wrapped__  # type: ignore[attr-defined]  # its signature is another
    return of_table


def _own_settings() -> Any:
    """For steps inside: what a user asks of scikit-learn is about the estimator that they see."""
    return sklearn.config_context(transform_output="default", enable_metadata_routing=False)


def fitted_of_table(estimator: Any, table: Any) -> tuple[np.ndarray, ...]:
    """The columns that were fitted; raises where the table has others."""
    check_is_fitted(estimator)
    if not hasattr(estimator, "_columns"):
        msg = (
            f"sources: this {type(estimator).__name__} was fitted to X1 and X2 before it had "
            "sources; fit it again, to one table X"
        )
        raise NotFittedError(msg)
    validate_data(estimator, table, reset=False, skip_check_array=True)
    columns: tuple[np.ndarray, ...] = estimator._columns
    return columns


def remember_names(estimator: Any, *sources: Any) -> None:
    """Set `feature_names_in_` to the names of the columns of all sources, where any has some."""
    remember_named(estimator, tuple(map(column_names, sources)))


def remember_named(estimator: Any, names: Any) -> None:
    """Likewise, of a tuple of names, or None, of each source."""
    if estimator.sources is not None:  # then it is that of the table
        return
    if names is not None and any(found is not None for found in names):
        estimator.feature_names_in_ = names
    else:
        estimator.__dict__.pop("feature_names_in_", None)


def fitted_names(estimator: Any, source: int) -> Any:
    """Names of the columns of a source that were fitted, or None; those of a table are checked."""
    return getattr(estimator, "feature_names_in_", (None, None))[source]


def is_pair(X: Any) -> bool:
    """Whether it is a list of two arrays with rows and columns, not one array of two rows."""
    return isinstance(X, (list, tuple)) and len(X) == 2 and all(map(_has_columns, X))


def is_several(X: Any) -> bool:
    """Whether it is a list or a mapping of three or more arrays with rows and columns."""
    if not isinstance(X, (list, tuple, Mapping)) or len(X) < 3:
        return False
    return all(map(_has_columns, values_of(X)))


def values_of(several: Any) -> list[Any]:
    """The arrays of a list, or of a mapping."""
    return [*several.values()] if isinstance(several, Mapping) else [*several]


def names_of_several(several: Any) -> tuple[str, ...]:
    """What messages call these arrays: by its key that of a mapping, else X1, X2 and so on."""
    if isinstance(several, Mapping):
        return tuple(map(str, several))
    return tuple(f"X{k + 1}" for k in range(len(several)))


def _has_columns(X: Any) -> bool:
    if hasattr(X, "shape"):
        return len(X.shape) > 1 or is_list_column(X)
    if not isinstance(X, (list, tuple)):
        return is_list_column(X)
    return len(X) > 0 and np.ndim(X[0]) == 1
