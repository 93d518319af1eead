# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drift report: what no longer agrees with a description. It knows no cloud's SDK and, but for jinja2, no library.

Read in this order: ``kinds``, ``model``, ``results``, ``history``, ``build``, ``collect``, ``wording``,
``markdown``, ``render``, ``files``.
"""
