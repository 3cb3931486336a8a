"""Programs that talk to the API."""

from django.utils import translation
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from pavilion.core.models import User


class Client(APIClient):
    """Leaves the language of the test as it was."""

    def request(self, **environ):
        with translation.override(translation.get_language()):
            return super().request(**environ)


def client_of(user: User | None = None) -> Client:
    """Signed in with the user's token; nobody without one. Speaks English either way."""
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        token, _is_new = Token.objects.get_or_create(user=user)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
    return client
