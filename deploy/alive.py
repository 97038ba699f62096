"""Ask our own /livez as nginx would; exit 0 when it answers 200."""

import http.client
import os
import sys

link = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or "8000"), timeout=5)
host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
link.request("GET", "/livez", headers={"Host": host, "X-Forwarded-Proto": "https"})
sys.exit(0 if link.getresponse().status == 200 else 1)
