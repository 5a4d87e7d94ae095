"""Who in this cohort carries a lesion that a menin-inhibitor trial would ask for?"""

from __future__ import annotations
