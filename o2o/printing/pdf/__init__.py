"""A PDF, written as its pages come: text, codes, pictures and art as operators."""
