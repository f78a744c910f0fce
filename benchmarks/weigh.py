"""``python -m benchmarks.weigh MODULE ARGUMENTS`` runs a module and prints the most memory that it took, in MB.

A process asked from outside (``ru_maxrss``) also counts what its parent held when it was started.
"""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run the module as its user would, and print the peak of its resident memory as the last line."""
    module, *sys.argv[1:] = sys.argv[1:]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        if stop.code:
            raise
    print(f"\n{peak_memory()}")


def peak_memory() -> int:
    """Return the most resident memory that this process has held, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
