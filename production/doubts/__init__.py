"""Doubts about a file that is read without fault: what a person has to confirm before it is stored.

Pure: arrays in, sentences out. A doubt refuses nothing by itself; the service quarantines the file until
somebody consents (`production.services.quarantine`).
"""

from production.doubts.clock import doubt_clock
from production.doubts.disagreement import doubt_energies
from production.doubts.doubt import Doubt, Kind
from production.doubts.twins import doubt_meter

__all__ = ["Doubt", "Kind", "doubt_clock", "doubt_energies", "doubt_meter"]
