"""Good neighbours: exchanges between real stands that cost no level above.

An exchange swaps what two stands hold over a span of half-days that cuts no stay, so everybody
keeps their half-days and only stands change; or it swaps two exhibitors of one group, half-days
and all, where that costs no wished day. Whoever keeps a stand stays there, unless their region
puts good neighbours above few moves. Simulated annealing, in as many trials as it is given: chance
comes from the seed and the clock only cuts it short.
"""

from array import array
from math import exp
from random import Random

from startups.allocator.component import Component, Placing
from startups.allocator.control import Control
from startups.allocator.problem import Exhibitor
from startups.allocator.scores import APART, EQUIPMENT
from startups.allocator.stays import bits

HOTTEST, COLDEST = 2.0, 0.08
# What a move costs where it counts less than neighbours: it only decides between equals.
A_MOVE = 1e-4
ROUND = 256


class Neighbourhood:
    def __init__(self, component: Component, placing: Placing, seed: int) -> None:
        self.component = component
        self.placing = dict(placing)
        self.random = Random(f"{seed}:{min(component.groups)}")  # noqa: S311
        self.half_days = len(component.calendar)
        self.people = [guest.exhibitor for guest in component.guests]
        self._seat()
        self._know_each_other()
        self.kinds = component.profile_of_stand
        self.profiles = [guest.profile for guest in component.guests]
        self.wished = [component.calendar.mask(person.wished) for person in self.people]
        self._find_keepers()
        self.same_worth = [self._same_worth(number) for number in range(len(component.guests))]
        self.mobile = [number for number in sorted(placing) if number not in self.fixed]
        self.score = 0.0  # against where it began

    # What is known before the search ---------------------------------------------------------

    def _seat(self) -> None:
        """Who is on each stand at each half-day; −1: nobody. Settled people come after guests."""
        component = self.component
        self.at = [[-1] * self.half_days for _ in component.stands]
        for number, guest in enumerate(component.guests):
            stand, stay = self.placing.get(number, (guest.stand, guest.held))
            for half_day in bits(stay):
                if stand is not None:
                    self.at[stand][half_day] = number
        for exhibitor in (*component.settled, *component.hopeless):
            number = len(self.people)
            self.people.append(exhibitor)
            for day, on in component.problem.fixed(exhibitor).items():
                if component.is_within_reach(exhibitor, on):
                    self.at[component.stand_at[on]][component.calendar.index[day]] = number

    def _know_each_other(self) -> None:
        """A row per person: what each other one is worth beside it; the last is nobody."""
        number_of = {person.id: number for number, person in enumerate(self.people)}
        nobody = len(self.people)
        alike: dict[tuple[int, str], array[int]] = {}
        for number, person in enumerate(self.people):
            row = alike.setdefault((person.group, person.theme), array("b", bytes(nobody + 1)))
            row[number] = 1 if person.theme else 0
        self.rows = [alike[person.group, person.theme] for person in self.people]
        for number, person in enumerate(self.people):
            for other in sorted(person.apart & number_of.keys()):
                self._part(number, number_of[other])
        self.rows.append(array("b", bytes(nobody + 1)))
        self.codes = [_equipment(person) for person in self.people]
        self.differ = [code.bit_count() for code in range(1 << len(EQUIPMENT))]

    def _part(self, number: int, other: int) -> None:
        if self.people[number].group != self.people[other].group or number == other:
            return
        for one, two in ((number, other), (other, number)):
            row = array("b", self.rows[one])
            worth = 1 if self.people[one].theme and self._same_theme(one, two) else 0
            row[two] = worth - APART
            self.rows[one] = row

    def _same_theme(self, one: int, two: int) -> bool:
        return self.people[one].theme == self.people[two].theme

    def _find_keepers(self) -> None:
        """Who must not be moved, and who may be at the price of a move."""
        self.fixed: set[int] = set(range(len(self.component.guests), len(self.people)))
        self.keepers: set[int] = set()
        for number, guest in enumerate(self.component.guests):
            if number not in self.placing or guest.is_bound:
                self.fixed.add(number)
            elif guest.loses and self._is_kept(number, *self.placing[number]):
                order = self.component.problem.levels_of(guest.exhibitor.group)
                if order.index("few_moves") < order.index("neighbourhood"):
                    self.fixed.add(number)
                else:
                    self.keepers.add(number)

    def _same_worth(self, number: int) -> dict[int, list[int]]:
        """For each stay a guest may have, the others as wished and as even."""
        alike: dict[tuple[int, int], list[int]] = {}
        for stay in self.component.guests[number].stays:
            worth = (stay & self.wished[number]).bit_count()
            alike.setdefault((worth, self.component.calendar.unevenness(stay)), []).append(stay)
        return {
            stay: [other for other in stays if other != stay]
            for stays in alike.values()
            for stay in stays
        }

    def _is_kept(self, number: int, stand: int, stay: int) -> bool:
        guest = self.component.guests[number]
        return guest.stand == stand and any(
            home.stay == stay and home.keeps for home in guest.homes
        )

    # The search ------------------------------------------------------------------------------

    def search(self, trials: int, control: Control) -> Placing:
        if not self.mobile:
            return self.placing
        best, best_score = dict(self.placing), 0.0
        rounds = max(1, trials // ROUND)
        cooling = (COLDEST / HOTTEST) ** (1 / rounds)
        heat = HOTTEST
        for turn in range(rounds):
            if turn % 8 == 0 and control.must_stop():
                break
            for _ in range(ROUND):
                self._try(heat)
            heat *= cooling
            if self.score > best_score + 1e-9:
                best, best_score = dict(self.placing), self.score
        return best

    def _try(self, heat: float) -> None:
        random = self.random.random
        number = self.mobile[int(random() * len(self.mobile))]
        stand, stay = self.placing[number]
        kind = random()
        if kind < 0.2:
            self._try_people(number, self.mobile[int(random() * len(self.mobile))], heat)
            return
        if kind < 0.3:
            self._try_elsewhere(number, heat)
            return
        other = self._tempting(number, stay)
        if other == stand or not self.kinds[other] >> self.profiles[number] & 1:
            return
        span = self._span(stand, other, stay)
        if not span:
            return
        gain = self._gain(stand, other, span) + self._moves_saved(stand, other, span)
        if gain >= 0 or random() < exp(gain / heat):
            self._exchange(stand, other, span)
            self.score += gain

    def _tempting(self, number: int, stay: int) -> int:
        """A stand it may use; often one beside somebody of its theme."""
        random = self.random.random
        if random() < 0.6:
            peer = self.mobile[int(random() * len(self.mobile))]
            row = self.rows[number]
            for _ in range(4):
                if row[peer] > 0:
                    break
                peer = self.mobile[int(random() * len(self.mobile))]
            beside = self.component.neighbours[self.placing[peer][0]]
            if beside:
                return beside[int(random() * len(beside))]
        stands = self.component.accepts[self.profiles[number]]
        return stands[int(random() * len(stands))]

    def _span(self, stand: int, other: int, stay: int) -> int:
        """The least span around a stay that cuts none on either stand; 0: no exchange."""
        span, before = stay, 0
        while span != before:
            before = span
            for place in (stand, other):
                row = self.at[place]
                for half_day in bits(span):
                    number = row[half_day]
                    if number >= 0:
                        if number in self.fixed:
                            return 0
                        span |= self.placing[number][1]
        free = self.component.free
        for place, target in ((stand, other), (other, stand)):
            row = self.at[place]
            for half_day in bits(span):
                number = row[half_day]
                if number >= 0 and not (
                    self.kinds[target] >> self.profiles[number] & 1 and free[target] >> half_day & 1
                ):
                    return 0
        return span

    def _gain(self, stand: int, other: int, span: int) -> int:
        """What exchanging the two stands’ contents over the span is worth."""
        gain = 0
        rows, at, neighbours = self.rows, self.at, self.component.neighbours
        here, there = at[stand], at[other]
        for half_day in bits(span):
            goes, comes = here[half_day], there[half_day]
            going, coming = rows[goes], rows[comes]
            for place in neighbours[stand]:
                if place != other:
                    who = at[place][half_day]
                    gain += coming[who] - going[who]
            for place in neighbours[other]:
                if place != stand:
                    who = at[place][half_day]
                    gain += going[who] - coming[who]
        new_here, new_there = here[:], there[:]
        for half_day in bits(span):
            new_here[half_day], new_there[half_day] = there[half_day], here[half_day]
        return (
            gain
            + self._handovers(here)
            + self._handovers(there)
            - self._handovers(new_here)
            - self._handovers(new_there)
        )

    def _handovers(self, row: list[int]) -> int:
        total, before = 0, -1
        for now in row:
            if now >= 0 and now != before:
                if before >= 0:
                    total += self.differ[self.codes[before] ^ self.codes[now]]
                before = now
        return total

    def _moves_saved(self, stand: int, other: int, span: int) -> float:
        if not self.keepers:
            return 0.0
        saved = 0
        for place, target in ((stand, other), (other, stand)):
            for number in {self.at[place][half_day] for half_day in bits(span)} & self.keepers:
                stay = self.placing[number][1]
                saved += self._is_kept(number, target, stay) - self._is_kept(number, place, stay)
        return saved * A_MOVE

    def _exchange(self, stand: int, other: int, span: int) -> None:
        here, there = self.at[stand], self.at[other]
        for half_day in bits(span):
            goes, comes = here[half_day], there[half_day]
            here[half_day], there[half_day] = comes, goes
            if goes >= 0:
                self.placing[goes] = (other, self.placing[goes][1])
            if comes >= 0:
                self.placing[comes] = (stand, self.placing[comes][1])

    def _try_people(self, one: int, two: int, heat: float) -> None:
        """Two of a group change places, stand and half-days."""
        (stand, stay), (other, span) = self.placing[one], self.placing[two]
        guests = self.component.guests
        if (
            one == two
            or self.people[one].group != self.people[two].group
            or stay == span  # exchanging stands does that
            or one in self.keepers
            or two in self.keepers
            or span not in guests[one].stays
            or stay not in guests[two].stays
            or not self.kinds[other] >> self.profiles[one] & 1
            or not self.kinds[stand] >> self.profiles[two] & 1
            or self._wished_lost(one, stay, two, span) > 0
        ):
            return
        before = self._around(stand, other, stay | span)
        self._swap_people(one, two)
        gain = self._around(stand, other, stay | span) - before
        if gain >= 0 or self.random.random() < exp(gain / heat):
            self.score += gain
        else:
            self._swap_people(one, two)

    def _try_elsewhere(self, number: int, heat: float) -> None:
        """Another stay of the same worth, where a stand is free for it."""
        stand, stay = self.placing[number]
        choices = self.same_worth[number].get(stay, ())
        if not choices or number in self.keepers:
            return
        new = choices[int(self.random.random() * len(choices))]
        other = self._tempting(number, new)
        row = self.at[other]
        if (
            not self.kinds[other] >> self.profiles[number] & 1
            or new & ~self.component.free[other]
            or any(row[half_day] not in (-1, number) for half_day in bits(new))
        ):
            return
        before = self._around(stand, other, stay | new)
        self._move(number, other, new)
        gain = self._around(stand, other, stay | new) - before
        if gain >= 0 or self.random.random() < exp(gain / heat):
            self.score += gain
        else:
            self._move(number, stand, stay)

    def _move(self, number: int, stand: int, stay: int) -> None:
        before, left = self.placing[number]
        for half_day in bits(left):
            self.at[before][half_day] = -1
        for half_day in bits(stay):
            self.at[stand][half_day] = number
        self.placing[number] = (stand, stay)

    def _wished_lost(self, one: int, stay: int, two: int, span: int) -> int:
        wished = self.wished
        return (
            (wished[one] & stay).bit_count()
            + (wished[two] & span).bit_count()
            - (wished[one] & span).bit_count()
            - (wished[two] & stay).bit_count()
        )

    def _swap_people(self, one: int, two: int) -> None:
        self.placing[one], self.placing[two] = self.placing[two], self.placing[one]
        for number in (one, two):
            stand, stay = self.placing[number]
            for half_day in bits(stay):
                self.at[stand][half_day] = number

    def _around(self, stand: int, other: int, span: int) -> int:
        total = 0
        for place in {stand, other}:
            row = self.at[place]
            for half_day in bits(span):
                known = self.rows[row[half_day]]
                for beside in self.component.neighbours[place]:
                    # The pair itself is seen from both sides.
                    if beside != other or place == other or stand == other:
                        total += known[self.at[beside][half_day]]
            total -= self._handovers(row)
        return total


def _equipment(person: Exhibitor) -> int:
    return sum(getattr(person, piece) << position for position, piece in enumerate(EQUIPMENT))
