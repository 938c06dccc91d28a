"""Jobs: work beside the window, its progress and its end."""
