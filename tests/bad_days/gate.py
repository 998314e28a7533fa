"""A gate between the service and its PostgreSQL that a test can shut, cut, slow down, or let swallow an answer."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 65536
# In the protocol: what is asked, and the answer to it (a message of the kind C, 11 bytes long).
COMMIT = b"COMMIT"
COMMITTED = b"C\x00\x00\x00\x0bCOMMIT"


class Gate:
    """Listens on ``port`` and passes everything on; what it does otherwise is set at any time."""

    def __init__(self, host: str, port: int) -> None:
        self.beyond = (host, port)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listening.getsockname()[1]
        self.is_open = True  # closed: whoever comes is turned away, as by a machine without the server
        self.is_silent = False  # takes everything, says nothing, as a machine that hangs
        self.delay = 0.0  # seconds before anything is passed on to the server
        self.cuts_next_question = (
            False  # whatever is asked next never reaches the server, and every connection ends
        )
        self.cuts_before_commit = 0  # so many commits never reach the server
        self.cuts_after_commit = 0  # so many commits are done, and nobody is told
        self.keeps_answer_of_commit = False  # commits are done; their answers wait here
        self.let_in = 0
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self, asked: socket.socket | None = None) -> None:
        """End every connection there is now, the one on which something was ``asked`` last.

        Who learns of it there finds the others gone, and whom they let in then is not among them.
        """
        gone, self._pairs = self._pairs, []
        for pair in sorted(gone, key=lambda pair: asked in pair):
            for one in pair:
                _end(one)

    def close(self) -> None:
        """Be gone."""
        self.is_open = False
        self.cut()
        _end(self.listening)

    def _listen(self) -> None:
        while True:
            try:
                asking, _address = self.listening.accept()
            except OSError:
                return
            if not self.is_open:
                _end(asking)
                continue
            answering = socket.create_connection(self.beyond)
            self.let_in += 1
            self._pairs.append((asking, answering))
            threading.Thread(target=self._ask, args=(asking, answering), daemon=True).start()
            threading.Thread(target=self._answer, args=(asking, answering), daemon=True).start()

    def _ask(self, asking: socket.socket, answering: socket.socket) -> None:
        with suppress(OSError):
            while sent := asking.recv(CHUNK):
                time.sleep(self.delay)
                if self.cuts_next_question:
                    self.cuts_next_question = False
                    self.cut(asking)
                    break
                if COMMIT in sent and self.cuts_before_commit:
                    self.cuts_before_commit -= 1
                    break
                while self.is_silent:
                    time.sleep(0.01)
                answering.sendall(sent)
        _end(asking)
        _end(answering)
        self._forget(asking, answering)

    def _answer(self, asking: socket.socket, answering: socket.socket) -> None:
        with suppress(OSError):
            while said := answering.recv(CHUNK):
                if COMMITTED in said and self.cuts_after_commit:
                    self.cuts_after_commit -= 1
                    break
                while COMMITTED in said and self.keeps_answer_of_commit:
                    time.sleep(0.01)
                asking.sendall(said)
        _end(asking)
        _end(answering)

    def _forget(self, asking: socket.socket, answering: socket.socket) -> None:
        with suppress(ValueError):
            self._pairs.remove((asking, answering))


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def gate_to(host: str, port: int) -> Iterator[Gate]:
    """Stand between; gone afterwards."""
    gate = Gate(host, port)
    try:
        yield gate
    finally:
        gate.close()
