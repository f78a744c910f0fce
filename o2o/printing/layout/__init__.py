"""Where everything of one print lies: each box of a template as a stamp, and what is wrong with a template."""
