"""``o2o serve``."""

from pathlib import Path
from typing import Any

import click

from o2o.cli.options import database_option


@click.command()
@database_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any free port.")
@click.option("--proxy", "proxies", multiple=True, metavar="ADDRESS",
              help="A proxy, or network of them, whose X-Forwarded-For is believed; may be given again.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="How many processes answer.")
@click.option(
    "--metrics-port", type=click.IntRange(0, 65535), help="Answer /metrics and /healthz on this loopback port."
)
def serve(db_path: Path, **options: Any) -> None:
    """Answer scans and record them until Ctrl-C or SIGTERM.

    \b
    Example:
      o2o serve --host 0.0.0.0 --port 8000
      o2o serve --proxy 127.0.0.1 --workers 4 --metrics-port 9464
    """
    from o2o.collect.serving.server import ServeOptions, run_server

    run_server(db_path, ServeOptions(**options), lambda text: click.echo(text, err=True))
