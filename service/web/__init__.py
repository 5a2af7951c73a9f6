"""The pages for people. See pages.py."""

from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router
from service.web.search_pages import router as search_router

__all__ = ["error_page", "mount_static", "operator_router", "router", "search_router"]
