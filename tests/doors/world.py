"""What stands behind the doors, and who comes to them."""

from dataclasses import dataclass

from django.test import Client


@dataclass
class World:
    """Everything belongs to Bretagne (53); the others are of Occitanie (76)."""

    users: dict
    rows: dict
    tokens: dict

    def browser(self, role: str) -> Client:
        client = Client()
        if user := self.users[role]:
            client.force_login(user)
        return client
