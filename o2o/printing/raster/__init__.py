"""Pages as pixels, for screens and electronic shelf labels."""
