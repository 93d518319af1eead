#!/bin/sh
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Prepares the release of a version, up to the commit. Usage: tests/release.sh VERSION

set -eu
cd "$(dirname "$0")/.."
version=${1:-}

echo "$version" | grep -qE '^[0-9]+\.[0-9]+\.[0-9]+$' || {
    echo "release: '$version' is not a version; run: make release VERSION=1.2.3" >&2
    exit 1
}
[ -z "$(git status --porcelain --untracked-files=no)" ] || {
    echo "release: there are uncommitted changes; commit or stash them" >&2
    exit 1
}
sed -i.before "s/^version: .*/version: $version/" galaxy.yml
rm galaxy.yml.before
ANSIBLE_COLLECTIONS_PATH=$PWD/collections antsibull-changelog release
rm -f changelogs/.plugin-cache.yaml
tests/gates.sh artifact importer changelog docs
echo "==> review and commit the changes, then tag the commit: git tag $version && git push origin $version"
