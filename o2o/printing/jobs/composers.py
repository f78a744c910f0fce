"""What lays out the templates of a print, each on the paper that it is printed on."""

from pathlib import Path

from o2o.db import Database
from o2o.printing.layout.composer import Composer
from o2o.printing.paper.pages import Paper, PaperTerms, choose_paper
from o2o.printing.template.boxes import Template


class Composers:
    """The paper of each template, and what lays out its front and its back; each is made once."""

    def __init__(self, db: Database, terms: PaperTerms) -> None:
        self._db = db
        self._terms = terms
        self._papers: dict[Path, Paper] = {}
        self._composers: dict[Path, tuple[Composer, ...]] = {}

    def paper_of(self, template: Template) -> Paper:
        """Return what a template is printed on."""
        paper = self._papers.get(template.path)
        if paper is None:
            paper = self._papers[template.path] = choose_paper(self._db, template, self._terms)
        return paper

    def of(self, template: Template) -> tuple[Composer, ...]:
        """Return what lays out a template's front, and its back if there is one."""
        composers = self._composers.get(template.path)
        if composers is None:
            paper = self.paper_of(template)
            sides = (False, True)[: paper.sides]
            composers = tuple(Composer(template, paper.dpi, back=back) for back in sides)
            self._composers[template.path] = composers
        return composers
