"""``python -m textlens`` is the command ``textlens``."""

import sys

from textlens.cli import main

if __name__ == "__main__":
    sys.exit(main())
