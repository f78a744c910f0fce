"""The command ``o2o NOUN VERB``: each command opens the file, calls one public function, and shows the result."""

import sys
from typing import NoReturn

import click

from o2o.cli.groups import LazyGroup
from o2o.cli.terminal import prepare_streams

COMMANDS = {
    "init": ("o2o.cli.shop:init", "Create the file of a new shop."),
    "backup": ("o2o.cli.shop:backup", "Copy the file to OUT while it is in use, and its secret to OUT.keys."),
    "setting": ("o2o.cli.shop:setting", "Show and change settings."),
    "keys": ("o2o.cli.shop:keys", "Make new keys when those beside the file are lost."),
    "catalog": (
        "o2o.cli.catalog:catalog",
        "Import what is in the shop and what it costs, see and undo changes, check it, export it.",
    ),
    "touchpoint": (
        "o2o.cli.touchpoint:touchpoint",
        "Mint, list, move, retire and export touchpoints: each is one code for a person, a product or a place.",
    ),
    "code": ("o2o.cli.code:code", "Draw the QR of a code as PNG, SVG or PDF."),
    "wechat": (
        "o2o.cli.wechat:wechat",
        "Mini-program codes (小程序码) of touchpoints, and printed links that open a mini-program (普通链接二维码).",
    ),
    "destination": (
        "o2o.cli.destination:destination",
        "Say where a scan is sent: by rules, else to the code's own destination, its kind's, or the default.",
    ),
    "template": (
        "o2o.cli.template:template",
        "List, check, preview and start templates: what tags, badges and signs look like.",
    ),
    "stock": (
        "o2o.cli.stock:stock",
        "Find the sheet of labels, the roll or the paper to print on, and add your own.",
    ),
    "printer": ("o2o.cli.printer:printer", "Print a calibration page, and keep by how much a printer is off."),
    "print": (
        "o2o.cli.print:print_group",
        "Print shelf tags, badges and signage as PDF, with a record of what each cell shows.",
    ),
    "fonts": ("o2o.cli.fonts:fonts", "Show the fonts of prints, and the characters of the catalogue that none has."),
    "proof": (
        "o2o.cli.proof:proof",
        "Read every code and text of FILE... back and compare them with what their print jobs wrote.",
    ),
    "serve": ("o2o.cli.serve:serve", "Answer scans and record them until Ctrl-C or SIGTERM."),
    "visitor": ("o2o.cli.visitor:visitor", "Choose how visitors are told apart, and forget them."),
    "check": (
        "o2o.cli.check:check",
        "Open CODE, or the newest, through its printed link, and tell what a phone would see.",
    ),
    "scan": ("o2o.cli.scan:scan", "Import scans from a web server's log or a CSV, and tell staff's own scans apart."),
    "visit": ("o2o.cli.visit:visit", "Import what visitors did on the destination, and see which scan brought them."),
    "order": ("o2o.cli.order:order", "Import orders from the till or the online shop."),
    "redemption": (
        "o2o.cli.redemption:redemption",
        "Import redeemed coupons (核销) from the coupon system that is in use.",
    ),
    "path": ("o2o.cli.path:path", "Credit the touches in paths of your own, from o2o or any other system."),
    "report": ("o2o.cli.report:report", "Say what each touchpoint brought."),
    "experiment": (
        "o2o.cli.experiment:experiment",
        "Find out by lot what a sign, a page or a campaign brings: credit is not cause.",
    ),
    "lake": ("o2o.cli.lake:lake", "Write what attribution needs as Parquet, for DuckDB, Spark or ClickHouse."),
    "demo": ("o2o.cli.demo:demo", "Walk the whole loop with a small chain."),
}


@click.group(cls=LazyGroup, commands_by_name=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="o2o")
def cli() -> None:
    """A trackable code for every person, product and place in a shop.

    \b
    Example:
      o2o demo
      o2o init --base-url https://s.yourshop.com --currency CNY --timezone Asia/Shanghai
      o2o catalog import stores.csv products.csv people.csv places.csv
      o2o touchpoint mint
      o2o print signage --store S001 --out signage.pdf
    """


def main() -> NoReturn:
    """Run the command; an expected failure is one line and exit code 1, an interrupt 130, a bug its traceback."""
    from o2o.errors import O2OError

    prepare_streams()
    try:
        sys.exit(cli.main(standalone_mode=False))
    except O2OError as error:
        _fail(str(error), 1)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; nothing of the step under way was kept", 130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except Exception:
        click.echo("This is a fault in o2o, not yours: please send the lines below to its maintainers.", err=True)
        raise


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"Error: {message}", err=True)
    sys.exit(code)
