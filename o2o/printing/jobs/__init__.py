"""Print jobs: what is printed, what was, and what has changed since."""
