"""``python -m o2o`` is the same as the command ``o2o``."""

from o2o.cli import main

main()
