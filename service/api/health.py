"""``/health/live``: the process runs. ``/health/ready``: hashes were checked and questions are answered without waiting; it also
says whether the live generation is damaged ("degraded": the one before answers) and whether the operator's pages are complete."""

from __future__ import annotations

from fastapi import APIRouter, Response

from service.api.dependencies import RuntimeDep
from service.duties import incomplete

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/ready")
def ready(runtime: RuntimeDep, response: Response) -> dict[str, str]:
    state = runtime.state
    if state in ("starting", "failed"):
        response.status_code = 503
        return {"status": state}
    pages = "incomplete" if incomplete(runtime.settings.pages) else "complete"
    return {"status": state, "generation": runtime.public.generation().id, "pages": pages}
