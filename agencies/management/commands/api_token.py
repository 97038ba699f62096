"""Print a token for the REST API, once."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.accounts.models import Post
from agencies.accounts.services import issue_token
from portal.access import job_actor
from portal.clocks import today


class Command(BaseCommand):
    help = "Prints a token that acts as one post: Authorization: Token …"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--post", type=int, help="the post's number, when there are several")

    def handle(self, *args: Any, username: str, post: int | None, **options: Any) -> None:
        held = Post.objects.active_on(today()).filter(user__username=username.lower())
        posts = list(held.filter(user__is_active=True).select_related("user", "agency"))
        chosen = [each for each in posts if post is None or each.pk == post]
        if not chosen:
            raise CommandError(f"{username!r} holds no such post today.")
        if len(chosen) > 1:
            known = ", ".join(f"{each.pk} ({each})" for each in chosen)
            raise CommandError(f"{username!r} holds several posts; name one with --post: {known}")
        self.stdout.write(issue_token(chosen[0], actor=job_actor("console")))
