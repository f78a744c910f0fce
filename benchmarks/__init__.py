"""How fast each room is, beside the plainest other way to do its work: ``python -m benchmarks``."""
