"""Texts and symbols of codes; this step knows no shop."""
