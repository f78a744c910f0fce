"""Keeps hits before they are answered, and moves them into the shop's file, each exactly once."""
