"""Messages that are not as they should be, and the other messages of the protocol."""

import time

from suite.client import of_type


class Messages:
    def _frames(self, code):
        message = self.client.kc.session.msg("execute_request", {"code": code, "silent": False})
        return self.client.kc.session.serialize(message)

    def _is_dropped(self, frames):
        self.client.run(self.snippets.tally)
        before = self.client.value(self.snippets.read_tally)
        self.client.kc.shell_channel.socket.send_multipart(frames)
        time.sleep(0.3)
        self.assertEqual(self.client.value(self.snippets.read_tally), before)

    def test_an_unsigned_message_is_dropped(self):
        frames = self._frames(self.snippets.tally)
        frames[1] = b""
        self._is_dropped(frames)

    def test_a_message_signed_with_another_key_is_dropped(self):
        frames = self._frames(self.snippets.tally)
        frames[1] = b"0" * 64
        self._is_dropped(frames)

    def test_a_malformed_message_is_dropped(self):
        frames = self._frames(self.snippets.tally)
        frames[-1] = b"{"
        frames[1] = self.client.kc.session.sign(frames[2:])
        self._is_dropped(frames)

    def test_noise_is_dropped(self):
        self._is_dropped([b"noise", b"and more"])

    def test_a_message_that_comes_again_is_dropped(self):
        frames = self._frames(self.snippets.tally)
        self.client.kc.shell_channel.socket.send_multipart(frames)
        time.sleep(0.5)
        self._is_dropped(frames)

    def test_an_unknown_type_is_ignored(self):
        self.client.send("shell", "no_such_request")
        self.client.send("control", "no_such_request")
        self.assertEqual(self.client.value("6*7"), "42")

    def test_buffers_on_any_message(self):
        content = {"code": "6*7", "silent": False}
        request = self.client.send("shell", "execute_request", content, buffers=[b"\x00\x01", b""])
        self.assertEqual(self.client.reply(request)["content"]["status"], "ok")

    def test_kernel_info_on_both_channels(self):
        for channel in ("shell", "control"):
            request = self.client.send(channel, "kernel_info_request")
            content = self.client.reply(request, channel)["content"]
            self.assertEqual(content["status"], "ok")
            self.assertIsInstance(content.get("supported_features"), list)
            self.assertGreaterEqual(tuple(map(int, content["protocol_version"].split("."))), (5, 3))

    def test_every_request_has_its_status(self):
        request = self.client.send("shell", "complete_request", {"code": "Ma", "cursor_pos": 2})
        states = [
            self.client.published(
                lambda m: m["msg_type"] == "status" and m["parent_header"].get("msg_id") == request
            )["content"]["execution_state"]
            for _ in range(2)
        ]
        self.assertEqual(states, ["busy", "idle"])
        self.client.reply(request)

    def test_completion_counts_code_points(self):
        code, expected = self.snippets.unicode_completion
        request = self.client.send("shell", "complete_request", {"code": code, "cursor_pos": len(code)})
        content = self.client.reply(request)["content"]
        start, end = content["cursor_start"], content["cursor_end"]
        completed = {code[:start] + match + code[end:] for match in content["matches"]}
        word = code.split(".")[-1].split(" ")[-1]
        self.assertIn(code[: len(code) - len(word)] + expected, completed)

    def test_a_comm_to_an_unknown_target_is_closed(self):
        content = {"comm_id": "suite-unknown", "target_name": "no.such.target", "data": {}}
        self.client.send("shell", "comm_open", content)
        closed = self.client.published(lambda m: m["msg_type"] == "comm_close")
        self.assertEqual(closed["content"]["comm_id"], "suite-unknown")

    def test_malformed_comm_messages_are_survived(self):
        for content in ({}, {"comm_id": []}, {"comm_id": "x", "data": 3}, {"comm_id": None, "target_name": {}}):
            for kind in ("comm_open", "comm_msg", "comm_close"):
                self.client.send("shell", kind, content)
        self.assertEqual(self.client.value("6*7"), "42")

    def test_a_comm_talks_and_is_listed_by_target(self):
        request = self.client.execute(self.offered(self.snippets.comm))
        opened = self.client.published(
            lambda m: m["msg_type"] == "comm_open"
            and m["content"]["target_name"] == self.snippets.comm_target,
            30,
        )
        comm = opened["content"]["comm_id"]
        for target, listed in ((self.snippets.comm_target, True), ("another", False)):
            asked = self.client.send("shell", "comm_info_request", {"target_name": target})
            self.assertEqual(comm in self.client.reply(asked)["content"]["comms"], listed)
        sent = self.client.send("shell", "comm_msg", {"comm_id": comm, "data": self.snippets.comm_question})
        answer = self.client.published(
            lambda m: m["msg_type"] == "comm_msg" and m["content"]["comm_id"] == comm
        )
        self.assertTrue(answer["content"]["data"])
        self.assertTrue(sent)
        self.client.manager.interrupt_kernel()
        self.client.reply(request)
