#!/bin/sh
# Run once by the database image, when its volume is empty.
set -eu
psql -v ON_ERROR_STOP=1 --username postgres --dbname postgres \
    -v owner=portal_owner -v owner_password="$OWNER_PASSWORD" \
    -v application=portal_app -v application_password="$APP_PASSWORD" \
    -v database=portal -f /deploy/roles.sql
