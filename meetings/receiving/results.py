"""What our own mail server found out about a message's sender (RFC 8601)."""

import re
from collections.abc import Iterable
from enum import Enum

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"([a-z0-9-]+)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class Word(Enum):
    """PASS: it comes from the domain it says. FAIL: it does not. NONE: nobody knows."""

    PASS = "pass"  # noqa: S105 - a result, not a secret
    FAIL = "fail"
    NONE = "none"


def word(headers: Iterable[str], *, authserv_id: str, sender: str) -> Word:
    """DMARC's, or an aligned DKIM signature's; of `authserv_id` alone, and a failure is final.

    Our server removes what others wrote in its name (RFC 8601 §5): without that, set none.
    """
    domain = sender.rpartition("@")[2].lower()
    if not authserv_id or not domain:
        return Word.NONE
    found = set()
    for header in list(headers)[:20]:
        said = header[:4000]
        for _nesting in range(5):
            said = _COMMENT.sub(" ", said)
        server, *results = said.split(";")
        if server.split()[:1] and server.split()[0].lower() == authserv_id.lower():
            found |= {_weighed(result, domain) for result in results}
    if Word.FAIL in found:
        return Word.FAIL
    return Word.PASS if Word.PASS in found else Word.NONE


def _weighed(result: str, domain: str) -> Word:
    parsed = _RESULT.match(result.strip())
    if parsed is None:
        return Word.NONE
    method, outcome, rest = parsed[1].lower(), parsed[2].lower(), parsed[3]
    named = {name.lower(): value.lower() for name, value in _PROPERTY.findall(rest)}
    if method == "dmarc":
        about = named.get("header.from", domain).rpartition("@")[2]
        if outcome == "fail":
            return Word.FAIL
        return Word.PASS if outcome == "pass" and about == domain else Word.NONE
    if method == "dkim" and outcome == "pass":
        signer = (named.get("header.d") or named.get("header.i", "")).rpartition("@")[2]
        return Word.PASS if _is_aligned(signer, domain) else Word.NONE
    return Word.NONE


def _is_aligned(signer: str, domain: str) -> bool:
    """The same domain, or the one it is part of."""
    return bool(signer) and "." in signer and (domain == signer or domain.endswith(f".{signer}"))
