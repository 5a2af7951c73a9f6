"""The pages for people. See pages.py."""

from service.web.keeping import router as keeping_router
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router

__all__ = ["error_page", "keeping_router", "mount_static", "operator_router", "router"]
