"""What is to be printed: the touchpoints that were asked for, and what each may show."""
