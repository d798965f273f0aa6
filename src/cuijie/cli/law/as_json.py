"""The library's answers as JSON."""

from __future__ import annotations

from cuijie.law.library import Library
from cuijie.law.model import Authority, Instrument, Provision
from cuijie.law.page import LawPage

__all__ = ["authority_json", "instrument_json", "page_json", "row_json"]


def authority_json(authority: Authority) -> dict[str, object]:
    """An authority that no longer exists."""
    return {
        "authority": authority.name,
        "also": list(authority.also),
        "ended": str(authority.ended),
        "successors": list(authority.successors),
        "by": authority.by,
        "confidence": authority.confidence,
        "note": authority.note,
    }


def row_json(provision: Provision, library: Library) -> dict[str, object]:
    """One provision of a list."""
    return {
        "id": provision.id,
        "citation": library.title(provision.instrument) + (provision.label_zh or ""),
        "label": provision.label_zh,
        "tier": provision.tier,
        "level": provision.level,
        "paraphrase_zh": provision.paraphrase_zh,
        "paraphrase_en": provision.paraphrase_en,
        "topics": list(provision.topics),
        "confidence": provision.confidence,
        "in_force": str(provision.in_force) if provision.in_force else None,
        "repealed": str(provision.repealed) if provision.repealed else None,
    }


def page_json(page: LawPage, library: Library) -> dict[str, object]:
    """The whole page; what is said of the place stands on top, what is said of its law under ``instrument``."""
    provision = page.provision
    law = provision or page.instrument
    return {
        "id": page.id,
        "citation": page.heading,
        "on": page.on.isoformat(),
        "in_force_on": page.in_force,
        "in_force": str(law.in_force) if law.in_force else None,
        "repealed": str(law.repealed) if law.repealed else None,
        "level": page.instrument.level,
        "tier": law.tier,
        "label": page.place.label if page.place and not provision else provision.label_zh if provision else None,
        "paraphrase_zh": provision.paraphrase_zh if provision else None,
        "paraphrase_en": provision.paraphrase_en if provision else None,
        "topics": list(provision.topics) if provision else [],
        "confidence": law.confidence,
        "label_confidence": provision.label_confidence if provision else None,
        "known_from": provision.known_from if provision else None,
        "applies_to": list(law.applies_to),
        "note": law.note,
        "subject": page.subject,
        "is_whole_article": page.is_whole_article,
        "redirected_from": page.redirected_from,
        "alternatives": list(page.alternatives),
        "predecessors": list(page.predecessors),
        "successors": list(page.successors),
        "read_at": page.read_at,
        "lead": page.lead,
        "text": page.text,
        "text_source": page.text_source,
        "text_problem": page.text_problem,
        "instrument": instrument_json(page.instrument),
        "provisions": [row_json(held, library) for held in page.contents],
    }


def instrument_json(instrument: Instrument) -> dict[str, object]:
    """One instrument."""
    return {
        "id": instrument.id,
        "title": instrument.title,
        "version": instrument.version,
        "short": instrument.short,
        "also": list(instrument.also),
        "issuer": instrument.issuer,
        "number": instrument.number,
        "level": instrument.level,
        "tier": instrument.tier,
        "adopted": str(instrument.adopted) if instrument.adopted else None,
        "in_force": str(instrument.in_force) if instrument.in_force else None,
        "repealed": str(instrument.repealed) if instrument.repealed else None,
        "successor": instrument.successor,
        "applies_to": list(instrument.applies_to),
        "confidence": instrument.confidence,
        "sure_of": {name: instrument.sure_of(name) for name in ("number", "adopted", "in_force")},
        "draft": instrument.is_draft,
        "note": instrument.note,
    }
