"""Error classes: each tag in exactly one, linked to its note and place."""

from hypothesis import given
from hypothesis import strategies as st

from engine.annotation.said import Answer, LabelledSpan
from engine.evaluation.error_classes import ErrorClass, class_counts, classify, confusion
from engine.evaluation.judged import Judged
from engine.text.span import Span


def tag(start, end, label="problem"):
    return LabelledSpan((Span(start, end),), label)


tags = st.lists(
    st.builds(
        lambda start, length, label: tag(start, start + length, label),
        st.integers(0, 20),
        st.integers(1, 5),
        st.sampled_from(["problem", "drug"]),
    ),
    max_size=8,
)


@given(tags, tags)
def test_the_classes_sum_up_to_gold_and_to_what_was_said(gold, predicted):
    findings = classify(Judged("n", "x" * 40, Answer(tuple(gold)), Answer(tuple(predicted))))
    counts = class_counts(findings)
    pairs = sum(counts[kind] for kind in ErrorClass if kind not in {ErrorClass.MISSED, ErrorClass.SPURIOUS})
    assert pairs + counts[ErrorClass.MISSED] == len(gold)
    assert pairs + counts[ErrorClass.SPURIOUS] == len(predicted)


def test_one_of_each_class():
    gold = [tag(0, 4), tag(10, 14), tag(20, 24), tag(30, 34), tag(40, 44)]
    said = [tag(0, 4), tag(10, 12), tag(20, 24, "drug"), tag(31, 36, "drug"), tag(50, 52)]
    findings = classify(Judged("n", "x" * 60, Answer(tuple(gold)), Answer(tuple(said))))
    assert [finding.kind for finding in findings] == [
        ErrorClass.RIGHT,
        ErrorClass.BOUNDARY,
        ErrorClass.TYPE,
        ErrorClass.BOUNDARY_AND_TYPE,
        ErrorClass.MISSED,
        ErrorClass.SPURIOUS,
    ]
    assert confusion(findings) == {
        ("", "problem"): 1,
        ("problem", ""): 1,
        ("problem", "drug"): 2,
        ("problem", "problem"): 2,
    }
