# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part that knows lists, kinds and errors, and nothing of Ansible, of a cloud or of an SDK.

Read in this order: ``errors``, ``kind``, ``lists``, ``requests``, ``adapter``, ``results``, ``reconcile``.
"""
