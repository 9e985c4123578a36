"""Kernels that die of their own start: tslab ends with EBUSY where a request comes while it still binds its sockets."""

import sys

STARTS = 5


def outlive(start):
    """What `start` gives, tried again where the kernel died of it; each death is told on stderr."""
    for left in reversed(range(STARTS)):
        try:
            return start()
        except RuntimeError as error:
            if left == 0:
                raise
            print(f"started again: {error}", file=sys.stderr)
