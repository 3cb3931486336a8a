"""A mail server that keeps what it is given, mailbox by mailbox."""

import socketserver
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class PostOffice(socketserver.ThreadingTCPServer):
    """What arrived for each address and was not yet fetched, oldest first."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.boxes: dict[str, list[EmailMessage]] = defaultdict(list)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def fetch(self, address: str) -> list[EmailMessage]:
        return self.boxes.pop(address, [])


class _Conversation(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        self._say("220 post office")
        recipients: list[str] = []
        for line in self.rfile:
            verb, argument = line[:4].upper(), line.decode("ascii").strip()
            if verb == b"RCPT":
                recipients.append(argument[argument.index("<") + 1 : argument.index(">")])
            if verb == b"DATA":
                self._say("354 go on")
                octets = b"".join(self._lines())
                for recipient in recipients:
                    message = message_from_bytes(octets, policy=policy.default)
                    self.server.boxes[recipient].append(message)
                recipients = []
            if verb == b"QUIT":
                self._say("221 bye")
                return
            self._say("250 ok")

    def _lines(self) -> Iterator[bytes]:
        for line in self.rfile:
            if line == b".\r\n":
                return
            yield line.removeprefix(b".")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
