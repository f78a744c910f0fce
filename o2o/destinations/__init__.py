"""Where a scan is sent: by ordered rules, else to the code's own destination, its kind's, the default, or our page."""

from o2o.destinations.fixed import Destination, Scope, list_destinations, remove_destination, set_destination
from o2o.destinations.location import check_destination
from o2o.destinations.rules import Rule, RuleDraft, add_rule, change_rule, list_rules, move_rule, remove_rules
from o2o.destinations.visit import Choice, Counts, Visit

__all__ = [
    "Choice",
    "Counts",
    "Destination",
    "Rule",
    "RuleDraft",
    "Scope",
    "Visit",
    "add_rule",
    "change_rule",
    "check_destination",
    "list_destinations",
    "list_rules",
    "move_rule",
    "remove_destination",
    "remove_rules",
    "set_destination",
]  # fmt: skip
