"""Tests of a kernel by Jupyter's protocol: `python -m suite KERNELSPEC LANGUAGE [PATTERN]`, with the languages of
snippets.py. Prints the outcome of each test as one JSON object on the last line."""

import json
import sys
import unittest

from suite.own import own_tests
from suite.snippets import by_name
from suite.stock import stock_tests


class Outcomes(unittest.TextTestResult):
    """The outcome of every test, in words; of several parts of one test the worst."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.outcomes = {}

    def note(self, test, outcome):
        test = getattr(test, "test_case", test)
        if not hasattr(test, "_testMethodName"):
            return
        name = f"{type(test).__name__}.{test._testMethodName}"
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


def main(kernel, language, pattern=None):
    snippets = by_name[language]
    loader = unittest.TestLoader()
    if pattern is not None:
        loader.testNamePatterns = [f"*{pattern}*"]
    cases = [*stock_tests(kernel, snippets), *own_tests(kernel, snippets)]
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(case) for case in cases)
    result = unittest.TextTestRunner(resultclass=Outcomes, verbosity=2).run(suite)
    print(json.dumps(result.outcomes))


if __name__ == "__main__":
    main(*sys.argv[1:])
