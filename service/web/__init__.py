"""The pages for people. See pages.py, and chatting.py for the chat."""

from service.web import chatting
from service.web.operating import router as operator_router
from service.web.pages import error_page, mount_static, router

router.include_router(chatting.router)

__all__ = ["error_page", "mount_static", "operator_router", "router"]
