"""The pages for people. See pages.py."""

from service.web import duties, helping
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router
from service.web.widget import router as widget_router

router.include_router(helping.router)
router.include_router(duties.router)

__all__ = ["error_page", "mount_static", "operator_router", "router", "widget_router"]
