#!/bin/sh
# Before web and worker start: migrations as the owner role, then the law data as the application.
set -eu
DATABASE_URL="${DATABASE_OWNER_URL:?set DATABASE_OWNER_URL}" python manage.py migrate --noinput
exec python manage.py seed
