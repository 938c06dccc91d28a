"""Answer formats: the ways in which a model may write what it found, each with writer and reader."""
