"""Labels of files brought to a label set: what it knows is taken, what it lacks is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.formats.document import Document
from engine.formats.problem import Problems, Severity
from engine.labels.label_set import LabelSet

Read = Callable[..., tuple[list[Document], Problems]]
Put = Callable[..., Path]

TEXT = "No pain, no fever; aspirin"
ANN = (
    "T1\tnegation 0 2\tNo\nT2\tDISEASE 3 7\tpain\nT3\tproblem 12 17\tfever\nT4\tdrug 19 26\taspirin\n"
    "T5\tGene 19 26\taspirin\nT6\tproblem 3 7\tpain\n"
)


def test_other_spellings_are_taken_and_labels_that_the_set_lacks_are_left_out(
    put: Put, read: Read, labels: LabelSet
) -> None:
    relations = (
        "R1\thasAttr Arg1:T2 Arg2:T1\nR2\tmodifies Arg1:T1 Arg2:T3\nR3\thasAttr Arg1:T4 Arg2:T1\n"
        "R4\thasAttr Arg1:T5 Arg2:T1\nR5\thasAttr Arg1:T6 Arg2:T1\n"
    )
    (document,), problems = read(put(n_dot_txt=TEXT, n_dot_ann=ANN + relations), labels=labels)
    assert [item.label for item in document.items] == ["negation", "problem", "problem", "drug"]
    assert [(one.head, one.tail, one.label) for one in document.relations] == [
        (1, 0, "hasAttr"),
        (2, 0, "hasAttr"),
    ]
    told = [(problem.severity, problem.sentence) for problem in problems]
    assert told == [
        (Severity.WARNING, "The label set “Small” has no label “Gene”; 1 tag was left out."),
        (
            Severity.WARNING,
            "The label set “Small” does not join “negation” to “drug”; 1 relation was left out.",
        ),
        (Severity.NOTE, "The label “DISEASE” was read as “problem” (1 time)."),
        (Severity.NOTE, "The relation “modifies” was read as “hasAttr” (1 time)."),
        (Severity.NOTE, "1 tag was there twice; each was read once."),
        (Severity.NOTE, "1 relation was read the other way round, as the label set has it."),
    ]


def test_a_note_that_says_nothing_of_tags_stays_so(put: Put, read: Read, labels: LabelSet) -> None:
    (document,), _ = read(put(n_dot_txt=TEXT), labels=labels)
    assert document.answer is None
