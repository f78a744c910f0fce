"""Where a scan is sent: by ordered rules, else to the code's own destination, its kind's, the default, or our page."""

from o2o.destinations.fixed import Destination, Scope, list_destinations, remove_destination, set_destination
from o2o.destinations.location import check_destination
from o2o.destinations.visit import Choice, Counts, Visit

__all__ = [
    "Choice", "Counts", "Destination", "Scope", "Visit",
    "check_destination", "list_destinations", "remove_destination", "set_destination",
]  # fmt: skip
