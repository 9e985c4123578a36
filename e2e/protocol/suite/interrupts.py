"""Interrupts, in whatever mode the kernelspec asks for, and what goes on while a cell runs."""

import time


class Interrupts:
    def _interrupted(self, code):
        self.client.run(self.snippets.assign)
        request = self.client.execute(code)
        self.client.busy(request)
        time.sleep(0.5)
        self.client.manager.interrupt_kernel()
        self.assertEqual(self.client.reply(request)["content"]["status"], "error")
        # The kernel is the same one, with its state.
        self.assertEqual(self.client.value(self.snippets.read), self.snippets.read_shown)

    def test_interrupt_of_a_loop(self):
        self._interrupted(self.snippets.spin)

    def test_interrupt_of_a_wait(self):
        self._interrupted(self.snippets.wait)

    def test_interrupt_of_a_loop_after_a_wait(self):
        self._interrupted(self.snippets.spin_after_wait)

    def test_interrupt_of_a_question(self):
        asked = self.client.execute(self.offered(self.snippets.ask), allow_stdin=True)
        self.client._await("stdin", lambda m: m["msg_type"] == "input_request", 10)
        self.client.manager.interrupt_kernel()
        self.assertEqual(self.client.reply(asked)["content"]["status"], "error")

    def test_interrupt_of_nothing(self):
        self.client.manager.interrupt_kernel()
        time.sleep(0.3)
        self.assertEqual(self.client.value("6*7"), "42")

    def test_control_answers_while_a_cell_computes(self):
        request = self.client.execute(self.snippets.spin)
        self.client.busy(request)
        info = self.client.send("control", "kernel_info_request")
        self.assertEqual(self.client.reply(info, "control", 3)["content"]["status"], "ok")
        self.client.manager.interrupt_kernel()
        self.client.reply(request)

    def test_heartbeat_while_a_cell_computes(self):
        request = self.client.execute(self.snippets.spin)
        self.client.busy(request)
        heart = self.client.kc.hb_channel
        heart.unpause()
        time.sleep(2.5)
        self.assertTrue(heart.is_beating())
        self.client.manager.interrupt_kernel()
        self.client.reply(request)
