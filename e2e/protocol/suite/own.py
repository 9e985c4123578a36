"""Tests of Jupyter's protocol where jupyter_kernel_test has none. Each has a kernel that answers; one that has hung
is started anew for the next."""

import unittest

from suite.client import Client
from suite.execution import Execution
from suite.interrupts import Interrupts
from suite.messages import Messages
from suite.sessions import Sessions


class KernelCase(unittest.TestCase):
    kernel = ""
    snippets = None
    client = None

    def setUp(self):
        if type(self).client is None:
            type(self).client = Client(self.kernel)

    def tearDown(self):
        failed = any(error for _, error in getattr(self._outcome.result, "failures", []) if _ is self)
        failed = failed or any(case is self for case, _ in self._outcome.result.errors)
        if failed or not self._answers():
            type(self)._close()

    def _answers(self):
        try:
            return self.client.value(self.snippets.stock["code_execute_result"][0]["code"], patience=5) == "42"
        except Exception:
            return False

    @classmethod
    def _close(cls):
        if cls.client is not None:
            cls.client.close()
        cls.client = None

    @classmethod
    def tearDownClass(cls):
        cls._close()

    def offered(self, snippet):
        """Fails where the kernel's language has no way to do what is tested."""
        self.assertTrue(snippet, "the kernel offers no way to do this")
        return snippet


def own_tests(kernel, snippets):
    return [
        type(group.__name__, (group, KernelCase), {"kernel": kernel, "snippets": snippets})
        for group in (Execution, Interrupts, Messages, Sessions)
    ]
