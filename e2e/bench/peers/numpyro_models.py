"""The cases of the benchmark as NumPyro writes them: the same models and guides as in `svi/models/`."""

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.contrib.control_flow import scan

positive = dist.constraints.positive
sample, param, plate = numpyro.sample, numpyro.param, numpyro.plate


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
        b = sample("b", dist.Normal(jnp.zeros(3), 1.0).to_event(1))
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
        tau = sample("tau", dist.HalfCauchy(5.0))
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


def sequential_scan(init):
    """The same with the loop written by hand as a scan, and the parameters as two vectors."""

    def model(seen):
        def step(x, y):
            x = sample("x", dist.Normal(x, 0.5))
            sample("y", dist.Normal(x, 0.8), obs=y)
            return x, None

        scan(step, 0.0, seen)

    def guide(seen):
        loc = param("loc", jnp.stack([init[f"loc_{t}"] for t in range(100)]))
        scale = param("scale", jnp.stack([init[f"scale_{t}"] for t in range(100)]), constraint=positive)
        sample("x", dist.Normal(loc, scale))

    return model, guide


def _logistic_guide(init):
    def guide(x, y):
        loc = param("loc", init["loc"])
        scale = param("scale", init["scale"], constraint=positive)
        sample("w", dist.Normal(loc, scale).to_event(1))

    return guide


def logistic(init):
    def model(x, y):
        w = sample("w", dist.Normal(jnp.zeros(50), 1.0).to_event(1))
        with plate("data", 10_000):
            sample("y", dist.Bernoulli(logits=x @ w), obs=y)

    return model, _logistic_guide(init)


def logistic_subsample(init):
    def model(x, y):
        w = sample("w", dist.Normal(jnp.zeros(50), 1.0).to_event(1))
        with plate("data", 10_000, subsample_size=256) as rows:
            sample("y", dist.Bernoulli(logits=x[rows] @ w), obs=y[rows])

    return model, _logistic_guide(init)


def vae(init):
    def dense(name, x):
        return x @ param(f"{name}_w", init[f"{name}_w"]) + param(f"{name}_b", init[f"{name}_b"])

    def model(images):
        with plate("batch", 128):
            z = sample("z", dist.Normal(jnp.zeros((128, 20)), 1.0).to_event(1))
            logits = dense("pixel", jax.nn.softplus(dense("decode", z)))
            sample("x", dist.Bernoulli(logits=logits).to_event(1), obs=images)

    def guide(images):
        hidden = jax.nn.softplus(dense("encode", images))
        loc = dense("loc", hidden)
        scale = jnp.exp(dense("log_scale", hidden))
        with plate("batch", 128):
            sample("z", dist.Normal(loc, scale).to_event(1))

    return model, guide
