"""One case in NumPyro, in a process that has taken no step before: `python numpyro_bench.py CASE.json`."""

import platform
import sys
from pathlib import Path

import jax
import numpy as np
import numpyro
import numpyro_models
from case import PIECES, estimate, load, microseconds_a_step, milliseconds, tell
from jax import lax
from numpyro.infer import SVI, Trace_ELBO, TraceGraph_ELBO

# One thread: handing work to another would only cost switches.
jax.config.update("jax_cpu_enable_async_dispatch", False)

ELBOS = {"Trace_ELBO": Trace_ELBO, "TraceGraph_ELBO": TraceGraph_ELBO}
case = load(sys.argv[1])
# Where the case is a plain loop there is a scan model besides, which only compiles in reasonable time.
scan_name = f"{case.name}_scan"
has_scan_model = hasattr(numpyro_models, scan_name)
args = [jax.device_put(array) for array in case.data.values()]
init = {name: jax.device_put(array) for name, array in case.init.items()}
key = jax.random.PRNGKey(case.seed)


def make(name):
    model, guide = getattr(numpyro_models, name)(init)
    adam = numpyro.optim.Adam(case.lr, b1=case.betas[0], b2=case.betas[1])
    return SVI(model, guide, adam, ELBOS[case.loss]())


def first_loss(svi, state):
    """The loss at the first values of the parameters."""
    params = svi.get_params(state)

    @jax.jit
    def losses(keys):
        return lax.map(lambda k: svi.loss.loss(k, params, svi.model, svi.guide, *args), keys)

    return estimate(losses(jax.random.split(key, 500)))


def compile_scan(svi):
    """A piece of steps as one program, which returns the losses of all."""

    @jax.jit
    def piece(state, *args):
        return lax.scan(lambda s, _: svi.update(s, *args), state, None, length=case.piece)

    return lambda state: piece(state, *args)


def fit(svi, piece):
    """Parameters and mean loss of each piece of the second half of a run."""
    state, params, losses = svi.init(key, *args), [], []
    for i in range(PIECES):
        state, new = piece(state)
        if i < PIECES // 2:
            continue
        losses.append(float(np.asarray(new).mean()))
        shown = svi.get_params(state) if case.compared else {}
        params.append({name: np.asarray(value).ravel().tolist() for name, value in shown.items()})
    return {"params": params, "losses": losses}


def time_scan(svi, piece):
    state = svi.init(key, *args)

    def take(count):
        nonlocal state
        for _ in range(count):
            state, losses = piece(state)
        jax.block_until_ready((state, losses))

    return microseconds_a_step(case.seconds, take, case.piece)


def remember_programs():
    """What is compiled from here on is kept for the next rounds: steps are timed, not their compilation."""
    jax.config.update("jax_compilation_cache_dir", str(Path(sys.argv[1]).with_name("jax")))


def time_loop(svi):
    state = svi.init(key, *args)
    update = jax.jit(svi.update)

    def take(count):
        nonlocal state
        losses = []
        for _ in range(count):
            state, loss = update(state, *args)
            losses.append(loss)
        jax.block_until_ready((state, losses))

    return microseconds_a_step(case.seconds, take)


plain = make(case.name)
cold = milliseconds(lambda: jax.block_until_ready(plain.run(key, 1000, *args, progress_bar=False).losses))
scanned = make(scan_name) if has_scan_model else plain
first = first_loss(scanned, scanned.init(key, *args))
piece = compile_scan(scanned)
remember_programs()
fitted = {"fit": fit(scanned, piece)} if case.fit else {}
tell(
    {
        "versions": {
            "numpyro": numpyro.__version__,
            "jax": jax.__version__,
            "python": platform.python_version(),
        },
        "firstLoss": first,
        "stepUs": {"scan": time_scan(scanned, piece), "loop": time_loop(plain)},
        "firstToThousandMs": cold,
        **fitted,
        "notes": [],
    }
)
