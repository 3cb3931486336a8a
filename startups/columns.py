"""What a company tells of itself, whichever way: the form, a region's list, a program."""

# What its stand is to have, in the order in which one orders it.
NEEDS = (
    "power_watts",
    "needs_screen",
    "needs_wired_network",
    "needs_storage",
    "needs_water",
    "heavy_load",
    "needs_accessible_stand",
    "wifi_network",
    "technical_notes",
)

# Columns of an application, in the order in which people read a file.
TOLD_BY_THE_COMPANY = (
    "legal_name",
    "display_name",
    "siret",
    "founded_on",
    "headcount_band",
    "revenue",
    "address",
    "postcode",
    "city",
    "founders",
    "women_founders",
    "has_exhibited",
    "theme",
    "trl",
    "pitch_fr",
    "pitch_en",
    "website",
    "contact_name",
    "contact_role",
    "contact_email",
    "contact_phone",
    "language",
    *NEEDS,
)
