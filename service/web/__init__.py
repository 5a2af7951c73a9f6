"""The pages for people. See pages.py, and keeping.py for what readers take away."""

from service.web import keeping
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router

router.include_router(keeping.router)

__all__ = ["error_page", "mount_static", "operator_router", "router"]
