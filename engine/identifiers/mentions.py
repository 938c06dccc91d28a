"""Mentions: fingerprints, voice prints, photographs; a text holds no picture, but it may point at one."""

from __future__ import annotations

import re

from engine.identifiers.classes import IdentifierClass
from engine.identifiers.finding import Rule

MENTION_RULES: tuple[Rule, ...] = (
    Rule(
        "biometric.mention",
        IdentifierClass.BIOMETRIC,
        "A biometric record of a person is mentioned.",
        0.7,
        re.compile(
            r"(?i:\b(?P<id>finger[ \-]?prints?(?:[ ](?:id|scan|record|on[ ]file))?|voice[ \-]?prints?"
            r"|palm[ \-]?prints?|"
            r"iris[ \-](?:scan|recognition)|retina(?:l)?[ \-](?:recognition|id)|facial[ \-]recognition"
            r"|face[ \-]id|"
            r"biometric[ ](?:id|identifiers?|record|scan|data|template)s?|dna[ \-](?:profile"
            r"|fingerprint)s?|genetic[ ]fingerprints?)\b)"
        ),
        needs=("print", "iris", "recognition", "face", "biometric", "dna", "retina"),
    ),
    Rule(
        "photo.mention",
        IdentifierClass.PHOTO,
        "A photograph that may show the face is mentioned.",
        0.7,
        re.compile(
            r"(?i:\b(?P<id>full[ \-]face(?:d)?(?:[ ](?:photo(?:graph)?|picture|image|view)s?)?"
            r"|photo[ \-]?id\b|head[ \-]?shots?|"
            r"(?:photo(?:graph)?s?|pictures?|images?)[ ]of[ ](?:the[ ]|his[ ]|her[ ]|their[ ])?"
            r"(?:patient['’]?s?[ ])?(?:face|patient)|"
            r"(?:patient|facial)[ ]photo(?:graph)?s?|(?:photo(?:graph)?|picture)s?[ ](?:is[ ]|are[ ])?"
            r"(?:attached|enclosed|on[ ]file))\b)"
        ),
        needs=("photo", "face", "head", "picture", "image"),
    ),
    Rule(
        "photo.file",
        IdentifierClass.PHOTO,
        "The name of a picture file.",
        0.75,
        re.compile(
            r"(?<![\w.\-/])(?P<id>[\w\-]{1,80}\.(?:jpe?g|JPE?G|png|PNG|heic|HEIC|tiff?|TIFF?|bmp|BMP))"
            r"(?![\w])"
        ),
        needs=(".jp", ".png", ".heic", ".tif", ".bmp"),
    ),
)
