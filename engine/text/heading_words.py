"""Heading words: what clinicians call the parts of a note, and what we call them."""

from __future__ import annotations

# One title a paragraph: ours before the colon, then the headings that mean it, in small letters and
# without punctuation ("A/P" is "a p").  Words of time and number at their ends are left out, see below.
_TABLE = """
chief complaint:
    chief complaint | chief complaints | cc | presenting complaint | reason for visit |
    reason for consultation | reason for consult | reason for admission | reason for referral |
    reason for evaluation | reason for hospitalization | reason for the consult
history of present illness:
    history of present illness | history of the present illness | hpi | present illness |
    history of presenting complaint | interval history | interim history | history | subjective |
    clinical history | history of present condition | history of injury | presentation | events |
    present history
past medical history:
    past medical history | pmh | pmhx | medical history | past history | problem list | problems |
    active problems | chronic problems | past medical and surgical history |
    past medical surgical history | medical problems | comorbidities | past psychiatric history |
    psychiatric history | past ocular history | past cardiac history | oncologic history |
    oncology history | past obstetrical and gynecological history
past surgical history:
    past surgical history | psh | pshx | surgical history | operations | surgeries | past surgeries
medications:
    medications | medication | meds | medicines | drugs | drug chart | medications prior to admission |
    prescriptions | medication list | medication reconciliation | medications prescribed | home meds
allergies:
    allergies | allergy | drug allergies | allergies to medications | medication allergies | nkda |
    allergies and adverse reactions | adverse reactions | allergies and intolerances
family history:
    family history | fh | fhx | family medical history | family psychiatric history | pedigree |
    family history and pedigree | family hx
social history:
    social history | sh | shx | social | habits | personal history | psychosocial history | lifestyle |
    personal and social history | occupational history | substance use | social hx |
    substance use history
obstetric history:
    obstetric history | obstetrical history | gynecologic history | gynecological history |
    past obstetrical history | past gynecological history | ob history | ob gyn history | birth history
    | perinatal history | neonatal history | pregnancy history | menstrual history
developmental history:
    developmental history | development | developmental milestones | growth and development
immunizations:
    immunizations | immunisations | immunization history | vaccinations | vaccination history
review of systems:
    review of systems | ros | review of symptoms | systems review | systemic review | system review
vital signs:
    vital signs | vitals | vitals reviewed | observations | vital signs and measurements | measurements
physical examination:
    physical examination | physical exam | pe | exam | examination | physical | objective |
    clinical examination | general physical examination | physical findings | skin examination |
    neurological examination | neurologic examination | examination findings | on examination |
    physical assessment | dermatological examination | dysmorphology examination
mental status examination:
    mental status examination | mental status exam | mental status | mse | mental state |
    mental state examination
laboratory:
    laboratory | laboratories | labs | lab | laboratory studies | laboratory results |
    laboratory findings | lab results | laboratory examination | laboratory values | laboratory tests |
    bloods | blood tests | blood results | microbiology | micro | laboratory work | lab work |
    laboratory investigations
imaging:
    imaging | radiology | radiographs | x rays | x ray findings | imaging studies | radiographic studies
    | imaging results | radiology results | imaging findings | radiologic studies | radiological studies
    | comparison
pathology:
    pathology | histology | histopathology | biopsy results | cytology | pathology results |
    pathologic findings
genetic testing:
    genetic testing | genetics | molecular genetics | genetic results | molecular results |
    genetic investigations | molecular testing | genetic test results
studies:
    studies | results | diagnostic studies | investigations | diagnostics | findings | tests |
    test results | diagnostic tests | diagnostic workup | pertinent results |
    special investigations | ancillary studies | diagnostic results
procedure:
    procedure | procedures | procedure performed | procedures performed | operation |
    operation performed | operations performed | name of procedure | title of operation |
    description of procedure | procedure in detail | operative procedure | description of operation |
    details of procedure | procedure details | operative findings | technique | operative technique |
    operation in detail | procedures during hospitalization | anesthesia | anaesthesia |
    estimated blood loss | specimens | specimen | drains | complications | implants | counts |
    indication | indications | indications for procedure | indication for procedure |
    indications for surgery | indication for surgery | operative note | surgical technique |
    intraoperative findings
hospital course:
    hospital course | course | brief hospital course | course in hospital | hospital course by problem |
    hospital course by system | hospital course and treatment | emergency department course | ed course
    | clinical course | summary of hospital course | course and treatment | emergency room course |
    progress | events overnight | nursing notes | shift summary | medical decision making | mdm
assessment:
    assessment | impression | impressions | clinical impression | diagnostic impression | summary |
    formulation | opinion | conclusion | conclusions | analysis | interpretation | risk assessment |
    overall impression | impression at this time | summary and impression
assessment and plan:
    assessment and plan | a p | a and p | assessment plan | impression and plan | impression plan |
    assessment and recommendations | impression and recommendations | diagnosis and plan |
    plan and assessment | assessment and treatment plan
plan:
    plan | plans | recommendations | recommendation | treatment plan | plan of care | management |
    management plan | treatment | plan and recommendations | plan of treatment | therapy | orders |
    interventions | intervention | nursing interventions | goals | short term goals | long term goals |
    treatment goals | care plan
diagnosis:
    diagnosis | diagnoses | diagnosis list | final diagnosis | final diagnoses | primary diagnosis |
    secondary diagnosis | secondary diagnoses | principal diagnosis | axis i | axis ii | axis iii |
    axis iv | axis v | differential diagnosis | provisional diagnosis | working diagnosis |
    associated diagnoses
disposition:
    disposition | condition | condition on discharge | condition at discharge | code status |
    discharge status | conditions on discharge | condition upon disposition | prognosis |
    discharge condition | discharge disposition
instructions:
    instructions | discharge instructions | patient education | patient education and counseling |
    patient instructions | instructions to patient | diet | activity | education | advice | counseling |
    counselling |
    discharge plan | diet and activity
follow-up:
    follow up | followup | follow up instructions | follow up plan | follow up appointments |
    recommended follow up | further follow up | return visit | next visit
consultations:
    consultations | consultation | consults | consultants | specialist referrals | referrals
addendum:
    addendum | addenda | comments | comment | note | notes | remarks
"""


def _read(table: str) -> dict[str, str]:
    meaning: dict[str, str] = {}
    title = ""
    for line in table.strip().splitlines():
        if line.endswith(":"):
            title = line[:-1]
        else:
            meaning.update(dict.fromkeys((said.strip() for said in line.split("|") if said.strip()), title))
    return meaning


TITLE_OF: dict[str, str] = _read(_TABLE)
"""Heading in small letters -> our title."""

SOAP = {
    "S": "history of present illness",
    "O": "physical examination",
    "A": "assessment",
    "P": "plan",
}
"""What the four letters of a progress note mean: subjective, objective, assessment, plan."""

_FIRST = """
    current home admission discharge admitting preoperative preop pre operative postoperative postop
    post pertinent relevant brief prior previous outpatient inpatient active chronic initial final
    detailed focused additional other significant known present new today's updated medical basic
    selected key
"""
FIRST_WORDS = frozenset(_FIRST.split())
"""Words that say when or how much, not what; left out before a heading is looked up."""

_LAST = """
    on admission | at admission | upon admission | prior to admission | on discharge | at discharge
    upon discharge | at home | on transfer | on arrival | on presentation | at presentation | today
    during hospitalization | from today | this visit | in the ed | data | list | section | review |
    summary
    as follows | include | are | is | at birth
"""
LAST_WORDS = tuple(said.strip() for line in _LAST.strip().splitlines() for said in line.split("|"))
"""The same, behind what a heading says."""

_PARTS = """
    head ent general heent eyes ears nose throat neck lymph lymphatics chest lungs heart cardiac
    cardiovascular vascular cv resp respiratory abdomen abdominal gastrointestinal gi genitourinary gu
    genitalia rectal back spine extremities musculoskeletal skin neuro neurological neurologic psych
    psychiatric pelvic breast breasts constitutional endocrine hematologic integumentary mouth
    oropharynx pulmonary gait motor sensory reflexes cerebellar cranial coordination thorax limbs joints
    hair nails mucosa mobility pain lines devices
    wound wounds
"""
PARTS_OF_EXAMINATIONS = frozenset(_PARTS.split())
"""What labels a line of an examination and opens no section of its own."""
