"""The pages for people. See pages.py."""

from service.web.documents import router as documents_router
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router

router.include_router(documents_router)

__all__ = ["error_page", "mount_static", "operator_router", "router"]
