"""Drives `jupyter console` by a terminal of its own, as a person would, and tells what was seen as JSON."""

import json
import sys

import pexpect

PATIENCE = 40

console = pexpect.spawn(
    sys.executable,
    ["-m", "jupyter", "console", "--kernel", "tspyro"]
    # By default it gives up asking after a second, for good: too little where a machine is busy.
    + [f"--ZMQTerminalInteractiveShell.kernel_is_complete_timeout={PATIENCE}"],
    encoding="utf8",
    timeout=PATIENCE,
    dimensions=(40, 120),
)
seen = {}


def prompt(number):
    console.expect(rf"In \[.*?{number}.*?\]:")


def see(name, pattern):
    console.expect(pattern)
    seen[name] = True


prompt(1)
console.send("6 * 7\r")
see("result", r"Out\[.*?1.*?\]:[^\n]*42")
prompt(2)
console.send('console.log("hello", [1, 2].map((n) => n + 1))\r')
see("printed", r"hello \[ 2, 3 \]")
prompt(3)
console.send("Math.hypo\t")
# What is typed and what is completed are drawn apart, in between is colour.
see("completed", r"hypo(\x1b\[[?\d;]*[a-zA-Z])*t")
console.send("(3, 4)\r")
console.expect(r"Out\[.*?3.*?\]:[^\n]*5")
prompt(4)
console.send("missing + 1\r")
see("error", r"ReferenceError.*: missing is not defined")
prompt(5)
console.sendcontrol("d")
console.expect(r"exit \(\[y\]/n\)\?")
console.send("y\r")
console.expect(pexpect.EOF)
console.close()
seen["ended"] = console.exitstatus == 0
json.dump(seen, sys.stdout)
