"""A model of the user's own: made elsewhere, looked at, converted, and shown to say the same here."""
