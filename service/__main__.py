"""``python -m service`` is ``ratslotse``."""

import sys

from service.cli import main

sys.exit(main())
