#!/usr/bin/env python
"""Run a Django command, with the embedded servers behind it when no others are configured."""

import os
import sys

from django.core.management import execute_from_command_line

from loyalty_site import embedded

NEEDS_NO_SERVERS = {"collectstatic", "compilemessages", "help", "makemessages", "--help", "version"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty_site.settings")
    if NEEDS_NO_SERVERS & set(sys.argv[1:2]):
        execute_from_command_line(sys.argv)
        return
    try:
        with embedded.servers():
            execute_from_command_line(sys.argv)
    except embedded.Broken as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
