"""``o2o lake``: the shop's data as Parquet, for engines that don't read its file."""

from pathlib import Path

import click

from o2o.cli.groups import NounGroup
from o2o.cli.options import database_option, opened
from o2o.cli.periods import parse_period
from o2o.collect.recording.drain import drain_segments
from o2o.config import load_settings


@click.group(cls=NounGroup)
def lake() -> None:
    """Write what attribution needs as Parquet, for DuckDB, Spark or ClickHouse.

    \b
    Example:
      o2o lake export lake
      o2o report attribution --lake lake --outcome orders
    """


@lake.command()
@database_option
@click.argument("target")
@click.option("--buckets", type=click.IntRange(1, 4096), default=1, show_default=True,
              help="Into how many parts visitors are dealt; one for some ten million scans.")  # fmt: skip
@click.option("--since", metavar="DAY", help="Leave out scans and orders before this local day.")
def export(db_path: Path, target: str, buckets: int, since: str | None) -> None:
    """Write a lake to TARGET: a folder, or an address that fsspec knows (s3://bucket/shop).

    A lake that is there holds until the new one is whole. Run again what was interrupted: it goes on where it was,
    unless something came into the file meanwhile.

    \b
    Example:
      o2o lake export /data/lake --buckets 8
      o2o lake export s3://chain-data/o2o --since 2026-01-01
    """
    from o2o.attribution.engines.export import LakeExport, export_lake

    with opened(db_path) as db:
        first, _ = parse_period(load_settings(db), since, None)
        drain_segments(db, db_path)
        manifest = export_lake(db, target, LakeExport(buckets, first))
    click.echo(f"wrote {manifest.rows['scans']:,} scans and {manifest.rows['orders']:,} orders to {target}", err=True)


@lake.command()
@click.argument("target")
@click.argument("address")
def load(target: str, address: str) -> None:
    """Put the lake at TARGET into a database of ClickHouse, in place of what was there.

    ADDRESS is clickhouse://user@host:8123/database (clickhouses:// by HTTPS); the password is read from the
    environment, O2O_CLICKHOUSE_PASSWORD. The database is o2o's alone: its tables are replaced.

    \b
    Example:
      o2o lake load /data/lake clickhouse://o2o@ch1.internal/o2o
      o2o report attribution --engine clickhouse://o2o@ch1.internal/o2o --outcome orders
    """
    from o2o.attribution.engines.clickhouse import load_lake
    from o2o.attribution.engines.lake import Lake

    click.echo(f"loaded {load_lake(Lake.open(target), address):,} rows into {address}", err=True)
