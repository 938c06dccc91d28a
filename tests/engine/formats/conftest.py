"""What the tests of formats share: a folder of files, reading them, and a small label set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.formats.document import Document
from engine.formats.format import ReadOptions
from engine.formats.problem import Problems
from engine.formats.reading import read_documents
from engine.labels.label_set import Kind, LabelSet, LabelType, Pair

Read = Callable[..., tuple[list[Document], Problems]]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write files into a folder of the test's own and return it; text is written byte for byte."""

    def put(**files: str | bytes) -> Path:
        folder = tmp_path / "in"
        for name, content in files.items():
            path = folder / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return folder

    return put


@pytest.fixture
def read() -> Read:
    """Read paths; return the documents and the problems met."""

    def read(*paths: Path, **options: object) -> tuple[list[Document], Problems]:
        problems = Problems()
        found = list(read_documents(paths, ReadOptions(**options), problems))  # type: ignore[arg-type]
        return found, problems

    return read


@pytest.fixture
def labels() -> LabelSet:
    """Two entities and a modifier that may be joined to the first."""

    def one(name: str, kind: Kind) -> LabelType:
        return LabelType(name, kind, name.title(), f"What {name} means.", "", (), "#336699")

    return LabelSet(
        name="small",
        version="1",
        title="Small",
        description="",
        types=(one("problem", Kind.ENTITY), one("drug", Kind.ENTITY), one("negation", Kind.MODIFIER)),
        pairs=(Pair("problem", "negation", "hasAttr"),),
        aliases=(("Disease", "problem"),),
    )
