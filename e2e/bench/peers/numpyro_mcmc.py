"""One posterior drawn from by NumPyro, in a process that has not sampled before: `python numpyro_mcmc.py CASE.json`."""

import platform
import sys
from pathlib import Path
from statistics import median

import jax
import numpy as np
import numpyro
import numpyro_models
from case import milliseconds, read, tell
from numpyro.infer import MCMC, NUTS

# One thread: handing work to another would only cost switches.
jax.config.update("jax_cpu_enable_async_dispatch", False)

said, arrays = read(sys.argv[1])
plan, seed = said["plan"], said["task"]["seed"]
args = [jax.device_put(array) for array in arrays("data").values()]
init = {name: jax.device_put(array) for name, array in arrays("init").items()}
model, _ = getattr(numpyro_models, said["model"])(init)
kernel = NUTS(model, target_accept_prob=plan["targetAcceptProb"])
keys = iter(jax.random.split(jax.random.PRNGKey(seed), 100))


def sampler(warmup, samples):
    return MCMC(kernel, num_warmup=warmup, num_samples=samples, progress_bar=False)


def timed(mcmc, *, fields=()):
    key = next(keys)

    def run():
        mcmc.run(key, *args, extra_fields=fields)
        jax.block_until_ready(mcmc.get_samples())

    return milliseconds(run)


def draws_of(mcmc):
    return {site: np.asarray(values).ravel().tolist() for site, values in mcmc.get_samples().items()}


def remember_programs():
    """What is compiled from here on is kept: a run then takes its programs from files."""
    jax.config.update("jax_compilation_cache_dir", str(Path(sys.argv[1]).with_name("jax")))


def leapfrog_us(mcmc, draws):
    """By a short and a long run from the same place."""
    fields = ("num_steps",)

    def after(samples):
        other = sampler(0, samples)
        other.post_warmup_state = mcmc.last_state
        timed(other, fields=fields)
        return other

    def run(other):
        ms = timed(other, fields=fields)
        return ms, int(other.get_extra_fields()["num_steps"].sum())

    short, long = after(draws), after(3 * draws)
    costs = []
    for _ in range(3):
        (a, few), (b, many) = run(short), run(long)
        costs.append((b - a) * 1000 / (many - few))
    return median(costs)


mcmc = sampler(plan["warmup"], plan["samples"])
cold = timed(mcmc)
runs = [{"ms": timed(mcmc), "draws": draws_of(mcmc)} for _ in range(plan["runs"])]
remember_programs()
timed(mcmc)
cached = [timed(mcmc) for _ in range(plan["runs"])]
leapfrog = {"leapfrogUs": leapfrog_us(mcmc, plan["leapfrogDraws"])} if plan["leapfrogDraws"] > 0 else {}
tell(
    {
        "versions": {
            "numpyro": numpyro.__version__,
            "jax": jax.__version__,
            "python": platform.python_version(),
        },
        "coldMs": cold,
        "runs": runs,
        "cachedMs": cached,
        **leapfrog,
        "notes": [],
    }
)
