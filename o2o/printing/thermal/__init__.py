"""Labels in the languages of label printers, and the way to the printer."""
