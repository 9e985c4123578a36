"""One case in Pyro, eagerly, in a process of its own: `python pyro_bench.py CASE.json`."""

import platform
import sys
import time

import pyro
import pyro_models
import torch
from case import estimate, load, microseconds_a_step, tell
from pyro.infer import SVI, Trace_ELBO, TraceGraph_ELBO

ELBOS = {"Trace_ELBO": Trace_ELBO, "TraceGraph_ELBO": TraceGraph_ELBO}
case = load(sys.argv[1])
torch.set_num_threads(1)
torch.set_num_interop_threads(1)
pyro.set_rng_seed(case.seed)
args = [torch.from_numpy(array.copy()) for array in case.data.values()]
init = {name: torch.tensor(array) for name, array in case.init.items()}
model, guide = getattr(pyro_models, case.name)(init)
adam = pyro.optim.Adam({"lr": case.lr, "betas": case.betas})
svi = SVI(model, guide, adam, ELBOS[case.loss]())


def first_loss():
    """The loss at the first values of the parameters."""
    losses, end = [], time.perf_counter() + case.seconds
    while len(losses) < 8 or (len(losses) < 500 and time.perf_counter() < end):
        losses.append(svi.evaluate_loss(*args))
    return estimate(losses)


def take(count):
    for _ in range(count):
        svi.step(*args)


first = first_loss()
tell(
    {
        "versions": {
            "pyro": pyro.__version__,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        "firstLoss": first,
        "stepUs": {"eager": microseconds_a_step(case.seconds, take)},
        "notes": [],
    }
)
