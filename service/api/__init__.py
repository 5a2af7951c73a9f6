"""The HTTP interface for programs, ``/api/v1`` and ``/health``."""

from fastapi import APIRouter

from service.api import answers, documents, health, operator, search

operator_router = operator.router
router = APIRouter()
for part in (answers, search, documents, health):
    router.include_router(part.router)
