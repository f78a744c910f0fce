"""Where each code leads, held in memory and followed as it changes."""
