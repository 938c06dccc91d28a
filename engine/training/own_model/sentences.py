"""Sentences of our own on which a model made elsewhere is tried; none is from a corpus or about a person."""

from __future__ import annotations

PLAIN = (
    "She denies chest pain, fever or chills.",
    "Started on lisinopril 10 mg by mouth daily for hypertension.",
    "Blood pressure is 132/78 and the heart rate is 76.",
    "CT of the abdomen showed no evidence of appendicitis.",
    "He underwent laparoscopic cholecystectomy in 2019.",
    "Severe pain in the left knee, worse over the last two weeks.",
    "Her mother had breast cancer and her father diabetes mellitus.",
    "Metoprolol 25 mg twice a day was increased to 50 mg twice a day.",
    "Possible pneumonia in the right lower lobe on chest x-ray.",
    "Hemoglobin 9.8, white count 14,000, creatinine 1.4.",
    "The wound was irrigated and closed with sutures.",
    "Cisplatin caused nausea, vomiting and acute renal failure in two patients.",
    "Mutations of BRCA1 and TP53 were found in the tumor.",
    "A rash appeared after the second dose of the vaccine.",
    "Mary Miller of the Lakeside Clinic in Boston called Dr. John Brown on Monday, 3 March 2025.",
    "Interleukin 6 and tumor necrosis factor alpha were raised in mice with colitis.",
)
"""Sentences that models for notes, for abstracts, for identifiers or for names have something to say of."""

AWKWARD = (
    "👩\u200d⚕️ says: BP 120/80\r\n\r\nNo fever.\tPulse\u00a076",
    "caf\u00e9 cafe\u0301 na\u00efve \u0130stanbul ﬁbrosis Stra\u00dfe",
    "T\u00a038.5\u2009°C — SpO\u2082 98 %",
    "漢字 and кириллица, العربية; end",
    "x" * 300 + " pain",
    "[CLS] text with marks [SEP] <s> of models </s> [PAD]",
    "zero\u200bwidth soft\u00adhyphen \ufeffmark",
    "a\x00b \x07 \ud800 broken",
    "___ [**Hospital**] 3/4/25 b.i.d. q8h 2-3x/day",
    "   ",
    "",
)
"""Texts on which careless offsets go wrong."""
