"""Tagger options: which tagger a command uses, how it is set, and whether another goes before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
import typer

from engine.errors import ModelError
from engine.taggers.cascade.policy import THRESHOLD, Policy
from engine.taggers.cascade.tagger import cascade_of
from engine.taggers.registry import TaggerSpec, find_tagger, options_of
from engine.text.section import normalised

_LLM = "llama-cpp.v1"
_PANEL = "How a language model is asked"
_CASCADE = "Two taggers as one"

TaggerName = Annotated[str, typer.Option("--tagger", help="A model’s name or folder, or a file of terms.")]
Prompt = Annotated[
    str,
    typer.Option("--prompt", help="A prompt strategy by name, or an instruction.", rich_help_panel=_PANEL),
]
Answers = Annotated[
    str, typer.Option("--answers", help="The format of the model’s answers.", rich_help_panel=_PANEL)
]
Decoder = Annotated[str, typer.Option("--decoder", help="drafted, plain or free.", rich_help_panel=_PANEL)]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any option of the tagger, as key=value.", rich_help_panel=_PANEL),
]
CascadePolicy = Annotated[
    Policy | None,
    typer.Option(
        "--cascade",
        help="Let a fast tagger read everything, and --tagger only these sentences.",
        rich_help_panel=_CASCADE,
    ),
]
First = Annotated[
    str, typer.Option("--first", help="The fast tagger; the default model.", rich_help_panel=_CASCADE)
]
Compare = Annotated[
    str,
    typer.Option("--compare", help="For “disagreeing”: a tagger or file of terms.", rich_help_panel=_CASCADE),
]
Below = Annotated[
    float, typer.Option("--below", help="For “uncertain”: scores below this.", rich_help_panel=_CASCADE)
]
Sections = Annotated[
    list[str] | None,
    typer.Option("--section", help="For “sections”: a heading; may be repeated.", rich_help_panel=_CASCADE),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a command's options say about the tagger; empty where the user said nothing."""

    tagger: str = ""
    term_label: str = ""
    prompt: str = ""
    answers: str = ""
    decoder: str = ""
    settings: Sequence[str] = ()
    cascade: Policy | None = None
    first: str = ""
    compare: str = ""
    below: float = THRESHOLD
    sections: Sequence[str] = field(default=())

    def spec(self) -> TaggerSpec:
        """Return the tagger that is meant, with its options.

        Raises:
            ModelError: there is no such tagger, or it knows no such option or value.
        """
        spec = with_options(find_tagger(self.tagger, self.term_label), self._options())
        if self.cascade is None:
            if unused := next((name for name in ("first", "compare", "sections") if getattr(self, name)), ""):
                name = "section" if unused == "sections" else unused
                raise ModelError(f"--{name} is for two taggers as one. Say also --cascade and when.")
            return spec
        policy = {
            "policy": self.cascade.value,
            "threshold": self.below,
            "sections": [normalised(one) or one.lower() for one in self.sections],
            "other": self.compare,
        }
        if spec.kind == _LLM:  # the first tagger is its draft
            spec = replace(spec, options={**spec.options, "draft": ""})
        return cascade_of(find_tagger(self.first), spec, policy)

    def _options(self) -> dict[str, str]:
        named = {"prompt": self.prompt, "answers": self.answers, "decoder": self.decoder}
        return {name: said for name, said in named.items() if said} | pairs_of(self.settings)


def pairs_of(settings: Sequence[str]) -> dict[str, str]:
    """Return what ``key=value`` settings say.

    Raises:
        ModelError: one of them is not of that form.
    """
    found: dict[str, str] = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key:
            raise ModelError(f"“{setting}” is not of the form key=value.")
        found[key.strip()] = value
    return found


def with_options(spec: TaggerSpec, said: Mapping[str, str]) -> TaggerSpec:
    """Return `spec` with options as a person writes them: words, numbers, yes and no, lists as JSON.

    ``bias.problem=0.5`` sets one entry of a table.

    Raises:
        ModelError: the tagger knows no such option, or the value is none for it.
    """
    if not said:
        return spec
    known = options_of(spec.kind)
    options: dict[str, Any] = dict(spec.options)
    for name, value in said.items():
        key, _, entry = name.partition(".")
        if key not in known:
            raise ModelError(
                f"The tagger “{spec.name}” knows no option “{key}”. It knows: {', '.join(sorted(known))}."
            )
        if entry:
            table = {**options.get(key, {}), entry: _value(value, _entries(known[key]), name)}
            options[key] = _converted(table, known[key], name)
        else:
            options[key] = _value(value, known[key], name)
    return replace(spec, options=options)


def _value(said: str, type_: Any, name: str) -> Any:  # noqa: ANN401 - an option may be anything plain
    """Return the value that a person wrote: as it stands, else as JSON, else split at commas."""
    tries: list[Any] = [said, {"yes": True, "no": False}.get(said.lower(), said)]
    try:
        tries.append(msgspec.json.decode(said))
    except msgspec.DecodeError:
        tries.append([part.strip() for part in said.split(",")])
    faults = []
    for one in tries:
        try:
            return _converted(one, type_, name)
        except ModelError as error:
            faults.append(error)
    raise faults[0]


def _converted(value: Any, type_: Any, name: str) -> Any:  # noqa: ANN401
    try:
        return msgspec.json.decode(msgspec.json.encode(msgspec.convert(value, type_, strict=False)))
    except msgspec.ValidationError as error:
        if get_origin(type_) is Literal:
            choices = ", ".join(map(str, get_args(type_)))
            raise ModelError(f"The option “{name}” cannot be “{value}”. It can be: {choices}.") from None
        raise ModelError(f"The option “{name}” cannot be that: {error}.") from error


def _entries(type_: Any) -> Any:  # noqa: ANN401
    """Return the type of the entries of a table."""
    return get_args(type_)[1] if get_origin(type_) is dict else Any
