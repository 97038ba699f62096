"""A worker is killed between sending and marking: the next one asks, and sends nothing twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from portal.outbox.choices import MessageState
from portal.outbox.delivery import LEASE, deliver_waiting
from portal.outbox.models import OutboxMessage
from tests.portal.outbox.conftest import CODE
from tests.portal.outbox.receiver import SECRET

PROJECT = Path(__file__).parents[3]
WORKER = textwrap.dedent(
    f"""
    import os, signal
    import django
    django.setup()
    from portal.outbox import delivery, services
    from portal.outbox.channels import Channel, register_channel
    register_channel(Channel("{CODE}", "test"))
    services.accept = lambda *args, **options: os.kill(os.getpid(), signal.SIGKILL)
    delivery.deliver_waiting()
    """
)


@pytest.mark.django_db(transaction=True)
def test_killed_between_send_and_mark_arrives_once(put, platform, postgres, later):
    put("a/1")
    put("a/2")
    name = f"OUTBOX_CHANNEL_{CODE.upper()}"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": postgres.app_url("portal_test"),
        "OUTBOX_PLAIN_HOSTS": "127.0.0.1",
        f"{name}_MODE": "http",
        f"{name}_URL": platform.url,
        f"{name}_SECRET": SECRET,
    }
    done = subprocess.run(
        [sys.executable, "-c", WORKER], env=env, cwd=PROJECT, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert platform.arrived == ["a/1"]
    assert OutboxMessage.objects.get(key="a/1").state == MessageState.WAITING
    assert deliver_waiting() == 0  # the dead worker's lease still holds
    later(seconds=LEASE.total_seconds() + 1)
    assert deliver_waiting() == 2
    assert platform.posts == platform.arrived == ["a/1", "a/2"]
    assert platform.asked == ["a/1"]
