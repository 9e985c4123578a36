"""stdin, subshells, further clients, restart."""

import time

from suite.client import text


class Sessions:
    def _answered(self, code, **content):
        request = self.client.execute(code, allow_stdin=True)
        asked = self.client._await("stdin", lambda m: m["msg_type"] == "input_request", 10)
        self.assertEqual(asked["parent_header"]["msg_id"], request)
        for key, expected in content.items():
            self.assertIn(expected, (asked["content"][key], str(asked["content"][key]).strip()))
        self.client.kc.input("a name")
        output = self.client.output(request)
        self.assertEqual(self.client.reply(request)["content"]["status"], "ok")
        return output

    def test_stdin_asks_and_gets(self):
        output = self._answered(self.offered(self.snippets.ask), prompt="your name", password=False)
        results = [m["content"]["data"]["text/plain"] for m in output if m["msg_type"] == "execute_result"]
        self.assertEqual([one.strip("'\"") for one in results], ["a name"])

    def test_stdin_asks_for_a_password(self):
        self._answered(self.offered(self.snippets.ask_password), password=True)

    def test_stdin_fails_at_once_where_it_is_forbidden(self):
        reply, _ = self.client.run(self.offered(self.snippets.ask), allow_stdin=False)
        self.assertEqual(reply["status"], "error")

    def test_a_second_client_is_welcomed(self):
        with self.client.another() as other:
            welcome = other.get_iopub_msg(timeout=5)
            self.assertEqual(welcome["msg_type"], "iopub_welcome")

    def test_a_client_that_comes_back_is_heard(self):
        # As after a lost connection: another socket with the identity of the first.
        with self.client.another() as other:
            identity = other.session.bsession
            # It is there: else the first may be the one that comes later.
            other.kernel_info()
            other.get_shell_msg(timeout=10)
            with self.client.another(identity) as again:
                again.kernel_info()
                self.assertEqual(again.get_shell_msg(timeout=10)["content"]["status"], "ok")

    def _create_subshell(self):
        created = self.client.reply(self.client.send("control", "create_subshell_request"), "control", 5)
        self.assertEqual(created["content"]["status"], "ok")
        return created["content"]["subshell_id"]

    def _delete_subshell(self, subshell):
        request = self.client.send("control", "delete_subshell_request", {"subshell_id": subshell})
        self.assertEqual(self.client.reply(request, "control")["content"]["status"], "ok")

    def _list_subshells(self):
        listed = self.client.reply(self.client.send("control", "list_subshell_request"), "control", 5)
        return listed["content"]["subshell_id"]

    def test_subshells_come_and_go(self):
        request = self.client.send("control", "kernel_info_request")
        features = self.client.reply(request, "control")["content"].get("supported_features", [])
        self.assertIn("kernel subshells", features)
        one, two = self._create_subshell(), self._create_subshell()
        self.assertEqual(sorted(self._list_subshells()), sorted([one, two]))
        for subshell in (one, two):
            self._delete_subshell(subshell)
        self.assertEqual(self._list_subshells(), [])

    def test_a_subshell_runs_while_a_cell_waits(self):
        subshell = self._create_subshell()
        self.client.run(self.snippets.assign)
        waiting = self.client.execute(self.snippets.pause)
        self.client.busy(waiting)
        meanwhile = self.client.execute(self.snippets.read, header={"subshell_id": subshell})
        result = self.client.published(lambda m: m["msg_type"] == "execute_result", 2)
        self.assertEqual(result["parent_header"]["msg_id"], meanwhile)
        self.assertEqual(result["parent_header"]["subshell_id"], subshell)
        self.assertEqual(result["content"]["data"]["text/plain"], self.snippets.read_shown)
        self.assertEqual(self.client.reply(meanwhile, patience=2)["content"]["status"], "ok")
        self.assertEqual(self.client.reply(waiting)["content"]["status"], "ok")
        self._delete_subshell(subshell)

    def test_output_goes_to_every_client(self):
        with self.client.another() as other:
            other.kernel_info()
            while other.get_iopub_msg(timeout=5)["content"].get("execution_state") != "idle":
                pass
            _, output = self.client.run(self.snippets.stock["code_hello_world"])
            self.assertIn("hello, world", text(output))
            end = time.monotonic() + 5
            seen = ""
            while "hello, world" not in seen and time.monotonic() < end:
                message = other.get_iopub_msg(timeout=5)
                seen += message["content"].get("text", "")
            self.assertIn("hello, world", seen)

    def test_z_restart_forgets_and_answers(self):
        self.client.run(self.snippets.assign)
        request = self.client.send("control", "shutdown_request", {"restart": True})
        content = self.client.reply(request, "control")["content"]
        self.assertEqual((content["status"], content["restart"]), ("ok", True))
        self.client.manager.finish_shutdown(waittime=5)
        self.client.manager.cleanup_resources(restart=True)
        self.client.manager.start_kernel(**self.client.manager._launch_args)
        self.client.kc.wait_for_ready(timeout=60)
        reply, _ = self.client.run(self.snippets.read)
        self.assertEqual(reply["status"], "error")
