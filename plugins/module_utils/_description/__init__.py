# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A description: which security groups belong on which resources, in all clouds, accounts and regions.

Read in this order: ``kinds``, ``entries``, ``connections``, ``apply``, ``find``.
"""
