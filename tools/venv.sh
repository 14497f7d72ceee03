#!/bin/sh
# Brings .venv of this checkout up to date for one purpose, named by its file in requirements/ (demo, test, services, quality).
# A stamp holds a hash of what decides the contents, so that a second run is immediate and a changed dependency reinstalls.
set -eu
cd "$(dirname "$0")/.."

set_name=$1
requirements="requirements/$set_name.txt"
stamp=".venv/.installed-$set_name"

if [ ! -x .venv/bin/python ] || ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(sh tools/find_python.sh)
    echo "Creating .venv with $python"
    "$python" -m venv --clear .venv
fi

wanted=$(cat setup.py pyproject.toml requirements/*.txt | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ]; then
    exit 0
fi

echo "Installing $requirements into .venv"
rm -f "$stamp"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
echo "$wanted" >"$stamp"
