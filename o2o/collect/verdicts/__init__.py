"""What each hit counts as: told from itself, then from what its visitor did around it."""
