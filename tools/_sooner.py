"""Imported first: whatever reads notebooks begins a second sooner.

jsonschema would make a parser of addresses (IRIs), for a rule that the form of a notebook has not.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
