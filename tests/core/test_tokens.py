import logging

import pytest

from pavilion.core import tokens
from pavilion.core.logs import RedactTokens


def test_token_says_what_it_was_made_from():
    token = tokens.make("feed", "AAAAAAAAAAAAAAAAAAAAAA", 3)

    assert tokens.read("feed", token) == ("AAAAAAAAAAAAAAAAAAAAAA", 3)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1],
        lambda token: token.replace(".3.", ".4."),
        lambda token: "B" + token[1:],
        lambda token: "",
        lambda token: "no token at all",
    ],
    ids=["cut", "other version", "other id", "empty", "something else"],
)
def test_spoilt_token_is_refused(spoil):
    token = tokens.make("feed", "AAAAAAAAAAAAAAAAAAAAAA", 3)

    with pytest.raises(tokens.InvalidToken):
        tokens.read("feed", spoil(token))


def test_token_of_another_kind_is_refused():
    with pytest.raises(tokens.InvalidToken):
        tokens.read("answer", tokens.make("feed", "AAAAAAAAAAAAAAAAAAAAAA", 3))


def test_log_shows_no_token():
    token = tokens.make("day", tokens.new_public_id(), 1)
    record = logging.makeLogRecord({"msg": '"GET %s" 200', "args": (f"/journee/{token}/",)})

    RedactTokens().filter(record)

    assert record.getMessage() == '"GET /journee/[…]/" 200'
