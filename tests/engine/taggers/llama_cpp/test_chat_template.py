"""A model's own chat template stands around what it is told, and nothing gets in between."""

from __future__ import annotations

import pytest

from engine.errors import ModelError
from engine.taggers.llama_cpp.chat_template import around

pytestmark = pytest.mark.llm

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA2 = (
    "{% for m in messages %}{% if m['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + m['content'] + ' [/INST]' }}"
    "{% else %}{{ raise_exception('no') }}{% endif %}{% endfor %}"
)


@pytest.fixture(autouse=True)
def _jinja() -> None:
    pytest.importorskip("jinja2", reason="the extra “llm” is not installed")


def test_two_common_templates() -> None:
    assert around(CHATML) == ("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n")
    assert around(LLAMA2, "<s>", "</s>") == ("[INST] ", " [/INST]")


def test_a_template_is_told_not_to_think_and_always_the_same_day() -> None:
    template = "{{ messages[0].content }}{% if not enable_thinking %}<think></think>{% endif %}"
    assert around(template + "{{ strftime_now('%d') }}") == ("", "<think></think>2026-01-01")


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{% for %}", "cannot be used"),
        ("{{ raise_exception('only for adults') }}", r"cannot be used \(ValueError\)"),
        (
            "{{ messages[0].content | upper | replace('A', '') ~ messages[0].content }}",
            "changes what is said",
        ),
        ("hello", "changes what is said"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", r"cannot be used \(SecurityError\)"),
        ("{{ messages.append(1) }}", r"cannot be used \(SecurityError\)"),
    ],
)
def test_a_template_that_will_not_do_is_refused(template: str, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        around(template)
