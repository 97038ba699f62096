"""The database and the queue of one portal: private ones, or those the operator named."""

from portal.embedded.configuration import DATABASE, Configuration
from portal.embedded.postgres import PostgresServer
from portal.embedded.redis import RedisServer


class Servers:
    """Starts what DATABASE_URL and REDIS_URL leave to us."""

    def __init__(self, config: Configuration) -> None:
        self.config = config
        self.postgres: PostgresServer | None = None
        self.redis: RedisServer | None = None

    def start_postgres(self) -> None:
        """Start the private PostgreSQL with its database, unless the operator has one."""
        if self.config.own_database:
            self.postgres = PostgresServer(None, self.config.var / "postgres")
            self.postgres.start()
            if not self.postgres.has_database(DATABASE):
                self.postgres.create_database(DATABASE)

    def start_redis(self) -> None:
        """Start the private Redis, unless the operator has one."""
        if not self.config.redis_url:
            self.redis = RedisServer(self.config.var / "redis")
            self.redis.start()

    def revive(self) -> list[str]:
        """Start again what died meanwhile; the names of those."""
        revived = []
        if self.postgres and not self.postgres.pid:
            self.postgres.start()
            revived.append("postgres")
        if self.redis and not self.redis.pid:
            self.redis.start()
            revived.append("redis")
        return revived

    def stop(self) -> None:
        """Stop ours; the operator's are left alone."""
        if self.redis:
            self.redis.stop()
        if self.postgres:
            self.postgres.stop()

    @property
    def app_url(self) -> str:
        """For web, worker and beat."""
        return self.postgres.app_url(DATABASE) if self.postgres else self.config.database_url

    @property
    def owner_url(self) -> str:
        """For migrations."""
        return self.postgres.owner_url(DATABASE) if self.postgres else self.config.owner_url

    @property
    def superuser_url(self) -> str:
        """For backup and restore of a private cluster; empty for the operator's."""
        return self.postgres.superuser_url(DATABASE) if self.postgres else ""

    def environment(self) -> dict[str, str]:
        """The whole environment of a child."""
        redis_url = self.redis.url if self.redis else self.config.redis_url
        cache_url = self.redis.cache_url() if self.redis else self.config.cache_url
        return {
            **self.config.environment(),
            "DATABASE_URL": self.app_url,
            "DATABASE_OWNER_URL": self.owner_url,
            **({"REDIS_URL": redis_url} if redis_url else {}),
            **({"CACHE_URL": cache_url} if cache_url else {}),
        }
