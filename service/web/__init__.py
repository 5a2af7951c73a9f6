"""The pages for people. See pages.py."""

from service.web.pages import error_page, mount_static, router

__all__ = ["error_page", "mount_static", "router"]
