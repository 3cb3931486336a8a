"""A mailbox on a server of our own: the few commands of IMAP that a poller says, over a socket."""

import re
import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Kept:
    octets: bytes
    folder: str = "INBOX"
    flags: set = field(default_factory=set)
    size: int = 0  # what the server says, where it is not what it holds
    date: str = "20-May-2030 06:30:00 +0000"


@dataclass
class Box:
    """What the server holds, and which commands it heard. It hangs up before those in `breaks`."""

    messages: dict = field(default_factory=dict)
    heard: list = field(default_factory=list)
    breaks: set = field(default_factory=set)
    can_move: bool = True
    knows_no_target: bool = False
    password: str = "s@cret"
    folders: tuple = ("INBOX",)
    # UIDs of messages it has lost the octets of, and of those it stumbles over and hangs up.
    refuses: set = field(default_factory=set)
    stumbles: set = field(default_factory=set)

    def put(self, octets: bytes, **facts) -> int:
        uid = 100 + len(self.messages)
        self.messages[uid] = Kept(octets, **facts)
        return uid


class No(Exception):
    """What the server will not do."""


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _space, command = line.partition(" ")
            box: Box = self.server.box
            box.heard.append(re.sub(r"(LOGIN \S+).*", r"\1", command))
            if len(box.heard) in box.breaks:
                return
            verb = command.split()[0].upper()
            try:
                getattr(self, f"do_{verb.lower()}")(command)
            except No as refusal:
                self.say(f"{tag} NO {refusal}")
            except ConnectionError:
                return
            else:
                self.say(f"{tag} OK done")
            if verb == "LOGOUT":
                return

    def say(self, line: str, octets: bytes = b"", end: str = "") -> None:
        self.wfile.write(line.encode() + b"\r\n" + octets + (f"{end}\r\n".encode() if end else b""))

    def do_capability(self, command: str) -> None:
        self.say("* CAPABILITY IMAP4rev1" + (" MOVE" if self.server.box.can_move else ""))

    def do_login(self, command: str) -> None:
        if command.split()[2].strip('"') != self.server.box.password:
            raise No("[AUTHENTICATIONFAILED] no")

    def do_select(self, command: str) -> None:
        if command.split(maxsplit=1)[1].strip('"') not in self.server.box.folders:
            raise No("[NONEXISTENT] no such folder")
        self.say(f"* {len(self.server.box.messages)} EXISTS")

    def do_logout(self, command: str) -> None:
        self.say("* BYE")

    def do_uid(self, command: str) -> None:
        _uid, verb, *rest = command.split(maxsplit=3)
        messages = self.server.box.messages
        if verb == "SEARCH":
            found = [
                str(uid)
                for uid, each in messages.items()
                if each.folder == "INBOX" and (r"\Seen" in each.flags) == rest[0].startswith("SEEN")
            ]
            self.say(" ".join(["* SEARCH", *found]))
            return
        if "HEADER.FIELDS" in command:
            for uid in map(int, rest[0].split(",")):
                found = re.search(rb"Message-ID: .*\r\n", messages[uid].octets)
                octets = (found[0] if found else b"") + b"\r\n"
                name = "BODY[HEADER.FIELDS (MESSAGE-ID)]"
                self.say(f"* {uid - 99} FETCH ({name} {{{len(octets)}}}", octets, f" UID {uid})")
            return
        uid = int(rest[0])
        if verb == "FETCH" and uid in self.server.box.stumbles:
            raise ConnectionError
        if verb == "FETCH" and uid in self.server.box.refuses:
            raise No("[SERVERBUG] the message is damaged")
        kept = messages.get(uid)
        if kept is None or kept.folder != "INBOX":
            return
        if verb == "STORE":
            kept.flags.add(r"\Seen")
        elif verb == "MOVE":
            if self.server.box.knows_no_target:
                raise No("[TRYCREATE] no such folder")
            kept.folder = rest[1].strip('"')
        elif "BODY" in rest[1]:
            top = re.search(r"<0\.(\d+)>", rest[1])
            octets = kept.octets[: int(top[1])] if top else kept.octets
            name = "BODY[]<0>" if top else "BODY[]"
            self.say(f"* 1 FETCH (UID {uid} {name} {{{len(octets)}}}", octets, ")")
        else:
            size = kept.size or len(kept.octets)
            self.say(f'* 1 FETCH (UID {uid} RFC822.SIZE {size} INTERNALDATE "{kept.date}")')


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@contextmanager
def imap_server(box: Box):
    """The address of a mailbox that holds what is in the box."""
    with Server(("127.0.0.1", 0), Session) as server:
        server.box = box
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"imap://rendez-vous:s%40cret@127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
