"""Print a one-time link that sets a password: when no administrator can help."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from agencies.accounts.models import User
from agencies.accounts.services import invite
from portal.access import job_actor


class Command(BaseCommand):
    help = "Prints the path of a one-time link with which USERNAME sets a new password."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.active().filter(username=username.lower()).first()
        if user is None:
            raise CommandError(f"There is no enabled account {username!r}.")
        key = invite(user, actor=job_actor("console"))
        self.stdout.write(reverse("invitation_accept", args=[key]))
