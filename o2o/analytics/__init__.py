"""What the joined data says beside credit."""
