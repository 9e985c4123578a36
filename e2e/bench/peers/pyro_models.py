"""The cases of the benchmark as Pyro writes them: the same models and guides as in `svi/models/`."""

import pyro
import pyro.distributions as dist
import torch
from torch.nn.functional import softplus

positive = dist.constraints.positive
sample, param, plate = pyro.sample, pyro.param, pyro.plate


def coin(init):
    def model(flips):
        p = sample("p", dist.Beta(10.0, 10.0))
        with plate("flips", 10):
            sample("flip", dist.Bernoulli(p), obs=flips)

    def guide(flips):
        alpha = param("alpha", init["alpha"], constraint=positive)
        beta = param("beta", init["beta"], constraint=positive)
        sample("p", dist.Beta(alpha, beta))

    return model, guide


def regression(init):
    def model(x, y):
        a = sample("a", dist.Normal(0.0, 10.0))
        b = sample("b", dist.Normal(torch.zeros(3), 1.0).to_event(1))
        sigma = sample("sigma", dist.HalfNormal(10.0))
        mean = a + (x * b).sum(-1)
        with plate("data", 170):
            sample("obs", dist.Normal(mean, sigma), obs=y)

    def guide(x, y):
        a_loc = param("a_loc", init["a_loc"])
        a_scale = param("a_scale", init["a_scale"], constraint=positive)
        b_loc = param("b_loc", init["b_loc"])
        b_scale = param("b_scale", init["b_scale"], constraint=positive)
        sigma_loc = param("sigma_loc", init["sigma_loc"])
        sigma_scale = param("sigma_scale", init["sigma_scale"], constraint=positive)
        sample("a", dist.Normal(a_loc, a_scale))
        sample("b", dist.Normal(b_loc, b_scale).to_event(1))
        sample("sigma", dist.LogNormal(sigma_loc, sigma_scale))

    return model, guide


def eight_schools(init):
    def model(effects, errors):
        mu = sample("mu", dist.Normal(0.0, 5.0))
        tau = sample("tau", dist.HalfCauchy(torch.tensor(5.0)))
        with plate("schools", 8):
            eta = sample("eta", dist.Normal(0.0, 1.0))
            sample("effect", dist.Normal(mu + tau * eta, errors), obs=effects)

    def guide(effects, errors):
        mu_loc = param("mu_loc", init["mu_loc"])
        mu_scale = param("mu_scale", init["mu_scale"], constraint=positive)
        tau_loc = param("tau_loc", init["tau_loc"])
        tau_scale = param("tau_scale", init["tau_scale"], constraint=positive)
        eta_loc = param("eta_loc", init["eta_loc"])
        eta_scale = param("eta_scale", init["eta_scale"], constraint=positive)
        sample("mu", dist.Normal(mu_loc, mu_scale))
        sample("tau", dist.LogNormal(tau_loc, tau_scale))
        with plate("schools", 8):
            sample("eta", dist.Normal(eta_loc, eta_scale))

    return model, guide


def tracegraph(init):
    def model(centres, weights, points):
        with plate("points", 100):
            z = sample("z", dist.Categorical(probs=weights))
            sample("x", dist.Normal(centres[z], 1.0), obs=points)

    def guide(centres, weights, points):
        logits = param("logits", init["logits"])
        with plate("points", 100):
            sample("z", dist.Categorical(logits=logits))

    return model, guide


def sequential(init):
    def model(seen):
        x = 0.0
        for t in range(100):
            x = sample(f"x_{t}", dist.Normal(x, 0.5))
            sample(f"y_{t}", dist.Normal(x, 0.8), obs=seen[t])

    def guide(seen):
        for t in range(100):
            loc = param(f"loc_{t}", init[f"loc_{t}"])
            scale = param(f"scale_{t}", init[f"scale_{t}"], constraint=positive)
            sample(f"x_{t}", dist.Normal(loc, scale))

    return model, guide


def _logistic_guide(init):
    def guide(x, y):
        loc = param("loc", init["loc"])
        scale = param("scale", init["scale"], constraint=positive)
        sample("w", dist.Normal(loc, scale).to_event(1))

    return guide


def logistic(init):
    def model(x, y):
        w = sample("w", dist.Normal(torch.zeros(50), 1.0).to_event(1))
        with plate("data", 10_000):
            sample("y", dist.Bernoulli(logits=x @ w), obs=y)

    return model, _logistic_guide(init)


def logistic_subsample(init):
    def model(x, y):
        w = sample("w", dist.Normal(torch.zeros(50), 1.0).to_event(1))
        with plate("data", 10_000, subsample_size=256) as rows:
            sample("y", dist.Bernoulli(logits=x[rows] @ w), obs=y[rows])

    return model, _logistic_guide(init)


def vae(init):
    def dense(name, x):
        return x @ param(f"{name}_w", init[f"{name}_w"]) + param(f"{name}_b", init[f"{name}_b"])

    def model(images):
        with plate("batch", 128):
            z = sample("z", dist.Normal(torch.zeros(128, 20), 1.0).to_event(1))
            logits = dense("pixel", softplus(dense("decode", z)))
            sample("x", dist.Bernoulli(logits=logits).to_event(1), obs=images)

    def guide(images):
        hidden = softplus(dense("encode", images))
        loc = dense("loc", hidden)
        scale = dense("log_scale", hidden).exp()
        with plate("batch", 128):
            sample("z", dist.Normal(loc, scale).to_event(1))

    return model, guide
