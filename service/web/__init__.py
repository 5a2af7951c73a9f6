"""The pages for people. See pages.py, and chatting.py for the chat."""

from service.web import chatting, documents, duties, helping, keeping, login, search_pages, widget
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router

PARTS = (chatting, documents, helping, duties, search_pages, keeping, login, widget)
for part in PARTS:
    router.include_router(part.router)

__all__ = ["PARTS", "error_page", "mount_static", "operator_router", "router"]
