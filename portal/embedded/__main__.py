"""`python -m portal.embedded COMMAND`."""

import sys

from portal.embedded.launcher import main

sys.exit(main(sys.argv[1:]))
