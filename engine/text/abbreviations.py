"""Abbreviations: the words whose full stop need not end a sentence, and what goes with them."""

from __future__ import annotations

_OPEN = """
    dr drs mr mrs ms mx prof rev hon st mt ft vs e.g i.e approx ca cf viz incl excl resp fig figs ref
    sect no nos q subq gen lt sgt capt dept neg pos dx hx tx rx sx fx pt pts wt ht temp prev esp c.f
    dist prox bilat susp poss max min avg est
"""
OPEN = frozenset(_OPEN.split())
"""Never the last word of a sentence: something always follows."""

_SHORT = """
    lt susp min etc al inc ltd co corp jr sr mg mcg gm gms kg ml cc cm mm oz lb lbs tab tabs cap caps
    tbsp tsp gtt gtts inj supp hr hrs mins sec wk wks mo mos yr yrs jan feb mar apr jun jul aug sep sept
    oct nov dec mon tue tues wed thu thur thurs fri sat sun ext abd chol bid tid qid qd qhs prn po iv im
    sc sq hgb hct plt eos lymph neut diff tot w/o dtr dtrs rt lat med post ant inf sup
"""
SHORT = frozenset(_SHORT.split())
"""Often followed by a small letter or a number, yet able to end a sentence."""

_DOSING = """
    q bid tid qid qd qhs prn po iv im sc sq qam qpm qod ac pc hs stat daily
"""
DOSING = frozenset(_DOSING.split())
"""What follows “5 mg p.o.” in capitals without a new sentence."""

_STARTERS = """
    the a dr mr mrs ms no pt in an this that these those there then they their it its he his she her we
    our i my you your on at as if for from after before during upon not all any both each per patient
    review past please plan physical family social however today will she's he's
"""
STARTERS = frozenset(_STARTERS.split())
"""What mostly begins a sentence behind “Dr. X.” or “hepatitis C.”."""

_JOINING = """
    the of a no by or to in without an that on at as for from not and with is was are were has had than
"""
JOINING = frozenset(_JOINING.split())
"""What a line may end with only if the next one goes on."""
