"""``python -m b24xero demo``: the connector against its built-in stand-in of both vendors."""

from b24xero.commands import main

main()
