"""Air gap: the network closed to this program, and how well."""

from engine.airgap.gap import Role, engage

__all__ = ["Role", "engage"]
