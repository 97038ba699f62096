"""Print the demo's accounts."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.accounts.models import Post
from agencies.demo import DEMO_PASSWORD


class Command(BaseCommand):
    help = "Prints the demo's accounts: username, password, agency, role."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as a JSON list")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        rows = self._rows()
        if not rows:
            raise CommandError("There are no demo accounts here. Run: manage.py load_demo")
        if json:
            self.stdout.write(_as_json(rows))
            return
        for row in rows:
            words = [row["username"], row["password"], row["agency"], row["title"]]
            self.stdout.write("  ".join(words))

    def _rows(self) -> list[dict[str, Any]]:
        """One row for each account: its first post's agency and first role."""
        posts = Post.objects.filter(user__is_demo=True).select_related("user", "agency")
        first: dict[str, Post] = {}
        for post in posts.order_by("pk"):
            first.setdefault(post.user.username, post)
        return [
            {
                "username": username,
                "password": DEMO_PASSWORD,
                "agency": post.agency.name,
                "role": post.roles[0] if post.roles else "",
                "roles": post.roles,
                "title": f"{post.title} {post.user.name}",
            }
            for username, post in first.items()
        ]


def _as_json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2)
