"""The HTTP interface for programs, ``/api/v1`` and ``/health``."""

from fastapi import APIRouter

from service.api import about, answers, documents, health, operator, search

operator_router = operator.router
router = APIRouter()
for part in (about, answers, search, documents, health):
    router.include_router(part.router)
