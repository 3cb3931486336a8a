"""Where a company is, from what its address says."""


def department_of(postcode: str) -> str:
    """The INSEE code of a postcode's département: "35", "2A", "974"; empty when it has none.

    Postcodes follow post offices: a few communes are served from a neighbouring département.
    """
    if len(postcode) != 5 or not postcode.isdigit():
        return ""
    if postcode.startswith(("97", "98")):
        return postcode[:3]
    if postcode.startswith("20"):
        # Corse-du-Sud keeps 200 and 201, Haute-Corse the rest.
        return "2A" if postcode[:3] in ("200", "201") else "2B"
    return postcode[:2]
