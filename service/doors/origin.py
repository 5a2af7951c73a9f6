"""Pages of other sites have no business at the doors for programs."""

from __future__ import annotations

from fastapi import Request

from service.errors import ForeignPage
from service.origins import from_this_site
from service.runtime import Runtime


def not_from_elsewhere(request: Request) -> None:
    """A dependency of what makes work. Raises ForeignPage."""
    runtime: Runtime = request.app.state.runtime
    if not from_this_site(request.headers, runtime.settings.public_url):
        raise ForeignPage
