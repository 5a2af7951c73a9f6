"""``/health/live``: the process runs. ``/health/ready``: hashes were checked and questions are answered without waiting; it also
says whether the live generation is damaged ("degraded": the one before answers) and whether the operator's pages are complete."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from indexer.errors import IndexProblem
from service.api.dependencies import RuntimeDep
from service.duties import incomplete

router = APIRouter(prefix="/health", tags=["health"])

_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": "starting, or failed", "model": dict[str, str]}}


@router.get("/live", summary="Whether the process runs")
async def live() -> dict[str, str]:
    """Answers as long as the process does."""
    return {"status": "live"}


@router.get("/ready", summary="Whether questions are answered without waiting", responses=_NOT_READY)
def ready(runtime: RuntimeDep, response: Response) -> dict[str, str]:
    """`status`: ready; degraded (the live index is damaged, the one before answers); starting; failed.

    `generation`: of the public index. `pages`: whether the operator's are complete.
    """
    state = runtime.state
    if state not in ("starting", "failed"):
        try:
            generation = runtime.public.generation().id
        except IndexProblem:  # requests tell it in the log
            state = "failed"
    if state in ("starting", "failed"):
        response.status_code = 503
        return {"status": state}
    pages = "incomplete" if incomplete(runtime.settings.pages) else "complete"
    return {"status": state, "generation": generation, "pages": pages}
