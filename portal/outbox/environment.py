"""The channels as the environment configures them. Settings import this: no Django here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_NAME = re.compile(r"OUTBOX_CHANNEL_([A-Z0-9_]+?)_(MODE|URL|SECRET|SECRET_FILE|CA_FILE)")


def read_channels(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """``OUTBOX_CHANNEL_CREDIT_URL=…`` becomes ``{"credit": {"url": …}}``.

    ``…_SECRET_FILE`` is read and stands as the secret; OSError when it cannot be.
    """
    found: dict[str, dict[str, str]] = {}
    for name, value in sorted(environ.items()):
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        code, option = match[1].lower(), match[2].lower()
        text = value.strip()
        if option == "secret_file":
            option, text = "secret", Path(text).read_text(encoding="utf-8").strip()
        found.setdefault(code, {})[option] = text
    return found
