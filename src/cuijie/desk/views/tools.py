"""The pages of money and prevention, inside a case and outside."""

from __future__ import annotations

from starlette.routing import Route

from cuijie.desk.views.money import money_routes
from cuijie.desk.views.prevention import prevention_routes

__all__ = ["tool_routes"]


def tool_routes() -> list[Route]:
    """Every route of these pages."""
    return [*money_routes(), *prevention_routes()]
