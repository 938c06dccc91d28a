"""Layer documents: what one producer (a run, a person, an import) says in a project, note by note."""

from __future__ import annotations

from collections.abc import Iterator

from engine.annotation.annotation import LayerId
from engine.annotation.said import Answer
from engine.errors import StoreError
from engine.formats.document import Document
from engine.formats.gold_document import document_of
from engine.store.store import LayerRow, Store
from engine.text.note import NoteId

FINISHED = "finished"
"""Names what people stand behind in finished notes, whoever they are; it is no layer of its own."""

IMPORTED = "imported"
"""Names all imports together: each file that was imported is a layer of its own."""


def finished_documents(store: Store) -> Iterator[Document]:
    """Yield the finished notes with the annotations that count, imports among them.

    Raises:
        StoreError: no note is finished.
    """
    none = True
    for gold in store.gold():
        none = False
        yield document_of(gold)
    if none:
        raise StoreError(
            "No note of this project is finished, so there is nothing to measure by. "
            "Finish some, or name a layer that is right."
        )


def imported_documents(store: Store) -> Iterator[Document]:
    """Yield the notes that came with tags, with those tags; of several imports the newest counts.

    Raises:
        StoreError: no note came with tags.
    """
    none = True
    for one in store.note_ids():
        note = NoteId(one)
        layer = next((row for row in store.layers(note) if row.kind == "import"), None)
        if layer is not None:
            none = False
            yield _document(store, note, store.layer_answer(note, layer.id) or Answer())
    if none:
        raise StoreError("No note of this project was imported with tags.")


def find_layer(store: Store, said: str = "") -> LayerRow:
    """Return the layer that a person means: a run by its number, or the newest of a name.

    Empty means the newest run.

    Raises:
        StoreError: there is no such layer; the sentence lists those there are.
    """
    layers = store.layers()
    for layer in layers:
        is_run = layer.run is not None
        named = said.casefold() == layer.name.casefold() or (is_run and said == str(layer.run))
        if named if said else is_run:
            return layer
    there = ", ".join(layer_title(one) for one in layers if one.kind != "import") or "no run"
    imported = f"; imports are “{IMPORTED}” together" if any(one.kind == "import" for one in layers) else ""
    what = f"“{said}” is no run, person or import of this project" if said else "This project has no run"
    raise StoreError(f"{what}. It holds: {there}{imported}.")


def layer_documents(store: Store, layer: LayerId) -> Iterator[Document]:
    """Yield the notes of which `layer` says something, in the order they were added, with what it says."""
    for one in store.note_ids():
        note = NoteId(one)
        said = store.layer_answer(note, layer)
        if said is not None:
            yield _document(store, note, said)


def _document(store: Store, note: NoteId, said: Answer) -> Document:
    text = store.note(note)
    return Document(text.name, text.text, text.metadata, answer=said.without_raw())


def layer_title(layer: LayerRow) -> str:
    """Return how a layer is called: its name, and of a run its number too."""
    return layer.name if layer.run is None else f"run {layer.run} ({layer.name})"
