"""execute_request: its options, its queue, and what a cell shows."""

from suite.client import of_type, shown, text


class Execution:
    def test_count_rises_and_is_told(self):
        first, output = self.client.run(self.snippets.tally)
        second, _ = self.client.run(self.snippets.tally)
        self.assertEqual(second["execution_count"], first["execution_count"] + 1)
        inputs = of_type("execute_input", output)
        self.assertEqual([m["content"]["execution_count"] for m in inputs], [first["execution_count"]])

    def test_silent_shows_nothing_and_does_not_count(self):
        before, _ = self.client.run(self.snippets.tally)
        reply, output = self.client.run("6*7", silent=True)
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(of_type("execute_input", output) + of_type("execute_result", output), [])
        after, _ = self.client.run(self.snippets.tally)
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)

    def test_silent_failure_publishes_no_error(self):
        reply, output = self.client.run(self.snippets.throw, silent=True)
        self.assertEqual(reply["status"], "error")
        self.assertEqual(of_type("error", output), [])

    def test_store_history_false_does_not_count(self):
        before, _ = self.client.run(self.snippets.tally)
        _, output = self.client.run("6*7", store_history=False)
        self.assertEqual(shown(output), "42")
        after, _ = self.client.run(self.snippets.tally)
        self.assertEqual(after["execution_count"], before["execution_count"] + 1)

    def test_user_expressions(self):
        self.client.run(self.snippets.assign)
        expression, expected = self.snippets.expression
        expressions = {"good": expression, "bad": self.snippets.expression_fails}
        reply, _ = self.client.run(self.snippets.tally, user_expressions=expressions)
        found = reply["user_expressions"]
        self.assertEqual(found["good"]["status"], "ok")
        self.assertEqual(found["good"]["data"]["text/plain"], expected)
        self.assertEqual(found["bad"]["status"], "error")
        self.assertTrue(found["bad"]["ename"])

    def test_an_error_aborts_the_queue(self):
        failing = self.client.execute(self.snippets.throw_late)
        waiting = [self.client.execute(self.snippets.tally) for _ in range(2)]
        self.assertEqual(self.client.reply(failing)["content"]["status"], "error")
        for request in waiting:
            self.assertEqual(self.client.reply(request)["content"]["status"], "aborted")
        self.assertEqual(self.client.value("6*7"), "42")

    def test_stop_on_error_false_goes_on(self):
        failing = self.client.execute(self.snippets.throw_late, stop_on_error=False)
        waiting = self.client.execute("6*7")
        self.assertEqual(self.client.reply(failing)["content"]["status"], "error")
        self.assertEqual(self.client.reply(waiting)["content"]["status"], "ok")

    def test_an_error_reply_has_what_the_message_has(self):
        reply, output = self.client.run(self.snippets.throw)
        (error,) = of_type("error", output)
        self.assertEqual(reply["status"], "error")
        for key in ("ename", "evalue", "traceback"):
            self.assertEqual(reply[key], error["content"][key])
        self.assertIn("on purpose", error["content"]["evalue"])

    def test_update_display_data(self):
        _, output = self.client.run(self.offered(self.snippets.display_update))
        (first,), (second,) = of_type("display_data", output), of_type("update_display_data", output)
        for message, expected in ((first, "1"), (second, "2")):
            self.assertEqual(message["content"]["data"]["text/plain"], expected)
            self.assertEqual(message["content"]["transient"]["display_id"], "suite")

    def test_clear_output_waits(self):
        _, output = self.client.run(self.offered(self.snippets.clear_waiting))
        self.assertEqual([m["content"]["wait"] for m in of_type("clear_output", output)], [True])

    def test_a_flood_of_lines_is_whole_and_ends(self):
        reply, output = self.client.run(self.snippets.count)
        self.assertEqual(reply["status"], "ok")
        expected = "".join(f"line {i}\n" for i in range(2000))
        self.assertEqual(text(output), expected)

    def test_late_output_belongs_to_its_cell(self):
        def is_late(message):
            return message["msg_type"] == "stream" and "later" in message["content"]["text"]

        request = self.client.execute(self.snippets.later)
        output = self.client.output(request)
        self.client.run(self.snippets.assign.replace("kept", "unrelated"))
        came = [message for message in [*output, *self.client.passed] if is_late(message)]
        late = came[0] if came else self.client.published(is_late)
        self.assertEqual(late["parent_header"]["msg_id"], request)
