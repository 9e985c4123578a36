"""What the tests run, in the language of each kernel. Where a kernel has no way to do a thing, it is None or empty."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Snippets:
    language_name: str
    file_extension: str
    # jupyter_kernel_test's own attributes, by their names there.
    stock: dict = field(default_factory=dict)
    assign: str = "const kept = 42"
    read: str = "kept"
    read_shown: str = "42"
    throw: str = "throw new Error('on purpose')"
    # Late enough for a client to have sent what comes behind it.
    throw_late: str = "await new Promise((resolve) => setTimeout(resolve, 500)); throw new Error('on purpose')"
    spin: str = "while (true) {}"
    wait: str = "await new Promise((resolve) => setTimeout(resolve, 60_000))"
    spin_after_wait: str = "await new Promise((resolve) => setTimeout(resolve, 50));\nwhile (true) {}"
    ask: str | None = "prompt('your name')"
    ask_password: str | None = None
    expression: tuple[str, str] = ("kept + 1", "43")
    expression_fails: str = "noSuchName"
    count: str = "for (let i = 0; i < 2000; i++) console.log(`line ${i}`)"
    later: str = "setTimeout(() => console.log('later'), 400); 0"
    tally: str = "globalThis.tally = (globalThis.tally ?? 0) + 1"
    read_tally: str = "globalThis.tally"
    display_update: str | None = None
    clear_waiting: str | None = None
    comm: str | None = None
    comm_target: str = "suite.echo"
    comm_question: dict = field(default_factory=lambda: {"say": "something"})
    # Code point positions: the reply must count what stands before, an emoji, as one.
    unicode_completion: tuple[str, str] = ("'\N{GRINNING FACE}'; Math.cbr", "cbrt")
    # A cell that waits a while, and one that runs meanwhile in a subshell.
    pause: str = "await new Promise((resolve) => setTimeout(resolve, 3000))"


tspyro = Snippets(
    language_name="typescript",
    file_extension=".ts",
    stock=dict(
        code_hello_world="console.log('hello, world')",
        code_stderr="console.error('oops')",
        completion_samples=[
            {"text": "Math.cbr", "matches": ["cbrt"]},
            {"text": "%typec", "matches": ["%typecheck"]},
        ],
        complete_code_samples=["1 + 1", "const a = { b: [1] }", "await Promise.resolve(1)", "%seed 3", "?Math"],
        incomplete_code_samples=["function f() {", "const a = [1,", "`template", "class A {"],
        invalid_code_samples=["const = 3", "let 1a", ")"],
        code_page_something="?Math",
        code_generate_error="throw new Error('on purpose')",
        code_execute_result=[
            {"code": "6*7", "result": "42"},
            {"code": "'a' + 'b'", "result": "'ab'"},
            {"code": "({ n: 1n })", "result": "{ n: 1n }"},
            {"code": "html`<b>bold</b>`", "result": "<b>bold</b>", "mime": "text/html"},
        ],
        code_display_data=[
            {"code": "display(html`<i>shown</i>`);", "mime": "text/html"},
            {"code": "display(md`*shown*`);", "mime": "text/markdown"},
            {"code": "display({ 'image/png': 'iVBORw0KGgo=' });", "mime": "image/png"},
            {"code": "display(tex`x^2`);", "mime": "text/latex"},
        ],
        code_history_pattern="6?7",
        supported_history_operations=("tail", "range", "search"),
        code_inspect_sample="parseInt",
        code_clear_output="clearOutput()",
    ),
    ask_password="prompt('secret', { password: true })",
    display_update="const shown = display(1, { displayId: 'suite' }); shown.update(2);",
    clear_waiting="clearOutput({ wait: true })",
    comm="\n".join(
        [
            "const model = () => { sample('z', dist.Normal(0, 1)) };",
            "const guide = () => { sample('z', dist.Normal(param('loc', 3), 1)) };",
            "const svi = new SVI(model, guide, new optim.Adam({ lr: 0.01 }), new Trace_ELBO());",
            "display(elboCurve(svi));",
            "await svi.run(1e7);",
        ]
    ),
    comm_target="jupyter.widget",
    comm_question={"method": "request_state"},
)

python = Snippets(
    language_name="python",
    file_extension=".py",
    stock=dict(
        code_hello_world="print('hello, world')",
        code_stderr="import sys; print('oops', file=sys.stderr)",
        completion_samples=[{"text": "zi", "matches": ["zip"]}],
        complete_code_samples=["1 + 1", "a = {'b': [1]}", "print('x')"],
        incomplete_code_samples=["def f():", "a = [1,", "'''template"],
        invalid_code_samples=["import = 7q", "1a = 3", ")"],
        code_page_something="zip?",
        code_generate_error="raise ValueError('on purpose')",
        code_execute_result=[
            {"code": "6*7", "result": "42"},
            {"code": "'a' + 'b'", "result": "'ab'"},
            {"code": "{'n': 1}", "result": "{'n': 1}"},
            {"code": "from IPython.display import HTML; HTML('<b>bold</b>')", "result": "<b>bold</b>", "mime": "text/html"},
        ],
        code_display_data=[
            {"code": "from IPython.display import HTML, display; display(HTML('<i>shown</i>'))", "mime": "text/html"},
            {"code": "from IPython.display import Markdown, display; display(Markdown('*shown*'))", "mime": "text/markdown"},
            {"code": "from IPython.display import Math, display; display(Math('x^2'))", "mime": "text/latex"},
        ],
        code_history_pattern="6?7",
        supported_history_operations=("tail", "range", "search"),
        code_inspect_sample="zip",
        code_clear_output="from IPython.display import clear_output; clear_output()",
    ),
    assign="kept = 42",
    throw="raise ValueError('on purpose')",
    throw_late="import time; time.sleep(0.5); raise ValueError('on purpose')",
    spin="while True: pass",
    wait="import asyncio; await asyncio.sleep(60)",
    spin_after_wait="import asyncio; await asyncio.sleep(0.05)\nwhile True: pass",
    ask="input('your name')",
    ask_password="import getpass; getpass.getpass('secret')",
    count="for i in range(2000): print('line', i)",
    later="import threading; threading.Timer(0.4, print, ['later']).start(); 0",
    tally="globals()['tally'] = globals().get('tally', 0) + 1",
    read_tally="tally",
    display_update="from IPython.display import display; h = display(1, display_id='suite'); h.update(2)",
    clear_waiting="from IPython.display import clear_output; clear_output(wait=True)",
    comm="\n".join(
        [
            "from comm import create_comm",
            "echo = create_comm('suite.echo', data={'a': 1})",
            "echo.on_msg(lambda message: echo.send({'heard': message['content']['data']}))",
        ]
    ),
    unicode_completion=("'\N{GRINNING FACE}'; zi", "zip"),
    pause="import asyncio; await asyncio.sleep(3)",
)

deno = Snippets(
    language_name="typescript",
    file_extension=".ts",
    stock=dict(
        code_hello_world="console.log('hello, world')",
        code_stderr="console.error('oops')",
        completion_samples=[{"text": "Math.cbr", "matches": ["cbrt"]}],
        complete_code_samples=["1 + 1", "const a = { b: [1] }", "await Promise.resolve(1)"],
        incomplete_code_samples=["function f() {", "const a = [1,", "`template", "class A {"],
        invalid_code_samples=["const = 3", "let 1a", ")"],
        code_generate_error="throw new Error('on purpose')",
        code_execute_result=[
            {"code": "6*7", "result": "42"},
            {"code": "'a' + 'b'", "result": '"ab"'},
            {"code": "({ n: 1n })", "result": "{ n: 1n }"},
            {"code": "Deno.jupyter.html`<b>bold</b>`", "result": "<b>bold</b>", "mime": "text/html"},
        ],
        code_display_data=[
            {"code": "await Deno.jupyter.display(Deno.jupyter.html`<i>shown</i>`);", "mime": "text/html"},
            {"code": "await Deno.jupyter.display(Deno.jupyter.md`*shown*`);", "mime": "text/markdown"},
        ],
        code_history_pattern="6?7",
        supported_history_operations=("tail", "range", "search"),
        code_inspect_sample="parseInt",
        code_clear_output="await Deno.jupyter.broadcast('clear_output', { wait: false })",
    ),
    display_update="\n".join(
        [
            "const bundle = (text: string) => ({ data: { 'text/plain': text }, metadata: {}, transient: { display_id: 'suite' } });",
            "await Deno.jupyter.broadcast('display_data', bundle('1'));",
            "await Deno.jupyter.broadcast('update_display_data', bundle('2'));",
        ]
    ),
    clear_waiting="await Deno.jupyter.broadcast('clear_output', { wait: true })",
    comm="await Deno.jupyter.broadcast('comm_open', { comm_id: 'suite', target_name: 'suite.echo', data: {} })",
)

tslab = Snippets(
    language_name="typescript",
    file_extension=".ts",
    stock=dict(
        deno.stock,
        code_execute_result=[
            {"code": "6*7", "result": "42"},
            {"code": "'a' + 'b'", "result": "ab"},
            {"code": "({ n: 1 })", "result": "{ n: 1 }"},
        ],
        code_display_data=[
            {"code": "import * as tslab from 'tslab'; tslab.display.html('<i>shown</i>')", "mime": "text/html"},
            {"code": "import * as tslab from 'tslab'; tslab.display.markdown('*shown*')", "mime": "text/markdown"},
        ],
        code_clear_output="",
    ),
    ask=None,
)

by_name = {"tspyro": tspyro, "python": python, "deno": deno, "tslab": tslab}
