"""Is a plan legal, and what is it worth? From the rules alone, in plain loops over stays.

Knows nothing of the model, of masks or of classes: only the problem's and the plan's plain values.
"""

from collections import Counter
from itertools import pairwise

EQUIPMENT = ("screen", "network", "storage", "water")
NEEDS = ("kind", "watts", "screen", "network", "storage", "water", "load", "accessible")


def fixed_cells(problem, exhibitor):
    return {
        day: stand
        for day, stand in exhibitor.present.items()
        if problem.only_gaps or day in exhibitor.confirmed
    }


def allowed_stays(problem, exhibitor):
    """Sets of half-days, spelled out from the definition."""
    fixed = set(fixed_cells(problem, exhibitor))
    order = [row.id for row in problem.half_days]
    possible = [day for day in order if day not in exhibitor.impossible or day in fixed]
    wished = [day for day in possible if day in exhibitor.wished]
    size = exhibitor.granted
    candidates = {frozenset(possible[at : at + size]) for at in range(len(possible))}
    candidates |= {frozenset(wished[at : at + size]) for at in range(len(wished))}
    candidates |= {frozenset(exhibitor.wished), frozenset(exhibitor.present)}
    return {stay for stay in candidates if len(stay) == size and fixed <= stay <= set(possible)}


def unmet(exhibitor, stand):
    found = {need for need in EQUIPMENT if getattr(exhibitor, need) > getattr(stand, need)}
    if exhibitor.kind not in ("", stand.kind):
        found.add("kind")
    if exhibitor.watts > stand.watts:
        found.add("watts")
    if exhibitor.load > stand.load:
        found.add("load")
    if exhibitor.accessible and not stand.accessible:
        found.add("accessible")
    return found


def is_settled(problem, exhibitor):
    fixed = fixed_cells(problem, exhibitor)
    return len(fixed) >= exhibitor.granted and len(set(fixed.values())) == 1


def broken_rules(problem, plan):
    """Every sentence is a rule the plan breaks."""
    stands = {row.id: row for row in problem.stands}
    exhibitors = {row.id: row for row in problem.exhibitors}
    broken = []
    holder = {}
    for number, stay in plan.stays.items():
        for day, stand in stay.items():
            if (stand, day) in holder:
                broken.append(f"{number} and {holder[stand, day]} share {stand} on {day}")
            holder[stand, day] = number
    if set(plan.unplaced) & placed_of(problem, plan):
        broken.append("somebody is placed and unplaced")
    for number, exhibitor in exhibitors.items():
        stay = plan.stays.get(number, {})
        fixed = fixed_cells(problem, exhibitor)
        if any(stay.get(day) != stand for day, stand in fixed.items()):
            broken.append(f"{number} loses a fixed cell")
        if is_settled(problem, exhibitor) or number in plan.unplaced:
            if stay != fixed:
                broken.append(f"{number} has more than what is fixed")
            continue
        if frozenset(stay) not in allowed_stays(problem, exhibitor):
            broken.append(f"{number} has a stay that is not allowed: {sorted(stay)}")
        if len(set(stay.values())) != 1:
            broken.append(f"{number} is on several stands")
            continue
        stand = stands[next(iter(stay.values()))]
        if stand.group not in (None, exhibitor.group):
            broken.append(f"{number} is in another zone")
        if unmet(exhibitor, stand):
            broken.append(f"{number} lacks {unmet(exhibitor, stand)}")
        if any(day in stand.blocked and day not in fixed for day in stay):
            broken.append(f"{number} is where nobody may be")
    return broken


def placed_of(problem, plan):
    return {row.id for row in problem.exhibitors if row.id not in plan.unplaced}


def unevenness(problem, days):
    total = Counter(row.pace for row in problem.half_days)
    mine = Counter(row.pace for row in problem.half_days if row.id in days)
    return sum(abs(len(problem.half_days) * mine[pace] - len(days) * total[pace]) for pace in total)


def worst_unevenness(problem, size):
    """Half-days of the rarest pace first, or of the other one: the mix is worst at a corner."""
    paces = sorted({row.pace for row in problem.half_days})
    by_pace = {pace: [row.id for row in problem.half_days if row.pace == pace] for pace in paces}
    worst = 0
    for first in paces:
        for second in paces:
            order = [first, second, *paces]
            days = [day for pace in dict.fromkeys(order) for day in by_pace[pace]]
            worst = max(worst, unevenness(problem, set(days[:size])))
    return worst


def scores(problem, plan):
    """Group → level → worth, with the ranks of those placed."""
    found = {row.group: Counter() for row in problem.exhibitors}
    for exhibitor in problem.exhibitors:
        stay = plan.stays.get(exhibitor.id, {})
        row = found[exhibitor.group]
        is_placed = exhibitor.id not in plan.unplaced
        row["placed"] += is_placed
        row["wished_days"] += is_placed * len(exhibitor.wished & set(stay))
        row["few_moves"] += any(stay.get(day) != on for day, on in exhibitor.present.items())
        row["fairness"] += (
            unevenness(problem, set(stay))
            if is_placed
            else worst_unevenness(problem, exhibitor.granted)
        )
    for group in found:
        found[group]["neighbourhood"] = neighbourhood(problem, plan, group)
    return found


def neighbourhood(problem, plan, group):
    exhibitors = {row.id: row for row in problem.exhibitors}
    stands = {row.id: row for row in problem.stands}
    holder = {
        (stand, day): exhibitors[number]
        for number, stay in plan.stays.items()
        for day, stand in stay.items()
        if stand in stands and stands[stand].group in (None, exhibitors[number].group)
    }
    pairs = {
        frozenset((one, two))
        for one, stand in stands.items()
        for two in stand.neighbours
        if two in stands and one != two
    }
    worth = 0
    for day in (row.id for row in problem.half_days):
        for pair in pairs:
            here, there = (holder.get((stand, day)) for stand in pair)
            if here and there and here.group == there.group == group:
                worth += here.theme == there.theme != ""
                worth -= 10 * (here.id in there.apart or there.id in here.apart)
    for stand in stands:
        row = [holder[stand, day.id] for day in problem.half_days if (stand, day.id) in holder]
        for before, after in pairwise(row):
            if before.id != after.id and after.group == group:
                worth -= sum(getattr(before, one) != getattr(after, one) for one in EQUIPMENT)
    return worth


def false_reasons(problem, plan):
    """Reasons that do not explain why somebody is left out, or are not as small as could be."""
    holder = {
        (stand, day): number for number, stay in plan.stays.items() for day, stand in stay.items()
    }
    wrong = []
    for exhibitor in problem.exhibitors:
        reason = plan.unplaced.get(exhibitor.id)
        if reason is None:
            continue
        fixed = fixed_cells(problem, exhibitor)
        stays = allowed_stays(problem, exhibitor)
        reach = [
            stand
            for stand in problem.stands
            if stand.group in (None, exhibitor.group)
            and (not fixed or {stand.id} == set(fixed.values()))
        ]
        matching = [row for row in reach if not unmet(exhibitor, row) & set(reason.needs)]
        if reason.kind == "no_stay":
            is_true = not stays or len(set(fixed.values())) > 1
        elif reason.kind == "no_stand":
            is_true = not matching
        else:
            is_true = bool(stays and matching) and sorted(reason.stands) == sorted(
                row.id for row in matching
            )
            for stand in matching:
                for stay in stays:
                    clash = {
                        day
                        for day in set(stay) - set(fixed)
                        if day in stand.blocked or (stand.id, day) in holder
                    }
                    is_true &= bool(clash & set(reason.half_days))
        if not is_true:
            wrong.append((exhibitor.id, reason))
    return wrong
