"""Every page opens on PostgreSQL, too: its queries are translated for it."""

import pytest

from tests.test_query_counts import counts_at

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_every_page_opens():
    # Whatever does not answer 200 fails there.
    assert len(counts_at("S")) > 190
