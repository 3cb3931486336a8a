"""The desk as an organiser uses it: fill the form, read who would be told, do it."""


def take(client, url, data=None):
    """Posts, and posts again what the page has shown first."""
    page = client.post(url, data or {})
    seal = page.context.get("seen") if page.status_code == 200 and page.context else None
    return client.post(url, {**(data or {}), "_seen": seal}) if seal else page
