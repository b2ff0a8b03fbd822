#!/usr/bin/env python3
"""Django's own commands, for developers."""

import sys

from guantong.config.setup import manage

if __name__ == "__main__":
    sys.exit(manage(sys.argv))
