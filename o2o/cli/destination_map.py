"""``o2o destination export-map``: scans without Python on the path."""

from pathlib import Path

import click

from o2o.cli.options import choice_of, database_option, opened
from o2o.collect.outside.web_servers import WebServer
from o2o.times import now


@click.command("export-map")
@database_option
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--server", type=choice_of(WebServer), default=WebServer.NGINX.value, show_default=True,
              help="What answers the scans.")  # fmt: skip
@click.option("--upstream", default="127.0.0.1:8000", show_default=True, help="Where 'o2o serve' answers the rest.")
@click.option("--log", default="", metavar="PATH", help="Where it logs scans; beside its other logs without.")
def export_map(db_path: Path, folder: Path, server: str, upstream: str, log: str) -> None:
    """Write into DIR what nginx or Caddy needs to answer the codes that have one address.

    All else goes on to 'o2o serve'; DIR/left-out.csv lists the codes. Take the log in with 'o2o scan import', at least
    once a day; write the map again, and reload the server, when destinations have changed.

    \b
    Example:
      o2o destination export-map /etc/nginx/o2o
      o2o scan import /var/log/nginx/o2o.log
    """
    from o2o.collect.outside.map_export import MapOrder, export_map

    with opened(db_path) as db:
        found = export_map(db, folder, MapOrder(WebServer(server), upstream, log), now())
    if found.remark:
        click.echo(f"remark: {found.remark}", err=True)
    click.echo(f"{found.count:,} codes are answered by {server}, {len(found.left_out):,} by o2o serve")
    for file in found.files:
        click.echo(f"wrote {file}")
