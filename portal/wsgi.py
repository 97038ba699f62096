"""The door of the application server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# What every request needs is imported now and left out of later collections of garbage: a full
# one over all modules takes 0.2 s, which every hundredth visitor would wait for.
get_resolver().url_patterns  # noqa: B018  # reading it imports the views
gc.collect()
gc.freeze()
