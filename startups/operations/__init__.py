"""The verbs of the exhibitors: apply, decide, confirm, give a stand."""

from startups.operations.announcing import *
from startups.operations.applying import *
from startups.operations.board import *
from startups.operations.calls import *
from startups.operations.deciding import *
from startups.operations.exhibiting import *
from startups.operations.forgetting import *
from startups.operations.judging import *
from startups.operations.replacing import *
from startups.operations.swapping import *
