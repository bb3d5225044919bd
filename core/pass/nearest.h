// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/nearest.h" // moved down; kept for plugins written against it
