"""The imported layers under the knowledge base: looked up, filtered by the day, never an answer."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge import KnowledgeBase
from knowledge.entries import Decision, Interval
from knowledge.layers import ArticleHead, ImportedText, Layers, ProcedureHead, article_text
from knowledge.layers.index import TextIndex

DAY = date(2026, 11, 21)
ENDED = ImportedText(
    "12/2020/NĐ-CP", "Nghị định về trạm vũ trụ", "nghị định", Interval(date(2020, 3, 1), date(2026, 3, 1))
)
ALIVE = ImportedText("34/2026/NĐ-CP", "Nghị định về trạm vũ trụ", "nghị định", Interval(date(2026, 3, 1)))
UNKNOWN = ImportedText("56/2019/TT-BKHCN", "Thông tư về trạm vũ trụ")
HEADING, TEXT = (
    "Cấp phép lắp đặt trạm quan sát vũ trụ",
    "Ủy ban nhân dân cấp xã nhận hồ sơ lắp đặt trạm quan sát vũ trụ.",
)
QUESTION = "lap dat tram quan sat vu tru thi xin phep o dau"


OTHERS = ImportedText("1/2001/QH10", "Luật về những việc khác", "luật", Interval(date(2001, 1, 1)))
OTHER_TEXT = "Nơi nộp, thời hạn, người giải quyết thì theo quy định; xin phép ở đâu do tỉnh công bố."
"""Words that every law uses are rare only where there are few laws."""


def layers(*documents: ImportedText) -> Layers:
    heads = [ArticleHead(str(key), document, "9", HEADING) for key, document in enumerate(documents, start=1)]
    others = [ArticleHead(f"{key}", OTHERS, f"{key}", f"Việc {key}") for key in range(100, 300)]
    texts = [article_text(h.document, h.heading, TEXT if h in heads else OTHER_TEXT) for h in (*heads, *others)]
    procedures = [ProcedureHead("9.999999", "Lắp đặt trạm quan sát vũ trụ", commune_level=True)]
    procedures += [ProcedureHead(f"8.000{key}", f"Việc {key} xin phép ở đâu") for key in range(100, 300)]
    names = TextIndex.build(head.name for head in procedures)
    return Layers([*heads, *others], TextIndex.build(texts), procedures, names)


@pytest.fixture(scope="module")
def base(knowledge_base: KnowledgeBase) -> KnowledgeBase:
    return knowledge_base.with_layers(layers(ENDED, ALIVE, UNKNOWN))


def test_what_no_entry_answers_gets_what_may_bear_on_it_and_no_answer(base: KnowledgeBase) -> None:
    finding = base.look_up(QUESTION, as_of=DAY)
    assert finding.decision == Decision.ESCALATE
    assert {(one.kind, one.number, one.in_force) for one in finding.related} == {
        ("article", ALIVE.number, True),
        ("article", UNKNOWN.number, None),
        ("procedure", "9.999999", None),
    }


def test_the_day_decides_which_article_is_shown(base: KnowledgeBase) -> None:
    numbers = [one.number for one in base.look_up(QUESTION, as_of=date(2026, 2, 28)).related if one.in_force]
    assert numbers == [ENDED.number]


def test_an_answer_stands_alone(base: KnowledgeBase) -> None:
    finding = base.look_up("đăng ký khai sinh quá hạn cần giấy tờ gì", as_of=DAY)
    assert finding.decision == Decision.ANSWER
    assert finding.related == ()


def test_the_base_knows_better_than_an_import_what_has_ended(knowledge_base: KnowledgeBase) -> None:
    dead = next(d for d in knowledge_base.documents.values() if d.in_force.until and d.in_force.until <= DAY)
    claimed = ImportedText(dead.number, dead.title, dead.kind, Interval(date(2000, 1, 1)))
    related = knowledge_base.with_layers(layers(claimed)).look_up(QUESTION, as_of=DAY).related
    assert [one.kind for one in related] == ["procedure"]


def test_an_article_repealed_before_its_document_is_not_shown(knowledge_base: KnowledgeBase) -> None:
    document = next(
        d for d in knowledge_base.documents.values()
        if d.in_force.covers(DAY) and any(not e.in_force.covers(DAY) and not e.clause for e in d.exceptions)
    )  # fmt: skip
    gone = next(e for e in document.exceptions if not e.in_force.covers(DAY) and not e.clause)
    text = ImportedText(document.number, document.title, document.kind)
    head = ArticleHead("1", text, gone.article.removeprefix("Điều "), HEADING)
    index = TextIndex.build([article_text(text, HEADING, TEXT)])
    assert Layers([head], index).related(QUESTION.split(), DAY, knowledge_base) == ()


def test_noise_is_not_shown(base: KnowledgeBase) -> None:
    assert base.look_up("phí cấp giấy phép khai thác khoáng sản trên sao hỏa của doanh nghiệp", as_of=DAY).related == ()


def test_an_article_is_found_by_its_number(base: KnowledgeBase) -> None:
    finding = base.look_up("điều 9 nghị định 34/2026", as_of=DAY)
    assert [(one.number, one.article, one.score) for one in finding.named] == [(ALIVE.number, "Điều 9", 1.0)]
    assert base.look_up("dieu 9 nd 12/2020", as_of=DAY).named[0].in_force is False
    assert base.look_up("điều 10 nghị định 34/2026", as_of=DAY).named == ()


def test_a_document_known_only_by_its_articles_is_no_unknown_one(base: KnowledgeBase) -> None:
    finding = base.look_up("nghị định 34/2026", as_of=DAY)
    assert (finding.decision, finding.imported) == (Decision.CHOICES, (ALIVE.number,))


def test_a_procedure_is_found_by_its_code(base: KnowledgeBase) -> None:
    finding = base.look_up("9.999999", as_of=DAY)
    assert (finding.decision, [one.number for one in finding.named]) == (Decision.CHOICES, ["9.999999"])


def test_new_layers_change_nothing_else(base: KnowledgeBase, knowledge_base: KnowledgeBase) -> None:
    assert base.revision == knowledge_base.revision
    assert knowledge_base.look_up(QUESTION, as_of=DAY).related == ()
