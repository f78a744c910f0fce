"""``o2o report``: what each touchpoint, person, product, place, store or campaign brought."""

import click

from o2o.cli.groups import NounGroup
from o2o.cli.report_affinity import affinity
from o2o.cli.report_attribution import attribution, compare_models_of_a_shop
from o2o.cli.report_audit import audit
from o2o.cli.report_campaigns import campaigns
from o2o.cli.report_funnel import funnel
from o2o.cli.report_hours import hours
from o2o.cli.report_journeys import journeys
from o2o.cli.report_lifecycle import lifecycle
from o2o.cli.report_matrix import matrix
from o2o.cli.report_people import people
from o2o.cli.report_ranking import ranking
from o2o.cli.report_retention import retention
from o2o.cli.report_returns import returns
from o2o.cli.report_signs import bursts, silent_signs
from o2o.cli.report_touchpoints import regions, touchpoints
from o2o.cli.report_unscanned import unscanned
from o2o.cli.report_value import value
from o2o.cli.report_walk_ins import walk_ins


@click.group(cls=NounGroup)
def report() -> None:
    """Say what each touchpoint brought.

    \b
    Example:
      o2o report attribution --outcome orders --by place --window 7d
      o2o report touchpoints
      o2o report regions
      o2o report silent-signs --by store
      o2o report bursts
      o2o report ranking --by place
      o2o report funnel --by carrier
      o2o report retention --by store
      o2o report lifecycle --sheet win_back --format csv
      o2o report campaigns --since 2026-05-01
      o2o report value --days 90
      o2o report unscanned
      o2o report matrix --of orders --by zone
      o2o report hours --store S001
      o2o report journeys --by zone
      o2o report people --measure scans
      o2o report returns --by campaign
      o2o report audit --outcome orders --by place
      o2o report walk-ins
      o2o report affinity --of co-scan
    """


for _command in (
    attribution,
    touchpoints,
    regions,
    compare_models_of_a_shop,
    audit,
    funnel,
    people,
    retention,
    lifecycle,
    returns,
    walk_ins,
    campaigns,
    silent_signs,
    bursts,
    ranking,
    value,
    unscanned,
    matrix,
    hours,
    journeys,
    affinity,
):
    report.add_command(_command)
