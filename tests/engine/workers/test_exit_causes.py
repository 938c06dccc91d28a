"""An exit code is told in words."""

from __future__ import annotations

import sys

import pytest

from engine.workers.exit_causes import exit_cause


@pytest.mark.skipif(sys.platform == "win32", reason="negative codes are signals on Unix only")
def test_a_signal_has_its_name_and_mostly_a_meaning() -> None:
    assert exit_cause(-11) == "SIGSEGV: it touched memory that is not its own"
    assert exit_cause(-15) == "SIGTERM"
    assert exit_cause(-99) == "signal 99"


def test_a_code_of_windows_is_told_as_the_same_signal() -> None:
    assert exit_cause(0xC0000005).startswith("SIGSEGV")


def test_any_other_code_is_a_number() -> None:
    assert exit_cause(1) == "exit code 1"
