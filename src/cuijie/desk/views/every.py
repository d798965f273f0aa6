"""Every page but those of ``home``: together they take long to import, so they are imported beside the first page."""

from __future__ import annotations

from starlette.routing import Route

from cuijie.desk.views.audit_report import audit_report_routes
from cuijie.desk.views.beginning import beginning_routes
from cuijie.desk.views.case import case_routes
from cuijie.desk.views.contact import contact_routes
from cuijie.desk.views.evidence import evidence_routes
from cuijie.desk.views.exporting import export_routes
from cuijie.desk.views.facts import fact_routes
from cuijie.desk.views.jobs import job_routes
from cuijie.desk.views.library import library_routes
from cuijie.desk.views.many_cases import many_routes
from cuijie.desk.views.money import money_routes
from cuijie.desk.views.own_key import own_key_routes
from cuijie.desk.views.papers import paper_routes
from cuijie.desk.views.phones import phone_routes
from cuijie.desk.views.prevention import prevention_routes
from cuijie.desk.views.questions import question_routes
from cuijie.desk.views.together import together_routes
from cuijie.desk.views.unsure import unsure_routes

__all__ = ["every_route"]


def every_route() -> list[Route]:
    """The routes of all of them."""
    return [
        *audit_report_routes(),
        *beginning_routes(),
        *job_routes(),
        *case_routes(),
        *contact_routes(),
        *evidence_routes(),
        *export_routes(),
        *fact_routes(),
        *library_routes(),
        *many_routes(),
        *money_routes(),
        *own_key_routes(),
        *paper_routes(),
        *phone_routes(),
        *prevention_routes(),
        *question_routes(),
        *together_routes(),
        *unsure_routes(),
    ]
