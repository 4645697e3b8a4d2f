"""Makes mixture.json: scikit-learn's BayesianGaussianMixture with CTGAN's settings, from a start that both sides know.

    python mixture.py > mixture.json
"""
import json
import math
import warnings

import numpy
from sklearn.mixture import BayesianGaussianMixture

MODES = 10


def data(name):
    """Numbers that follow from formulas: point i of n."""
    if name == "two modes":
        return [math.sin(12.9898 * i) * (0.3 if i % 3 else 1.5) + (4 if i % 3 else -2) for i in range(400)]
    if name == "one mode":
        return [math.sin(i) + math.sin(1.7 * i + 1) + math.sin(2.3 * i + 2) for i in range(300)]
    if name == "repeated integers":
        return [float(int(20 * math.sin(0.7 * i) ** 2) * (1 if i % 5 else 7)) for i in range(500)]
    return [1000 * math.exp(2 * math.sin(3.1 * i)) for i in range(250)]


class Given(BayesianGaussianMixture):
    """Begins with every point in the mode (i // 7) % MODES, i its place among the sorted distinct values."""

    def _initialize_parameters(self, X, random_state, *_, **__):
        distinct = numpy.unique(X[:, 0])
        start = (numpy.searchsorted(distinct, X[:, 0]) // 7) % MODES
        self._initialize(X, numpy.eye(MODES)[start])


def rounded(values):
    return [float(f"{value:.14g}") for value in numpy.ravel(values)]


def case(name):
    warnings.simplefilter("ignore")
    points = numpy.array(data(name))[:, None]
    # CTGAN's settings (rdt's ClusterBasedNormalizer), but modes expected to be narrow; the rest is scikit-learn's usual.
    model = Given(n_components=MODES, weight_concentration_prior_type="dirichlet_process",
                  weight_concentration_prior=0.001, n_init=1,
                  covariance_prior=[[numpy.var(points, ddof=1) / MODES**2]]).fit(points)
    asked = numpy.linspace(points.min(), points.max(), 7)
    return {
        "name": name, "weights": rounded(model.weights_), "means": rounded(model.means_),
        "variances": rounded(model.covariances_), "bound": [float(model.lower_bound_)], "steps": model.n_iter_,
        "asked": rounded(asked), "shares": rounded(model.predict_proba(asked[:, None])),
    }


if __name__ == "__main__":
    print(json.dumps([case(name) for name in ["two modes", "one mode", "repeated integers", "long tail"]], indent=1))
