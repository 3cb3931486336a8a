"""Stands in for the solver where a test is about what is around it: first come, first served."""

import json
import signal
import sys
import time


def say(told):
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


problem = json.load(sys.stdin)
mode = sys.argv[1] if len(sys.argv) > 1 else ""
if mode == "breaks":
    sys.exit(2)
if mode == "deaf":
    time.sleep(60)
stop = []
if mode == "waits":
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
groups = sorted({row["group"] for row in problem["exhibitors"]})
level = {"level": "placed", "objective": 0, "bound": len(problem["exhibitors"])}
say({"progress": {**level, "groups": groups, "seconds": 0.1, "done": 0, "of": 1}})
while mode == "waits" and not stop:
    time.sleep(0.02)

order = [half_day["id"] for half_day in problem["half_days"]]
taken = {(stand["id"], each) for stand in problem["stands"] for each in stand["blocked"]}
stays, unplaced = {}, []
for row in sorted(problem["exhibitors"], key=lambda row: (row["group"], row["rank"])):
    wanted = row["wished"] or [each for each in order if each not in row["impossible"]]
    wanted = wanted[: row["granted"]]
    for stand in problem["stands"]:
        is_open = stand["group"] in (None, row["group"]) and stand["watts"] >= row["watts"]
        if is_open and not any((stand["id"], each) in taken for each in wanted):
            taken |= {(stand["id"], each) for each in wanted}
            stays[str(row["id"])] = {str(each): stand["id"] for each in wanted}
            break
    else:
        reason = {
            "kind": "outranked",
            "needs": ["watts"] if row["watts"] else [],
            "stands": [each["id"] for each in problem["stands"] if each["watts"] >= row["watts"]],
            "half_days": wanted[:1],
            "taken_by": [int(pk) for pk in stays],
        }
        unplaced.append({"exhibitor": row["id"], "reason": reason})
reached = {"name": "placed", "objective": len(stays), "bound": len(stays)}
plan = {
    "status": "cancelled" if mode == "waits" else "optimal",
    "levels": [reached],
    "groups": {},
    "seconds": 0.1,
    "placed": len(stays),
    "stays": stays,
    "unplaced": unplaced,
    "warnings": [],
}
say({"plan": plan})
