"""Database engine: Django's PostgreSQL backend on a server of our own under var/.

For who tries the product and has no PostgreSQL. The server starts at the first connection of any
command, is shared by all of them, and stops when the last of them ends.
"""
