"""o2o measures a physical shop: a trackable code for every person, product and place in it."""

__version__ = "0.1.0"
