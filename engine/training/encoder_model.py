"""Encoder model: a BERT with several linear heads, in torch.

Torch is imported inside the functions, so that this module can be imported without it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.model_files.checksum import sha256_of
from engine.training.recipe import HeadPlan, Weights


def weights_folder(weights: Weights) -> Path:
    """Return the folder of the weights that a recipe starts from, their hash checked.

    Raises:
        ModelError: the package is not installed, or its weights are other ones.
    """
    found = importlib.util.find_spec(weights.package)
    if found is None or not found.submodule_search_locations:
        raise ModelError(f"The package “{weights.package}” with the first weights is not installed.")
    folder = Path(found.submodule_search_locations[0]) / weights.folder
    if sha256_of(folder / weights.file) != weights.sha256:
        raise ModelError(f"The weights in “{weights.package}” are not those that the recipe names.")
    return folder


def load_encoder(folder: Path, *, dropout: float = 0.1, attention_dropout: float = 0.0) -> Any:  # noqa: ANN401  torch has no types here
    """Return the BERT in `folder`, without its pooling layer."""
    from transformers import AutoModel
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return AutoModel.from_pretrained(
        str(folder),
        local_files_only=True,
        add_pooling_layer=False,
        attn_implementation="eager",  # what the export needs; on these sizes it is as fast
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=attention_dropout,
    )


def build(encoder: Any, heads: Sequence[HeadPlan], *, dropout: float = 0.1) -> Any:  # noqa: ANN401
    """Return a module that gives the logits of each head, and the states they were read from.

    Its outputs stand in the order of `heads`, each windows × pieces × (1 + 2 · labels); the
    states (windows × pieces × width), on which further heads can be trained, come last.
    """
    import torch

    class MultiHead(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.dropout = torch.nn.Dropout(dropout)
            width = encoder.config.hidden_size
            self.heads = torch.nn.ModuleList(
                torch.nn.Linear(width, 1 + 2 * len(head.labels)) for head in heads
            )

        def forward(self, ids: Any, mask: Any) -> tuple[Any, ...]:  # noqa: ANN401
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            states = self.dropout(states)
            return (*(head(states) for head in self.heads), states)

    return MultiHead()
