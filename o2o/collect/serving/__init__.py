"""Answers requests over HTTP, in one process or several."""
