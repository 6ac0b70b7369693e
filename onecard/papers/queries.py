"""Typed reads of the room."""

from __future__ import annotations

from onecard.papers.models import Paper
from onecard.papers.rules import content_digest
from onecard.papers.types import PaperKind


def paper_of(kind: PaperKind, subject: str) -> Paper | None:
    """The newest version of the paper of this kind about the subject; None when none was issued."""
    return Paper.objects.filter(kind=kind.name, subject=subject).order_by("-version").first()


def is_intact(paper: Paper) -> bool:
    """Whether the paper's content is still that of its digest."""
    found = content_digest(kind=paper.kind, subject=paper.subject, dated=paper.dated, content=paper.content)
    return found == paper.digest
