# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What arguments may be, on the host or on a device; errors that name them."""
