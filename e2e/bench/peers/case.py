"""What a case of the benchmark is: the fixed numbers and the task that Node has written down."""

import json
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

PIECES = 32
WINDOWS = 7


@dataclass(frozen=True)
class Case:
    name: str
    data: dict[str, np.ndarray]
    init: dict[str, np.ndarray]
    lr: float
    betas: tuple[float, float]
    loss: str
    piece: int
    compared: bool
    seed: int
    seconds: float
    fit: bool


def read(path: str):
    """A JSON file and the arrays of one of its groups, whose numbers are in a file of float32 beside it."""
    said = json.loads(Path(path).read_text())
    numbers = np.fromfile(Path(path).with_suffix(".f32"), dtype="<f4")

    def arrays(group):
        return {
            name: numbers[at["offset"] : at["offset"] + int(np.prod(at["shape"]))].reshape(at["shape"])
            for name, at in said[group].items()
        }

    return said, arrays


def load(path: str) -> Case:
    """Reads a case of SVI."""
    said, arrays = read(path)
    adam, task = said["adam"], said["task"]
    return Case(
        name=said["name"],
        data=arrays("data"),
        init=arrays("init"),
        lr=adam["lr"],
        betas=tuple(adam["betas"]),
        loss=said["loss"],
        piece=said["piece"],
        compared=said["compared"],
        seed=task["seed"],
        seconds=task["seconds"],
        fit=task["fit"],
    )


def milliseconds(do) -> float:
    start = time.perf_counter()
    do()
    return (time.perf_counter() - start) * 1000


def microseconds_a_step(seconds: float, take, piece: int = 1) -> float:
    """The median of some windows. `take(n)` takes n pieces of `piece` steps, to the end."""
    count, spent = 1, 0.0
    while True:
        took = milliseconds(lambda: take(count))
        spent += took
        wanted = max(1, int(count * seconds * 1000 / WINDOWS / took))
        # Growing slowly, because the first steps are slower than those that will be measured.
        count = max(1, min(wanted, count * 8))
        if spent > seconds * 1000 / 4 and count == wanted:
            break
    windows = [milliseconds(lambda: take(count)) * 1000 / (count * piece) for _ in range(WINDOWS)]
    return median(windows)


def estimate(losses) -> dict[str, float]:
    values = np.asarray(losses, dtype=np.float64)
    return {"mean": float(values.mean()), "error": float(values.std(ddof=1) / np.sqrt(len(values)))}


def tell(outcome: dict) -> None:
    """The outcome is the last line that is printed."""
    print(json.dumps(outcome))
    sys.stdout.flush()
