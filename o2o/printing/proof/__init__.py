"""The proof: prints read back and compared with what their jobs wrote."""
