"""Place words: states, countries and the words that streets and institutions end in.

All lists are written by us from general knowledge; names of states and countries are no
identifiers (a state is as large as HIPAA asks), so they mark what need not be found.
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


def _names(listed: str) -> frozenset[str]:
    return frozenset(one.strip() for one in listed.split(","))


STATES: frozenset[str] = _names(
    """
    Alabama, Alaska, Arizona, Arkansas, California, Colorado, Connecticut, Delaware, Florida, Georgia,
    Hawaii, Idaho, Illinois, Indiana, Iowa, Kansas, Kentucky, Louisiana, Maine, Maryland, Massachusetts,
    Michigan, Minnesota, Mississippi, Missouri, Montana, Nebraska, Nevada, New Hampshire, New Jersey, New
    Mexico, New York, North Carolina, North Dakota, Ohio, Oklahoma, Oregon, Pennsylvania, Rhode Island,
    South Carolina, South Dakota, Tennessee, Texas, Utah, Vermont, Virginia, Washington, West Virginia,
    Wisconsin, Wyoming, Puerto Rico, Guam, District of Columbia
    """
)

STATE_CODES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|GU|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]"
    "|T[NX]|UT|V[AIT]|W[AIVY]"
    "|A[AEP]"
)
"""Postal codes of states, and of military post (AA, AE, AP), as a pattern."""

COUNTRIES: frozenset[str] = _names(
    """
    Afghanistan, Albania, Algeria, Angola, Argentina, Armenia, Australia, Austria, Azerbaijan, Bahamas,
    Bahrain, Bangladesh, Barbados, Belarus, Belgium, Belize, Benin, Bhutan, Bolivia, Bosnia, Botswana,
    Brazil, Brunei, Bulgaria, Burma, Burundi, Cambodia, Cameroon, Canada, Chad, Chile, China, Colombia,
    Congo, Costa Rica, Croatia, Cuba, Cyprus, Czechia, Denmark, Djibouti, Dominica, Dominican Republic,
    Ecuador, Egypt, El Salvador, England, Eritrea, Estonia, Ethiopia, Fiji, Finland, France, Gabon,
    Gambia, Germany, Ghana, Great Britain, Greece, Greenland, Grenada, Guatemala, Guinea, Guyana, Haiti,
    Honduras, Hong Kong, Hungary, Iceland, India, Indonesia, Iran, Iraq, Ireland, Israel, Italy, Jamaica,
    Japan, Jordan, Kazakhstan, Kenya, Korea, Kosovo, Kuwait, Laos, Latvia, Lebanon, Lesotho, Liberia,
    Libya, Lithuania, Luxembourg, Madagascar, Malawi, Malaysia, Maldives, Mali, Malta, Mauritania,
    Mauritius, Mexico, Moldova, Monaco, Mongolia, Montenegro, Morocco, Mozambique, Myanmar, Namibia,
    Nepal, Netherlands, New Zealand, Nicaragua, Niger, Nigeria, North Korea, Northern Ireland, Norway,
    Oman, Pakistan, Panama, Paraguay, Peru, Philippines, Poland, Portugal, Qatar, Romania, Russia,
    Rwanda, Samoa, Saudi Arabia, Scotland, Senegal, Serbia, Sierra Leone, Singapore, Slovakia, Slovenia,
    Somalia, South Africa, South Korea, South Sudan, Spain, Sri Lanka, Sudan, Suriname, Sweden,
    Switzerland, Syria, Taiwan, Tajikistan, Tanzania, Thailand, Tibet, Togo, Tonga, Trinidad, Tunisia,
    Turkey, Turkmenistan, Uganda, Ukraine, United Arab Emirates, United Kingdom, United States, United
    States of America, Uruguay, Uzbekistan, Venezuela, Vietnam, Wales, Yemen, Zambia, Zimbabwe, America,
    Africa, Asia, Europe, USA, U.S, UK, Central America, South America, North America, Middle East,
    Caribbean, West Africa, Southeast Asia, Mainland China, East Africa, North Africa, Southern Africa,
    Central Africa, East Asia, South Asia, Central Asia,
    Eastern Europe, Western Europe, Northern Europe, Southern Europe, Latin America
    """
)

STREET_ENDS = (
    "Street|St|Avenue|Ave|Av|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Terrace"
    "|Ter|Circle|Cir|"
    "Parkway|Pkwy|Highway|Hwy|Square|Sq|Trail|Trl|Alley|Crescent|Cres|Close|Grove|Plaza|Route"
    "|Turnpike|Loop|Row|Mews|"
    "Heights|Hts|Commons|Crossing|Expressway|Freeway|Ridge|Gardens|Flat|Hill"
)
"""Words that end a street's name in English, as a pattern."""

STREET_TAILS = (
    "stra(?:ss|ß)e|str\\.|gasse|weg|allee|platz|gade|gate|gata|gatan|vägen|veien|vegen|vej|vei|väg|katu|tie|tänav|"
    "straat|laan|plein|gracht|kade|utca|tér|tere|körút|ulica|ulice|gränd|backe|polku|kuja|alda|stígur"
    "|vegur|braut"
)
"""How street names end in one word in other languages, as a pattern."""

STREET_TAIL_WORDS = (
    "utca|út|útja|tér|tere|körút|tänav|tee|puiestee|katu|vägen|veien|gränd|backe|allé|terrasse|u\\."
)
"""How street names end in a word of its own in other languages, as a pattern."""

STREET_STARTS = (
    "Calle|C/|Avenida|Avda\\.|Avinguda|Carrer|Paseo|Plaza|Camino|Rua|Avenida|Travessa|Rue|Avenue|Boulevard|Place|Chemin|"
    "Allée|Route|Via|Viale|Piazza|Corso|Vicolo|Strada|ul\\.|Ulica|al\\.|os\\.|Rúa|Ronda|Largo|Praça"
)
"""Words that begin a street's name in other languages, as a pattern."""

FACILITY_ENDS = (
    "Hospital|Medical Center|Medical Centre|Medical Clinic|Clinic|Health System|Health Center"
    "|Healthcare|Nursing Home|"
    "Rehabilitation Center|Rehab|Hospice|Infirmary|Sanatorium|Surgery Center|Surgical Center"
    "|Cancer Center|Manor|"
    "University|College|High School|Elementary School|Middle School|Academy|Memorial|Prison|Jail|Shelter"
)

PLAIN_FACILITY_WORDS: frozenset[str] = _words(
    """
    the a an this that our outside local area emergency general community children children's childrens
    pain wound heart failure sleep dental eye primary care coumadin anticoagulation pediatric psychiatric
    psychiatry state county city federal regional tertiary teaching acute chronic long term day
    outpatient inpatient walk-in urgent specialty surgical medical surgery medicine rehabilitation
    behavioral mental health home cardiology oncology neurology diabetes gi ent orthopedic orthopaedic
    orthopedics rheumatology dermatology nephrology urology pulmonary ophthalmology fertility women's
    womens men's family veterans va private public same another any each his her their my your to at from
    in of for with and by on outlying referring lipid memory movement spine hand foot breast vein
    vascular allergy asthma travel std hiv methadone infusion transplant hematology vision weight loss
    skilled research academic free nearby nursing rural current previous prior new former other tumor
    stroke trauma burn cancer fracture headache seizure epilepsy bariatric prenatal obstetrics gynecology
    ob/gyn immunization device pacemaker hypertension endocrine endocrinology infectious disease podiatry
    radiation comprehensive she he plastic management lymphedema & or affiliated first second third
    university people's peoples
    """
)
"""Words that say what kind of institution it is, not which one."""
