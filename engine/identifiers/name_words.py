"""Name words: given names we know, and capitalised words that are no names.

Both lists were written by us from general knowledge: frequent given names of people in the
United States, of several origins, without those that are also plain or clinical words (Will,
Grace, Mark, Rose, Crystal, Foley, Allen …).
"""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


GIVEN_NAMES: frozenset[str] = _words(
    """
    aaron abdul abdullah abigail abraham adam adele adrian adriana agata agnes agnieszka ahmed aidan
    aisha akira alain alan albert alberto albrecht alejandra alejandro aleksandra alessandra alessandro
    alex alexander alexandra alexandre alexei alexis alfonso alfred alfredo alice alicia alina alison
    allison alyssa amanda amelia amelie amir amy ana anders andrea andreas andrei andres andrew andrzej
    andy aneta anette angela angelica angelina angelo anita anja ankit anna anne annette annie annika
    anthony antoine anton antonia antonina antonio ariana arjun armando arnaud arne arthur arturo arvind
    ashley astrid audrey august aurelia ayesha barbara barry beata beatrice becky ben benjamin bernadette
    bernard bernardo bernd bernice beth bethany bettina betty beverly bianca bjorn blanca bob bobby
    bonnie brad bradley brandon brenda brendan brent brett brian brianna bridget brittany bruce bryan
    bryce caitlin caleb calvin cameron camila camille carl carla carlos carlotta carmela carmen carol
    carole carolina caroline carolyn carrie casey cassandra catherine cathryn cathy cecilia celeste celia
    cesar chantal charlene charles charlie charlotte cheryl chloe chris christa christina christine
    christoph christopher cindy claire clara clarence claude claudia claudio clyde colleen connie connor
    conrad constance consuelo cora corey corinne cornelia courtney craig cristian cristina curtis cynthia
    cyril dagmar dale damian dan dana daniel daniela danielle danny darlene darrell darren darryl dave
    david davide deborah debra deepak delores denise dennis derek derrick desmond devin dexter diana
    diane diego dieter dilip dimitri dina dirk dmitri dolores domenico dominic don donald donna doris
    dorota dorothea dorothy doug douglas duane duncan dustin dwayne dylan earl ed eddie edgar edith
    edmund eduard eduardo edward edwin efrain eileen elaine eleanor elena eli elias elijah elisa
    elisabeth elise elizabeth ella ellen elliot elsa elvira emil emilia emilie emilio emily emma emmanuel
    enrique enzo eric erica erik erika erin ernest ernesto esteban estela estelle esther ethan ethel
    etienne eugene eugenia eugenio eva evan evangeline evelyn ewa farah farid fatima federico felicia
    felipe ferdinand fernando fiona florence frances francesca francis francisco francois frank franklin
    franz fred freda frederic frederick frida gabriel gabriela gabriella gail gary gavin geoffrey george
    gerald geraldine gerardo gerhard gianni gilbert gilda gina giovanni giulia giuseppe gladys glenda
    glenn gloria gonzalo goran gordon greg gregory greta gretchen guadalupe guillermo gunnar gunther
    gustavo gwen gwendolyn hamid hanna hannah hans harold harriet harry harvey hassan heather hector
    heidi heike heinz helen helena helga helmut henri henrik henry herbert herman hilda hiroshi holly
    horst howard hubert hugo humberto ian ibrahim ida ignacio igor ilse imran ines inga ingeborg ingrid
    irene irina irma isaac isabel isabela isabella isabelle isaiah ivan ivana jack jackie jacob
    jacqueline jadwiga jaime jake jamal james jamie jan jana jane janet janice janine janusz jared
    jaroslav jasmine jason jasper javier jay jeanne jeff jeffrey jenna jennifer jenny jens jeremiah
    jeremy jermaine jerome jerry jesse jessica jessie jesus jill jim jimmy joachim joan joann joanna
    joanne joao jodi joe joel johan johanna johannes john johnny jolanta jon jonas jonathan jordan jorge
    jose josef joseph josephine joshua joyce juan juanita judith judy juergen julia julian juliana julie
    julio jurgen justin jutta kaitlyn kamal kamila karen karim karina karl karla karsten katarina kate
    katelyn katharina katherine kathleen kathryn kathy katie katja katrin katrina kayla kazuo keiko keith
    kelly kelsey ken kendra kenji kenneth kevin khadija khalid kimberly kirsten klaus kristen kristin
    kristina kristine krzysztof kumar kurt kyle lakisha lance larry lars laszlo latoya laura lauren
    laurent laurie lawrence leah leila lena lenora leon leona leonard leonardo leonor leopold leroy
    leslie leticia liam lidia lillian linda lindsay lindsey lionel lisa lloyd lois lorenzo lori lorraine
    louis louise lucas lucia luciana luciano lucille lucy ludwig luigi luis luisa lukas luke luz lydia
    lynn mabel mackenzie madeline madison magda magdalena magnus mahmoud maksim malik mandy manfred
    manuel manuela marc marcel marcelo marcia marco marcos marcus marek margaret margarita margot maria
    mariah mariana marianne mariano marie marilyn marina mario marisol marissa marjorie markus marlene
    marsha marta martha martin marvin mary maryann mateo mathias matilda matt matteo matthew matthias
    maureen maurice mauricio max megan melanie melinda melissa melvin mercedes meredith michael michaela
    michal michele michelle miguel mike mikhail milan mildred milena min-jun miranda miriam misty
    mitchell mohamed mohammad mohammed mohan monika monique morten moses muhammad mustafa myra myrtle
    nabil nadia nadine nancy naomi natalia natalie natasa natasha nathan nathaniel neil nicholas nicola
    nicolas nicole niels nikhil nikola nikolai nina noah noelle nora norma norman octavio odette olaf
    oleg olena olga oliver olivia omar orlando oscar oskar osvaldo otto pablo pamela paolo patrice
    patricia patrick paul paula paulina pauline paulo pavel pedro peggy penelope peter philip philippe
    phillip phyllis pierre pilar piotr priya rachel rafael rahul raj rajesh ralph ramesh ramon ramona
    randall randy raquel rashid raul raymond rebecca regina reginald reinhard renata renate rene renee
    rhonda ricardo richard rick ricky rita rob robert roberta roberto robin rocio rodney rodrigo roger
    roland ron ronald ronnie rosa rosalie rosario rosemary ross roxanne roy ruben rudolf russell ruth
    ryan sabine sabrina sally salma salvador sam samantha samir samuel sandeep sandra sandy sanjay
    santiago sara sarah satoshi savannah scott sean sebastian sergei sergey sergio seth shane shannon
    sharon shaun shawn sheila shelby shelly sherry shirley sidney sigrid silvana silvia simon simone
    sofia sonia sonya sophia sophie stacey stacy stanislav stanley stefan stefania stefano stella stephan
    stephanie stephen steve steven stewart stuart sue sunil sunita suresh susan suzanne sven svetlana
    sylvia takashi tamara tammy tanja tanya tara tatiana taylor ted teodoro teresa terrence terri terry
    thea thelma theo theodore theresa thomas tiffany tim timothy tina tobias todd tom tomas tomasz tommy
    toni tony tonya torsten tracey tracy travis trevor tyler tyrone ulrich umberto ursula valentina
    valeria valerie vanessa vasily vera veronica vicki vicky victor victoria vijay vikram viktor viktoria
    vincent vincenzo virgil virginia vivian vladimir walter wanda warren wayne wendy wesley wilhelm
    wilhelmina willard william willie wilma wojciech wolfgang xavier yasmin yasmine yoko yolanda yuki
    yuri yves yvette yvonne zachary zbigniew zoe
    """
)

NOT_NAMES: frozenset[str] = _words(
    """
    a an the this that these those his her their our your my its he she they we you it i who which what
    when where why how is are was were be been being has have had do does did will would can could should
    may might must shall and or but nor for so yet if as at by from in into of off on onto out over to
    under up upon with without within no not none nil nothing never unknown unavailable yes all any each
    every some other both same such than then there here also again about after before during until since
    while because per via please see today tomorrow yesterday now patient patients pt name male female
    man woman boy girl child infant baby gentleman lady year years old age aged dob date day days week
    month time number id mrn address phone fax email sex gender race room bed unit ward floor clinic
    hospital center medical office department dept emergency service services consult consultation
    consultant admission discharge admitted discharged visit follow followup history physical exam
    examination assessment plan impression diagnosis diagnoses allergies allergy medication medications
    problem problems procedure procedures surgery operation operative report note notes summary review
    systems chief complaint present illness past family social subjective objective vital vitals signs
    laboratory labs lab results result course studies study data imaging findings indication indications
    technique anesthesia complications estimated blood loss specimen specimens disposition condition
    recommendations recommendation general head neck chest heart lungs lung abdomen back skin extremities
    extremity neuro neurologic neurological neurology cardiac cardiovascular cardiology respiratory
    pulmonary gastrointestinal genitourinary musculoskeletal psychiatric psychiatry constitutional eyes
    ears nose throat mouth heent hematology oncology endocrine renal urology surgical orthopedic
    orthopedics radiology pathology pediatrics pediatric internal medicine primary care physician
    physicians doctor doctors dr md do np pa rn nurse practitioner resident attending surgeon assistant
    provider fellow intern staff team referring dictated transcribed pa-c fnp arnp aprn crna facs phd
    pharmd lpn dds dpm mbbs electronically signed by cc mr mrs ms miss prof professor sir madam alert
    awake oriented well developed nourished appearing appears normal abnormal negative positive stable
    unstable acute chronic mild moderate severe left right bilateral upper lower deceased alive living
    dead married single divorced widowed retired denies reports states presents presented complains
    complaining noted seen evaluated examined underwent intubated sedated unobtainable unable none
    nonverbal cooperative pleasant obese hypertension diabetes cancer stroke asthma copd cad chf mi
    dementia alzheimer alzheimer's alzheimers parkinson parkinson's parkinsons hodgkin crohn crohn's
    disease syndrome depression anxiety pneumonia infection fracture january february march april may
    june july august september october november december monday tuesday wednesday thursday friday
    saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec street st avenue ave road rd drive
    lane ln apt suite box city state zip aspirin insulin heparin coumadin tylenol lasix contin american
    english spanish white black hispanic caucasian asian african ethics ethical committee institutional
    board et al interventional infectious orthopaedic family practice sample type specialty description
    keywords medical transcription doe
    """
)
"""Lower-cased words that may stand capitalised after a title or a label and are no names."""

SURNAMES_TOO: frozenset[str] = _words("white black ward street lane day may march english head young")
"""Of those, the ones that are believed as a surname after a given name."""

PLACEHOLDER_NAMES: frozenset[str] = _words(
    "abc abcd abcde xyz xx xxx xxxx xxxxx yyy zzz aaa aa bb bbb cc ccc def ghi jkl doe blank sample "
    "redacted removed withheld deleted"
)
"""What de-identifiers write instead of a name, lower-cased; single letters count too."""

EPONYM_NOUNS = (
    "disease|syndrome|sign|signs|test|tests|maneuver|catheter|clamp|clamps|retractor|retractors"
    "|forceps|needle|tube|drain|"
    "stain|score|scale|criteria|classification|position|procedure|operation|repair|fracture|palsy"
    "|tumor|sarcoma|lymphoma|"
    "hernia|cyst|nodes?|node|method|technique|solution|splint|brace|stent|scissors|scissor|lens"
    "|capsulotomy|blade|suture|phenomenon|"
    "reflex|gait|angina|anemia|esophagus|incision|approach|ligament|duct|gland|bodies|cells"
    "|contracture|thyroiditis|"
    "elevator|speculum|dilator|dilators|dressing|bandage|collar|boot|bag|pump|valve|graft|flap|rod"
    "|rods|nail|plate|screw|wire|"
    "ulcer|gangrene|murmur|respirations|aphasia|area|ring|pouch|lesion|lesions|malformation|index"
    "|formula|equation|trial|study"
)
"""What follows a person's name when the name is that of a thing, as a pattern."""
