"""How gunicorn serves the site; every value can be set from the environment."""

import os
from typing import Any

from pavilion import settings

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
# Without Redis the cache lives in the process, so there is one; threads share it.
workers = int(os.environ.get("WEB_CONCURRENCY", "2" if settings.REDIS_URL else "1"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 5
# It would lie in the home folder, where two services of one user meet.
control_socket_disable = True
# Some addresses open a door by themselves: whatever gunicorn writes passes the same filter as our
# own log, and requests are written only when asked for (a proxy in front usually does it).
logconfig_dict: dict[str, Any] = {
    **settings.LOGGING,
    "loggers": {
        **settings.LOGGING["loggers"],  # type: ignore[dict-item]
        "gunicorn.error": {"level": "INFO", "propagate": True},
        "gunicorn.access": {
            "level": "INFO" if settings.env.bool("ACCESS_LOG", default=False) else "WARNING",
            "propagate": True,
        },
    },
}
