"""Jupyter's own tests of a kernel, with every attribute that its language offers."""

import jupyter_kernel_test

from suite.starts import outlive


def stock_tests(kernel, snippets):
    attributes = dict(
        snippets.stock,
        kernel_name=kernel,
        language_name=snippets.language_name,
        file_extension=snippets.file_extension,
    )
    return [
        type("KernelTests", (StartedAgain, jupyter_kernel_test.KernelTests), attributes),
        type(
            "IopubWelcomeTests",
            (WelcomeInTime, jupyter_kernel_test.IopubWelcomeTests),
            {"kernel_name": kernel, "support_iopub_welcome": True},
        ),
    ]


class StartedAgain:
    """The stock tests have one kernel for all of them: where that dies, those behind it get another."""

    @classmethod
    def setUpClass(cls):
        outlive(super().setUpClass)

    def setUp(self):
        super().setUp()
        if self.km.is_alive():
            return
        type(self).tearDownClass()
        type(self).setUpClass()


class WelcomeInTime:
    """The stock test waits for ever for a message that does not come."""

    def test_recv_iopub_welcome_msg(self):
        self.kc.start_channels()
        message = self.kc.get_iopub_msg(timeout=10)
        self.assertEqual(message["header"]["msg_type"], "iopub_welcome")
        self.assertEqual(message["content"]["subscription"], "")
