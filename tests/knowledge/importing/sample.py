"""A decree of forty pages, invented, with everything that real ones have; what is expected is built beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain, count, cycle, repeat

from knowledge.importing import Article, Clause, Decree, Point
from tests.knowledge.importing.layouts import BODY, CENTRE, CLAUSE, POINT, Block

NUMBER = "987/2025/NĐ-CP"
TITLE = "Quy định chi tiết việc tiếp nhận và trả lời kiến nghị của cấp xã"
POINT_LABELS = "abcdđegh"
WHO = cycle((
    "Ủy ban nhân dân cấp xã", "Chủ tịch Ủy ban nhân dân cấp tỉnh", "cơ quan chuyên môn về nội vụ",
    "Trung tâm Phục vụ hành chính công", "công chức được giao nhiệm vụ",
))  # fmt: skip
DOES = cycle((
    "tiếp nhận, kiểm tra tính đầy đủ của hồ sơ và ghi vào sổ theo dõi",
    "trả lời bằng văn bản, nêu rõ lý do và căn cứ theo quy định tại khoản 2 Điều 5 của Nghị định này",
    "phối hợp với đơn vị có liên quan để thống nhất phương án giải quyết trước khi trình cấp có thẩm quyền",
    "thông báo kết quả cho người đề nghị qua cổng dịch vụ công hoặc dịch vụ bưu chính công ích",
    "lưu trữ hồ sơ, dữ liệu và báo cáo định kỳ hằng quý theo mẫu thống nhất",
))  # fmt: skip
WHEN = cycle((
    "trong thời hạn 05 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ",
    "chậm nhất vào ngày 15 của tháng cuối quý, trừ trường hợp quy định tại Điều 7",
    "ngay trong ngày làm việc; trường hợp nhận sau 15 giờ thì chuyển sang ngày làm việc tiếp theo",
    "không quá 1.000 hồ sơ mỗi năm đối với một xã, phường, đặc khu",
))  # fmt: skip
HEADINGS = cycle((
    "Phạm vi điều chỉnh", "Đối tượng áp dụng", "Giải thích từ ngữ", "Nguyên tắc tiếp nhận kiến nghị",
    "Trách nhiệm của Ủy ban nhân dân cấp tỉnh trong việc hướng dẫn, đôn đốc, kiểm tra và trả lời kiến nghị của cấp xã",
    "Thời hạn trả lời", "Chuyển kiến nghị không thuộc thẩm quyền", "Công khai kết quả",
))  # fmt: skip
AMENDED = (
    "Sửa đổi, bổ sung Điều {other} của Nghị định số 12/2020/NĐ-CP như sau:\n"
    "“Điều {other}. Hồ sơ và “phiếu hẹn” trả kết quả\n"
    "1. Hồ sơ gồm đơn đề nghị và bản sao giấy tờ kèm theo;\n"
    "a) Bản chính để đối chiếu;\n"
    "2. Phiếu hẹn trả kết quả theo mẫu.\n"
    "Điều {next}. Thời hạn\n"
    "Thời hạn trả kết quả là 03 ngày làm việc.”."
)


def sentence(end: str) -> str:
    who, when = next(WHO), next(WHEN)
    return f"{who[0].upper()}{who[1:]} {next(DOES)} {when}{end}"


def points(many: int) -> tuple[Point, ...]:
    labels = POINT_LABELS[:many]
    return tuple(Point(label, sentence("." if label == labels[-1] else ";")) for label in labels)


def clauses(number: int) -> tuple[Clause, ...]:
    made = []
    for index in range(1, 3 + number % 4):
        opening = sentence(":") if index % 3 == 1 else sentence(".")
        if index == 2 and number % 5 == 0:
            opening += "\n" + sentence(".")
        made.append(Clause(str(index), opening, points(3 + number % 5) if index % 3 == 1 else ()))
    return tuple(made)


def article(name: str, index: int, chapter: str, section: str) -> Article:
    heading = next(HEADINGS)
    if index % 9 == 4:
        return Article(name, heading, chapter, section, sentence(".") + "\n" + sentence("."))
    if index % 9 == 7:
        return Article(name, heading, chapter, section, sentence(":"), (Clause("", "", points(4)),))
    if index % 17 == 5:
        amended = Clause("1", AMENDED.format(other=index + 40, next=index + 41))
        return Article(name, heading, chapter, section, "", (amended, Clause("2", sentence("."))))
    return Article(name, heading, chapter, section, "", clauses(index))


def places() -> Iterator[tuple[str, str]]:
    """Chapter and section of one article after another."""
    chapters = [
        ("Chương I. QUY ĐỊNH CHUNG", [""]),
        ("Chương II. TIẾP NHẬN VÀ TRẢ LỜI", ["Mục 1. TIẾP NHẬN", "Mục 2. TRẢ LỜI\nTiểu mục 1. QUA MẠNG"]),
        ("Chương III. SỬA ĐỔI, BỔ SUNG MỘT SỐ NGHỊ ĐỊNH", ["", "Mục 1. LĨNH VỰC NỘI VỤ"]),
        ("Chương IV. ĐIỀU KHOẢN THI HÀNH", [""]),
    ]
    for chapter, sections in chapters:
        for section in sections:
            yield from repeat((chapter, section), 11)


def decree() -> Decree:
    """The decree that every file of it should give, warnings apart."""
    names = chain(["1", "2", "3", "3a", "3b"], map(str, count(4)))
    articles = tuple(
        article(next(names), index, chapter, section) for index, (chapter, section) in enumerate(places(), start=1)
    )
    return Decree(NUMBER, "nghị định", TITLE, "Chính phủ", date(2025, 6, 15), articles)


def pages(whole: Decree) -> list[Block]:
    """The decree as it is set: head, grounds, chapters, articles, signature, an appendix."""
    blocks = [
        *(Block(text, CENTRE) for text in ("CHÍNH PHỦ", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", f"Số: {whole.number}")),
        Block("Hà Nội, ngày 15 tháng 6 năm 2025", CENTRE),
        Block("NGHỊ ĐỊNH", CENTRE),
        Block(whole.title, CENTRE),
        Block("Căn cứ Luật Tổ chức Chính phủ số 63/2025/QH15 ngày 18 tháng 02 năm 2025;"),
        Block("Theo đề nghị của Bộ trưởng Bộ Nội vụ;"),
        Block("Chính phủ ban hành Nghị định quy định chi tiết việc tiếp nhận và trả lời kiến nghị của cấp xã."),
        *articles(whole),
        Block("Nơi nhận:"),
        Block("- Ban Bí thư Trung ương Đảng;"),
        Block("TM. CHÍNH PHỦ", CENTRE),
        Block("PHỤ LỤC I", CENTRE),
        Block("(Kèm theo Nghị định số 987/2025/NĐ-CP)", CENTRE),
        Block("1. Mẫu đơn đề nghị."),
        Block("Điều 1. Không thuộc các điều của Nghị định."),
    ]
    return [part for block in blocks for part in _parts(block)]


def _parts(block: Block) -> Iterator[Block]:
    first, *others = block.text.split("\n")
    yield Block(first, block.style, block.label)
    yield from (Block(other) for other in others)


def articles(whole: Decree) -> Iterator[Block]:
    chapter = section = ""
    for found in whole.articles:
        if found.chapter != chapter:
            chapter, section = found.chapter, ""
            yield from _over(chapter)
        if found.section != section:
            section = found.section
            yield from _over(section)
        yield from article_blocks(found)


def _over(text: str) -> Iterator[Block]:
    """A chapter with its heading on the next line, a section with it on the same."""
    for line in filter(None, text.split("\n")):
        label, _, heading = line.partition(". ")
        if label.startswith("Chương"):
            yield Block(label, CENTRE)
            yield Block(heading, CENTRE)
        else:
            yield Block(line, CENTRE)


def article_blocks(found: Article) -> Iterator[Block]:
    yield Block(found.heading, BODY, f"Điều {found.number}.")
    if found.intro:
        yield Block(found.intro)
    for clause in found.clauses:
        if clause.number:
            yield Block(clause.text, CLAUSE, f"{clause.number}.")
        yield from (Block(point.text, POINT, f"{point.label})") for point in clause.points)
