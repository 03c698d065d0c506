"""``python -m seawall``. Knows where the command line begins."""

from seawall.cli.main import main

main()
