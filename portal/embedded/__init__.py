"""Private PostgreSQL, Redis, node and process supervision for machines that have none of them.

Knows no Django: the launcher prepares the environment that Django later starts in.
"""

from portal.embedded.postgres import PostgresServer
from portal.embedded.redis import RedisServer

__all__ = ["PostgresServer", "RedisServer"]
