"""Desktop: the window over the engine.  It shows what the project file says and turns keys into operations."""
