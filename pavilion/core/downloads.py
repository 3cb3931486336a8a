"""Files handed out to be kept, never shown in place: they hold what others wrote."""

from typing import IO, Any

from django.http import FileResponse


def attachment(content: IO[Any], name: str, content_type: str = "") -> FileResponse:
    response = FileResponse(
        content, as_attachment=True, filename=name, content_type=content_type or None
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
