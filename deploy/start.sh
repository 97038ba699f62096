#!/bin/sh
# usage: deploy/start.sh run|stop|doctor|backup|restore FILE|manage …|demo-reset|services|test …
# Finds a Python 3.11 or 3.12 that works, then lets portal/embedded/bootstrap.py make the environment.
set -eu
cd "$(dirname "$0")/.."

# A name on PATH may be a shim that only prints an error, so each candidate is tried by running it.
works() {
    "$1" -I -c 'import sys, ssl, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' \
        >/dev/null 2>&1
}

for candidate in "${PYTHON:-}" python3.12 python3.11 python3 python \
    /usr/local/bin/python3.1[12] /usr/bin/python3.1[12] /opt/*/bin/python3.1[12] \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[12].*/bin/python3 \
    "$HOME"/.local/share/uv/python/cpython-3.1[12]*/bin/python3.1[12]; do
    if [ -n "$candidate" ] && works "$candidate"; then
        exec "$candidate" -I portal/embedded/bootstrap.py "$@"
    fi
done
echo "This portal needs Python 3.11 or 3.12 (with venv): install one, or name it: make run PYTHON=/path/to/python3.12" >&2
exit 1
