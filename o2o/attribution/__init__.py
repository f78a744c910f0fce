"""Who earned it: journeys up to a conversion and the models that share its credit."""
