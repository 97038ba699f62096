# Two commands matter: `make run` and `make test`. What they do stands in portal/embedded/.
.PHONY: run stop doctor services backup restore manage demo-reset test test-fast bench lock lock-python lock-node

run:            ## start everything: make run [PORT=8000] [HOST=127.0.0.1] [DEMO=0]
	@exec deploy/start.sh run

stop:           ## stop what `make run` started
	@exec deploy/start.sh stop

doctor:         ## say what is wrong here and what mends it
	@exec deploy/start.sh doctor

services:       ## only PostgreSQL and Redis, for working on the code
	@exec deploy/start.sh services

backup:         ## database, files and key in one archive in var/backups/
	@exec deploy/start.sh backup

restore:        ## make restore FILE=var/backups/portal-….tar
	@exec deploy/start.sh restore "$(FILE)"

manage:         ## make manage DO="verify_audit": one manage.py command inside the running portal
	@exec deploy/start.sh manage $(DO)

demo-reset:     ## throw the demo district away
	@exec deploy/start.sh demo-reset

test:           ## every check, the tests, the browser journeys
	@exec deploy/start.sh test

test-fast:      ## without browser and types
	@exec deploy/start.sh test-fast

bench:          ## the measurements, and bench.json
	@exec deploy/start.sh bench

UV ?= uv
COMPILE = $(UV) pip compile pyproject.toml --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-annotate --no-header --quiet

lock: lock-python lock-node

lock-python:    ## both Python locks, without addresses
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra test --extra bench -o requirements-dev.lock

lock-node:      ## the front-end lock, without addresses
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
	! grep -q '"resolved"' package-lock.json
