"""The paper: stock, templates, layout, PDF, and the proof that reads it back."""
