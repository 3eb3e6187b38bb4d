"""Reading files of law (nhập văn bản): decrees, collections of articles, the table of procedures.

Bytes in, values out; whatever is damaged, hostile or not understood is an ImportFault. Nothing read here is curated.
"""

from __future__ import annotations

from knowledge.importing.bulk import read_articles
from knowledge.importing.decrees import read_decree
from knowledge.importing.document_numbers import cited_form
from knowledge.importing.faults import Fault, ImportFault, Remark
from knowledge.importing.procedures import read_procedures
from knowledge.importing.splitting import split
from knowledge.importing.values import Article, BulkArticle, Clause, Decree, ImportedProcedure, Point, RowFault

__all__ = [
    "Article",
    "BulkArticle",
    "Clause",
    "Decree",
    "Fault",
    "ImportFault",
    "ImportedProcedure",
    "Point",
    "Remark",
    "RowFault",
    "cited_form",
    "read_articles",
    "read_decree",
    "read_procedures",
    "split",
]
