"""Jupyter's own tests of a kernel, with every attribute set: none may skip itself.

Prints the outcome of each as one JSON object on the last line. The kernelspec is named on the command line.
"""

import json
import sys
import unittest

import jupyter_kernel_test

kernel = sys.argv[1]


class KernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = kernel
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('oops')"
    completion_samples = [
        {"text": "Math.cbr", "matches": ["cbrt"]},
        {"text": "%typec", "matches": ["%typecheck"]},
    ]
    complete_code_samples = ["1 + 1", "const a = { b: [1] }", "await Promise.resolve(1)", "%seed 3", "?Math"]
    incomplete_code_samples = ["function f() {", "const a = [1,", "`template", "class A {"]
    invalid_code_samples = ["const = 3", "let 1a", ")"]
    code_page_something = "?Math"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "6*7", "result": "42"},
        {"code": "'a' + 'b'", "result": "'ab'"},
        {"code": "({ n: 1n })", "result": "{ n: 1n }"},
        {"code": "html`<b>bold</b>`", "result": "<b>bold</b>", "mime": "text/html"},
    ]
    code_display_data = [
        {"code": "display(html`<i>shown</i>`);", "mime": "text/html"},
        {"code": "display(md`*shown*`);", "mime": "text/markdown"},
        {"code": "display({ 'image/png': 'iVBORw0KGgo=' });", "mime": "image/png"},
        {"code": "display(tex`x^2`);", "mime": "text/latex"},
    ]
    code_history_pattern = "6?7"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "clearOutput()"


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = kernel
    support_iopub_welcome = True


class Outcomes(unittest.TextTestResult):
    """The outcome of every test, in words; of several parts of one test the worst."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcomes = {}

    def note(self, test, outcome):
        name = test.id().split(" ")[0].split(".", 1)[1]
        if self.outcomes.get(name, "passed") == "passed":
            self.outcomes[name] = outcome

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test, "passed")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, "failed")

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, "failed")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note(test, f"skipped: {reason}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note(test, "failed")


if __name__ == "__main__":
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(resultclass=Outcomes, verbosity=2).run(suite)
    print(json.dumps(result.outcomes))
