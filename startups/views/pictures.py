"""Logos on their way out."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def sent(logo: FieldFile) -> FileResponse:
    """A logo as we keep them all, PNG; not found when there is none, or its file is lost."""
    if not logo:
        raise Http404
    try:
        return FileResponse(logo.open("rb"), content_type="image/png")
    except FileNotFoundError as error:
        raise Http404 from error
