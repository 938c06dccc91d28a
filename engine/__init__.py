"""Engine: everything that is true without a window.

The data's way: files become notes (`formats`, `text`), notes are screened for
residual identifiers (`identifiers`), a tagger proposes (`taggers`, `workers`),
a person decides (`annotation`, `store`), and what was decided becomes training
sets, scores and exports (`training`, `evaluation`, `formats`).  `steps` holds
one verb a file: reading that folder is reading the program.
"""
