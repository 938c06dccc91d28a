"""What the details say of a problem: the chips of the focused span and the table of problems."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.appearance.theme import light
from desktop.details.details import Details
from desktop.review.intents import Target
from desktop.review.marks import Marks
from desktop.review.scene import NoteScene
from engine.annotation.annotation import Annotation, AnnotationId, LayerId, Relation, RelationId
from engine.labels.files import find_label_set
from engine.model_files.places import models_folder
from engine.text.note import NoteId
from engine.text.section import sections
from engine.text.span import Span
from engine.text.token import tokenize

TEXT = (
    "HISTORY OF PRESENT ILLNESS:\nShe denies fever. Possible pneumonia, status post stroke. "
    "The rash is worse.\n"
    "FAMILY HISTORY:\nBreast cancer in <mother>.\n"
)
MARKS = (
    ("problem", "fever"),
    ("negation", "denies"),
    ("problem", "pneumonia"),
    ("uncertain", "Possible"),
    ("problem", "stroke"),
    ("problem", "The rash"),
    ("course", "worse"),
    ("problem", "Breast cancer"),
    ("subject", "<mother>"),
    ("drug", "She"),
)
JOINED = ((1, 2), (3, 4), (6, 7), (8, 9))


@pytest.fixture
def details(qtbot) -> Details:
    shown = Details(light())
    qtbot.addWidget(shown)
    layer = LayerId(1)
    note = NoteId(1)
    annotations = tuple(
        Annotation(
            AnnotationId(number),
            note,
            layer,
            (Span(at := TEXT.index(words), at + len(words)),),
            label,
            "anna",
            None,
        )
        for number, (label, words) in enumerate(MARKS, start=1)
    )
    relations = tuple(
        Relation(RelationId(number), note, layer, AnnotationId(head), AnnotationId(tail), "hasAttr")
        for number, (head, tail) in enumerate(JOINED, start=1)
    )
    labels = find_label_set("kiwi", models_folder())
    scene = NoteScene(note, TEXT, tokenize(TEXT), labels, annotations, relations)
    shown.show_labels(labels)
    shown.tabs.setCurrentWidget(shown.problems)
    shown.show_scene(scene, Marks(scene), sections(TEXT), None)
    return shown


def rows(details: Details) -> list[tuple[str, str]]:
    model = details.problems.model
    return [
        (model.data(model.index(row, 0)), model.data(model.index(row, 1))) for row in range(model.rowCount())
    ]


def test_the_table_says_of_every_problem_what_its_modifiers_section_and_sentence_say(details):
    assert rows(details) == [
        ("fever", "Negated"),
        ("pneumonia", "Possible"),
        ("stroke", "Past"),
        ("The rash", "Worsened"),
        ("Breast cancer", "Family member"),
    ]


@pytest.mark.parametrize(
    ("number", "said", "why"),
    [
        (1, "Status: Negated", "Negated: by “denies”"),
        (5, "Status: Past", "Past: by “status post”"),
        (7, "Status: Worsened", "Worsened: by “worse”"),
        (8, "Status: Family member", "Family member: by “<mother>”"),
    ],
)
def test_the_focused_problem_or_value_shows_its_status_as_chips(details, number, said, why):
    details.show_target(Target(number))
    assert not details.card.status.isHidden()
    assert details.card.status.accessibleName() == said
    assert details.card.status.toolTip() == why


@pytest.mark.parametrize("number", [2, 10])
def test_what_has_no_status_shows_no_chips(details, number):
    details.show_target(Target(number))
    assert details.card.status.isHidden()


def test_words_of_a_note_are_never_taken_for_marks_of_a_page(details):
    details.show_target(Target(9))
    assert "<mother>" not in details.card.status.text()


def test_a_row_leads_to_its_problem_and_the_focus_to_its_row(details, qtbot):
    with qtbot.waitSignal(details.focus_wanted) as wanted:
        view = details.problems.view
        view.setCurrentIndex(details.problems.model.index(3, 0))
        view.setFocus()
        details.problems.view.clicked.emit(details.problems.model.index(3, 0))
    assert wanted.args == [Target(6)]
    details.show_target(Target(3))
    assert view.currentIndex().row() == 1
    assert details.problems.model.headerData(1, Qt.Orientation.Horizontal) == "Status"


def test_a_table_that_cannot_be_seen_is_filled_when_it_is_turned_to(details):
    details.tabs.setCurrentWidget(details.labels)
    details.show_scene(None, None, [], None)
    assert rows(details) != []
    details.tabs.setCurrentWidget(details.problems)
    assert rows(details) == []
    details.tabs.setCurrentWidget(details.spans)
    assert details.spans.model.rowCount() == 0


def test_without_a_note_no_problem_is_shown(details):
    details.show_scene(None, None, [], None)
    assert rows(details) == []


def test_the_keyboard_goes_to_the_rows_of_a_table_that_is_asked_for(details):
    assert details.problems.focusProxy() is details.problems.view
    assert details.spans.focusProxy() is details.spans.view
