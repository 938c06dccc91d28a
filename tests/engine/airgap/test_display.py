"""A screen behind the network is recognised; a local one is not mistaken for it."""

from __future__ import annotations

import pytest

from engine.airgap.display import display_trouble


@pytest.mark.parametrize("display", ["localhost:10.0", "hospital-pc:0", "10.1.2.3:0.0", "::1:10"])
def test_a_screen_reached_by_the_network_is_named(display: str) -> None:
    sentence = display_trouble({"DISPLAY": display})
    assert sentence is not None
    assert f"“{display}” is reached through the network" in sentence


@pytest.mark.parametrize("display", ["", ":0", ":99.0", "unix:0", "/private/tmp/launch-x/org.xquartz:0"])
def test_a_local_screen_is_no_trouble(display: str) -> None:
    assert display_trouble({"DISPLAY": display} if display else {}) is None


def test_wayland_is_local_whatever_display_says() -> None:
    assert display_trouble({"DISPLAY": "localhost:10.0", "WAYLAND_DISPLAY": "wayland-0"}) is None
