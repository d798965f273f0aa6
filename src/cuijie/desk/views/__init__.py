"""The pages, one module per place in the bottom bar and one for what stands before any case."""

from cuijie.desk.views.case import case_routes
from cuijie.desk.views.home import home_routes

__all__ = ["case_routes", "home_routes"]
