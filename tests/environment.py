"""The environment of every test, set before Django reads its settings (a pytest plugin, `-p`)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp(prefix="portal-test-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

os.environ["PORTAL_MODE"] = "test"
os.environ["PORTAL_VAR"] = str(folder / "var")
os.environ["SECRET_KEY"] = "test-" + "k" * 60
# No broker in unit tests: a nudge to the queue fails at once, and the rows stay, as they must.
os.environ["REDIS_URL"] = f"unix://{folder}/absent.sock?db=0"
os.environ["DATABASE_URL"] = "postgres://portal_app@/portal_test"
fonts = Path(__file__).parent.parent / "node_modules/@expo-google-fonts/noto-serif-sc"
os.environ["PAPER_FONTS"] = str(fonts)
(folder / "var" / "static").mkdir(parents=True)
