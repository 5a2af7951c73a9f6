"""The HTTP interface for programs, ``/api/v1`` and ``/health``."""

from fastapi import APIRouter

from service.api import about, answers, documents, health, metrics, operator, search

operator_router = APIRouter()
for part in (operator, metrics):
    operator_router.include_router(part.router)
router = APIRouter()
for part in (about, answers, search, documents, health):
    router.include_router(part.router)
router.include_router(documents.originals)
