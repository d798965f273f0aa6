"""The pages, one module per idea: what stands before any case, and the places of one case."""

from cuijie.desk.views.case import case_routes
from cuijie.desk.views.contact import contact_routes
from cuijie.desk.views.evidence import evidence_routes
from cuijie.desk.views.exporting import export_routes
from cuijie.desk.views.facts import fact_routes
from cuijie.desk.views.home import home_routes
from cuijie.desk.views.jobs import job_routes
from cuijie.desk.views.library import library_routes
from cuijie.desk.views.many_cases import many_routes
from cuijie.desk.views.papers import paper_routes
from cuijie.desk.views.phones import phone_routes
from cuijie.desk.views.questions import question_routes
from cuijie.desk.views.tools import tool_routes

__all__ = [
    "case_routes",
    "contact_routes",
    "evidence_routes",
    "export_routes",
    "fact_routes",
    "home_routes",
    "job_routes",
    "library_routes",
    "many_routes",
    "paper_routes",
    "phone_routes",
    "question_routes",
    "tool_routes",
]
