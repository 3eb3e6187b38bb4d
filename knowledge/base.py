"""The knowledge base: one immutable whole of fields, departments, documents, entries and their index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from functools import cached_property
from types import MappingProxyType

from knowledge.days import day_named, without_day
from knowledge.entries import Citation, Decision, Department, Entry, Field, Finding, LegalDocument, Validity
from knowledge.index import Index
from knowledge.layers import Layers
from knowledge.lookup import LookUp
from knowledge.numbers import mentions
from knowledge.reading import Abbreviations
from knowledge.relations import Relations
from knowledge.scope import Scope
from knowledge.validity import covers, stretches_of_citation, stretches_of_entry, validity_of
from knowledge.writing import departments_to_text, digest, document_to_text, entry_to_text, fields_to_text


class KnowledgeBase:
    """What is true, and on which days. Made by `knowledge.load`; never changed, only replaced."""

    def __init__(
        self,
        *,
        fields: Iterable[Field],
        departments: Iterable[Department],
        documents: Iterable[LegalDocument],
        entries: Iterable[Entry],
        abbreviations: Abbreviations,
        scope: Scope,
        layers: Layers | None = None,
        release: KnowledgeBase | None = None,
    ) -> None:
        self.layers = layers or Layers()
        self.release = release or self
        """The base as it was released, before anything was published over it."""
        self.fields: Mapping[str, Field] = MappingProxyType({f.code: f for f in fields})
        self.departments: Mapping[str, Department] = MappingProxyType({d.code: d for d in departments})
        self.documents: Mapping[str, LegalDocument] = MappingProxyType({d.number: d for d in documents})
        self.entries: Mapping[str, Entry] = MappingProxyType({entry.id: entry for entry in entries})
        self.abbreviations = abbreviations
        self.scope = scope
        self.index = Index(self.entries.values(), abbreviations, scope.function_words)
        self._stretches = {key: stretches_of_entry(e, self.documents) for key, e in self.entries.items()}
        self.relations = Relations(self.documents.values())
        self._look_up = LookUp(self)

    @cached_property
    def revision(self) -> str:
        """Fingerprint of fields, departments, documents and entries; equal content, equal revision."""
        by_key = (
            [entry_to_text(self.entries[key]) for key in sorted(self.entries)],
            [document_to_text(self.documents[key]) for key in sorted(self.documents)],
        )
        fields = fields_to_text(self.fields[key] for key in sorted(self.fields))
        departments = departments_to_text(self.departments[key] for key in sorted(self.departments))
        return digest([fields, departments, *by_key[0], *by_key[1]])

    def validity(self, entry: Entry, day: date) -> Validity:
        """Whether the entry may be served on `day`, between which days, and what has lapsed."""
        return validity_of(entry, day, self.documents)

    def in_force(self, entry: Entry, day: date) -> bool:
        """Whether all that the entry cites is in force on `day`."""
        stretches = self._stretches.get(entry.id) if self.entries.get(entry.id) is entry else None
        return covers(stretches_of_entry(entry, self.documents) if stretches is None else stretches, day)

    def citation_in_force(self, citation: Citation, day: date) -> bool:
        """Whether the place cited is in force on `day`; False for a document the base does not have."""
        return covers(stretches_of_citation(citation, self.documents), day)

    def standing(self, number: str, article: str, day: date) -> bool | None:
        """Whether an article of a document is in force on `day`; None for a document the base does not have."""
        return self.citation_in_force(Citation(number, article), day) if number in self.documents else None

    def entries_in(self, field: str, day: date) -> tuple[Entry, ...]:
        """The field's entries in force on `day`, by title."""
        found = (e for e in self.entries.values() if e.field == field and self.in_force(e, day))
        return tuple(sorted(found, key=lambda entry: entry.title))

    def entries_citing(self, number: str, day: date | None = None) -> tuple[Entry, ...]:
        """Entries that cite the document; with a day, only those in force on it."""
        return tuple(
            entry
            for entry in self.entries.values()
            if any(citation.document == number for citation in entry.citations)
            and (day is None or self.in_force(entry, day))
        )

    def documents_named(self, text: str) -> tuple[LegalDocument, ...]:
        """The documents of the base that a text names by number, in the order named."""
        named = [
            document for mention in mentions(text) for document in self.documents.values() if mention.names(document)
        ]
        return tuple({document.number: document for document in named}.values())

    def department_for(self, subject: Entry | str) -> str:
        """The code of the department that answers for an entry or for a field's code.

        Raises KeyError for a field that does not exist.
        """
        if isinstance(subject, Entry):
            return subject.department or self.fields[subject.field].department
        return self.fields[subject].department

    def look_up(self, text: str, *, as_of: date, field: str | None = None, previous: str | None = None) -> Finding:
        """What to make of a message on a day.

        `field` restricts the search to one field's entries; `previous` is the question before, used only when
        this one leans on it ("thế lệ phí bao nhiêu").
        """
        return self._look_up(text, as_of=as_of, field=field, previous=previous)

    def look_up_today(
        self, text: str, *, today: date, field: str | None = None, previous: str | None = None
    ) -> Finding:
        """What to make of a message today: as of the past day that it is about, when it names one.

        What would be answered or offered today, and was not in force then, is told as lapsed: what is left to offer
        of then only looks like it.
        """
        as_of = day_named(text, today) or today
        found = self.look_up(text, as_of=as_of, field=field, previous=previous)
        if as_of == today or found.decision is Decision.ANSWER:
            return found
        plain = without_day(text, today)
        then = self.look_up(plain, as_of=as_of, field=field, previous=previous)
        now = self.look_up(plain, as_of=today, field=field, previous=previous)
        best = now.matches[0].entry if now.matches and now.decision is not Decision.ESCALATE else None
        offered_too = {match.entry.id for match in then.matches} & {match.entry.id for match in now.matches}
        if best is None or self.in_force(best, as_of) or (offered_too and now.decision is not Decision.ANSWER):
            return then
        gone = replace(then, decision=Decision.ESCALATE, confidence=0.0, matches=(), lapsed=(best,))
        return replace(gone, field=best.field, department=self.department_for(best))

    def with_layers(self, layers: Layers) -> KnowledgeBase:
        """The same base over other imported layers; nothing is indexed anew."""
        other = copy(self)
        other.layers = layers
        other.release = other if self.release is self else self.release
        other._look_up = LookUp(other)
        return other

    def publishing(
        self,
        entries: Iterable[Entry],
        *,
        documents: Iterable[LegalDocument] = (),
        retired: Iterable[str] = (),
        fields: Iterable[Field] | None = None,
        departments: Iterable[Department] | None = None,
    ) -> KnowledgeBase:
        """A new base in which these entries and documents replace those of their id.

        Entries and documents that `retired` names, by id or number, are gone; what cites such a document is not served.
        Fields and departments, where given, are all that there are.
        """
        gone = set(retired)
        merged = {**self.entries, **{entry.id: entry for entry in entries}}
        known = {**self.documents, **{document.number: document for document in documents}}
        return KnowledgeBase(
            fields=self.fields.values() if fields is None else fields,
            departments=self.departments.values() if departments is None else departments,
            documents=[document for number, document in known.items() if number not in gone],
            entries=[entry for key, entry in merged.items() if key not in gone],
            abbreviations=self.abbreviations,
            scope=self.scope,
            layers=self.layers,
            release=self.release,
        )
