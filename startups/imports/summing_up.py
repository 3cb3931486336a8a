"""The counts of a comparison in one sentence."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from startups.imports.lines import CHANGED, NEW, PASSED_OVER, REFUSED, SAME


def summed_up(counts: Mapping[str, int]) -> str:
    """What an import would do."""
    new, changed, same, refused = (counts[each] for each in (NEW, CHANGED, SAME, REFUSED))
    parts = [
        ngettext("%(count)d new application", "%(count)d new applications", new) % {"count": new},
        ngettext("%(count)d to change", "%(count)d to change", changed) % {"count": changed},
        ngettext("%(count)d already as in the list", "%(count)d already as in the list", same)
        % {"count": same},
        ngettext("%(count)d row refused", "%(count)d rows refused", refused) % {"count": refused},
    ]
    return ", ".join([*parts, *_passed_over(counts)]) + "."


def summed_up_done(counts: Mapping[str, int]) -> str:
    """What an import did."""
    new, changed, same, refused = (counts[each] for each in (NEW, CHANGED, SAME, REFUSED))
    parts = [
        ngettext("%(count)d application created", "%(count)d applications created", new)
        % {"count": new},
        ngettext("%(count)d changed", "%(count)d changed", changed) % {"count": changed},
        ngettext("%(count)d left as it is", "%(count)d left as they are", same) % {"count": same},
    ]
    if refused:
        parts.append(
            ngettext("%(count)d refused row left out", "%(count)d refused rows left out", refused)
            % {"count": refused}
        )
    return _("%(done)s.") % {"done": ", ".join([*parts, *_passed_over(counts)])}


def _passed_over(counts: Mapping[str, int]) -> list[str]:
    """Said only where there are some: most lists have none."""
    count = counts.get(PASSED_OVER, 0)
    said = ngettext("%(count)d row passed over", "%(count)d rows passed over", count)
    return [said % {"count": count}] if count else []
