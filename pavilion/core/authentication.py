"""How programs prove who they are.

Alone in its module: REST framework loads it before anything of its views exists.
"""

from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    """`Authorization: Bearer …`, beside DRF's own `Token …`."""

    keyword = "Bearer"
