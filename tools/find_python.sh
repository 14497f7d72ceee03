#!/bin/sh
# Prints the path of a Python 3.11 or 3.12 that can create virtual environments; PYTHON=... names one explicitly.
# A candidate is run before it is believed: a pyenv shim of a version that is not installed exists and fails.
set -u

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] not in {(3, 11), (3, 12)})' >/dev/null 2>&1
}

real() {
    "$1" -c 'import sys; print(sys.executable)'
}

if [ -n "${PYTHON:-}" ]; then
    if usable "$PYTHON"; then
        real "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON is not a Python 3.11 or 3.12 with the venv module." >&2
    exit 1
fi

for minor in ${PYTHON_MINORS:-11 12}; do
    for candidate in "python3" "python3.$minor" "/usr/bin/python3.$minor" "$HOME"/.pyenv/versions/3."$minor".*/bin/python; do
        if usable "$candidate" && "$candidate" -c "import sys; sys.exit(sys.version_info[1] != $minor)"; then
            real "$candidate"
            exit 0
        fi
    done
done

echo "No Python 3.11 or 3.12 with the venv module was found." >&2
echo "On Debian or Ubuntu: apt-get install python3 python3-venv. Or name one: make PYTHON=/path/to/python3.12 ..." >&2
exit 1
