#!/bin/sh
# Runs the lanes of tox.ini (all but quality, or the ones named) with both Pythons on PATH, wherever they are, and then looks into
# tox's own record that each lane really ran: a lane that was skipped is a failure.
set -eu
cd "$(dirname "$0")/.."

find_minor() {
    PYTHON='' PYTHON_MINORS=$1 sh tools/find_python.sh 2>/dev/null
}

for minor in 11 12; do
    if ! find_minor "$minor" >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "No Python 3.$minor found: trying the distribution's"
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y "python3.$minor" "python3.$minor-venv" </dev/null || true
    fi
    if python=$(find_minor "$minor"); then
        PATH="$(dirname "$python"):$PATH"
    else
        echo "No Python 3.$minor on this machine: its lanes will fail." >&2
    fi
done
# node may come from the wheel in .venv; at the end, so that `python` stays the lane's own.
PATH="$PATH:$PWD/.venv/bin"
export PATH

lanes=${*:-py311-django42 py311-django52 py312-django52 platform-teak platform-verawood}
record=var/reports/tox.json
rm -f "$record" var/reports/lane-*.xml
status=0
.venv/bin/python -m tox run --result-json "$record" -e "$(echo "$lanes" | tr ' ' ',')" </dev/null || status=$?
.venv/bin/python -m tools.report lanes "$record" $lanes || status=1
exit $status
