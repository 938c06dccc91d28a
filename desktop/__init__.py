"""Desktop: the window over the engine.  Shows what the project file says, turns keys into operations."""
