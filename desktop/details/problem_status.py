"""Problem status: what the marks of a note say of one problem, in sum."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.details.wording import section_at
from desktop.review.marks import Mark, Marks
from desktop.review.scene import NoteScene
from engine.assertion.status import Statement, past_words, statements
from engine.assertion.values import VALUES
from engine.labels.label_set import LabelSet
from engine.text.section import Section
from engine.text.span import hull, surface

PROBLEM = "problem"


def problem_labels(labels: LabelSet) -> frozenset[str]:
    """Return the labels of which a status can be said: problem, and what may be uncertain."""
    uncertain = {one.name for one in labels if labels.relation(one.name, "uncertain") is not None}
    return frozenset(uncertain | {PROBLEM})


def said_of(scene: NoteScene, marks: Marks, mark: Mark, sections: Sequence[Section]) -> list[Statement]:
    """Return what the modifiers joined to `mark`, its section and the words around it say of a problem.

    Of a modifier of course, severity or person it returns the value of its words; of all else nothing.
    """
    if mark.label in VALUES:
        return statements([(mark.label, surface(scene.text, mark.spans))])
    if mark.label not in problem_labels(scene.labels):
        return []
    joined = (
        marks.get(joint.tail) for joint in marks.joints.get(mark.target, ()) if joint.head == mark.target
    )
    modifiers = [(one.label, surface(scene.text, one.spans)) for one in joined if one is not None]
    section = section_at(sections, mark.start)
    return statements(
        modifiers, section.title if section is not None else "", past_words(scene.text, hull(mark.spans))
    )
