"""GS1 Digital Links: ``parse`` reads one strictly, ``build`` makes one of data in brackets."""

from o2o.codes.digital_link import DigitalLink, build, parse
from o2o.codes.identifiers import Gs1Error

__all__ = ["DigitalLink", "Gs1Error", "build", "parse"]
