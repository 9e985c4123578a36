"""A client whose every wait ends: what a kernel does not say in time counts as not said."""

import os
import time
from contextlib import contextmanager
from queue import Empty

from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from jupyter_client.session import Session

from suite.starts import outlive

PATIENCE = float(os.environ.get("SUITE_PATIENCE", "10"))


class Client:
    def __init__(self, kernel):
        # What came on iopub while something else was waited for.
        self.passed = []
        self.manager, self.kc = outlive(lambda: start_new_kernel(kernel_name=kernel))

    def close(self):
        self.kc.stop_channels()
        self.manager.shutdown_kernel(now=True)

    @contextmanager
    def another(self, identity=None):
        """A client of its own, or one that has another's identity."""
        session = Session(key=self.kc.session.key, signature_scheme=self.kc.session.signature_scheme)
        if identity is not None:
            session.session = identity.decode("ascii")
        client = BlockingKernelClient(session=session)
        client.load_connection_info(self.manager.get_connection_info())
        client.session = session
        client.start_channels(hb=False)
        try:
            yield client
        finally:
            client.stop_channels()

    def send(self, channel, kind, content=None, *, header=None, metadata=None, buffers=None):
        """Sends a message and returns its id."""
        message = self.kc.session.msg(kind, content or {}, metadata=metadata)
        message["header"].update(header or {})
        socket = getattr(self.kc, f"{channel}_channel").socket
        self.kc.session.send(socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def execute(self, code, *, header=None, **more):
        content = dict(
            {"code": code, "silent": False, "store_history": True, "user_expressions": {}},
            **{"allow_stdin": False, "stop_on_error": True, **more},
        )
        return self.send("shell", "execute_request", content, header=header)

    def reply(self, request, channel="shell", patience=PATIENCE):
        """The reply to a request; what else comes on the channel is passed over."""
        return self._await(channel, lambda m: m["parent_header"].get("msg_id") == request, patience)

    def published(self, matches, patience=PATIENCE):
        """The next message on iopub that matches."""
        return self._await("iopub", matches, patience)

    def output(self, request, patience=PATIENCE):
        """Every message on iopub of a request, up to its idle status."""
        found = []
        while True:
            message = self.published(lambda m: m["parent_header"].get("msg_id") == request, patience)
            if message["msg_type"] != "status":
                found.append(message)
            elif message["content"]["execution_state"] == "idle":
                return found

    def run(self, code, patience=PATIENCE, **more):
        """The reply's content and the output of a cell."""
        request = self.execute(code, **more)
        output = self.output(request, patience)
        return self.reply(request, patience=patience)["content"], output

    def value(self, code, **more):
        """What a cell's result is as text, or None."""
        _, output = self.run(code, **more)
        return shown(output)

    def busy(self, request):
        """Waits until a request is being worked on."""
        self.published(
            lambda m: m["parent_header"].get("msg_id") == request
            and m["content"].get("execution_state") == "busy"
        )

    def _await(self, channel, matches, patience):
        end = time.monotonic() + patience
        get = getattr(self.kc, f"get_{channel}_msg")
        while (left := end - time.monotonic()) > 0:
            try:
                message = get(timeout=left)
            except Empty:
                break
            if matches(message):
                return message
            if channel == "iopub":
                self.passed.append(message)
        raise AssertionError(f"what was waited for on {channel} did not come within {patience} s")


def of_type(kind, output):
    return [message for message in output if message["msg_type"] == kind]


def shown(output):
    results = of_type("execute_result", output)
    return results[0]["content"]["data"].get("text/plain") if results else None


def text(output, name="stdout"):
    streams = of_type("stream", output)
    return "".join(m["content"]["text"] for m in streams if m["content"]["name"] == name)
