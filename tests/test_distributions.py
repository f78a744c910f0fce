"""Our few special functions are SciPy's."""

import numpy as np
import pytest

from o2o.statistics import distributions

scipy_special = pytest.importorskip("scipy.special")
scipy_stats = pytest.importorskip("scipy.stats")

RANDOM = np.random.default_rng(1)
SHAPES = 10 ** RANDOM.uniform(-1, 5, (2, 2_000))
CHANCES = RANDOM.choice([0.0005, 0.025, 0.5, 0.975], 2_000)


def test_log_gamma() -> None:
    x = 10 ** RANDOM.uniform(-3, 6, 5_000)
    assert np.allclose(distributions.log_gamma(x), scipy_special.gammaln(x), rtol=1e-13, atol=1e-13)


def test_incomplete_beta() -> None:
    a, b = SHAPES
    x = np.clip(RANDOM.beta(a, b), 1e-12, 1 - 1e-12)
    assert np.allclose(distributions.beta_below(x, a, b), scipy_special.betainc(a, b, x), rtol=1e-8, atol=1e-9)


def test_beta_quantiles() -> None:
    a, b = SHAPES + 0.4
    found, known = distributions.beta_quantile(CHANCES, a, b), scipy_special.betaincinv(a, b, CHANCES)
    assert np.allclose(found, known, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize(("largest", "close"), [(4.9, 1e-9), (7, 1e-7)])
def test_incomplete_gamma(largest: float, close: float) -> None:
    shape = 10 ** RANDOM.uniform(-1, largest, 2_000)
    x = RANDOM.gamma(shape)
    assert np.allclose(distributions.gamma_below(x, shape), scipy_special.gammainc(shape, x), rtol=0, atol=close)
    assert np.allclose(distributions.gamma_above(x, shape), scipy_special.gammaincc(shape, x), rtol=0, atol=close)


def test_gamma_quantiles() -> None:
    shape = 10 ** RANDOM.uniform(-0.3, 7, 2_000)
    found, known = distributions.gamma_quantile(CHANCES, shape), scipy_special.gammaincinv(shape, CHANCES)
    assert np.allclose(found, known, rtol=1e-7)


def test_normal_chances_are_exact_far_out_too() -> None:
    z = np.linspace(-30, 8, 400)
    assert np.allclose(distributions.normal_below(z), scipy_stats.norm.cdf(z), rtol=1e-12, atol=0)


def test_student_numbers() -> None:
    freedom = np.arange(1, 400)
    assert np.allclose(distributions.t_spread(0.95, freedom), scipy_stats.t.ppf(0.975, freedom), rtol=1e-10)
    assert np.allclose(distributions.t_beyond(2.5, freedom), 2 * scipy_stats.t.sf(2.5, freedom), rtol=1e-10)


def test_one_value_alone_is_endlessly_unsure() -> None:
    assert distributions.t_spread(0.95, 0) == np.inf


def test_chi_square() -> None:
    x, freedom = RANDOM.uniform(0, 60, 500), RANDOM.integers(1, 30, 500)
    assert np.allclose(distributions.chi_square_above(x, freedom), scipy_stats.chi2.sf(x, freedom), rtol=1e-10)


def test_ends_of_a_distribution() -> None:
    assert distributions.beta_below([0, 1], 2, 3).tolist() == [0, 1]
    assert distributions.gamma_below(0, 3) == 0 and distributions.gamma_above(0, 3) == 1
    assert distributions.gamma_quantile(0, 3) == 0


def test_shapes_of_arrays_are_kept() -> None:
    assert distributions.beta_quantile(np.full((2, 3), 0.4), 2.0, [1.0, 2.0, 3.0]).shape == (2, 3)
    assert distributions.beta_quantile(0.4, 2, 3).shape == ()
