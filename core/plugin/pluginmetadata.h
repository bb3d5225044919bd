// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin/pluginmanager.h"

namespace lapidary {

/// Reads what the library at record.path says about itself without running any of its code, and fills the record.
/// Fails with "plugin.not_library", "plugin.no_metadata", "plugin.interface" or "plugin.api".
Status readPluginMetadata(PluginRecord& record);

} // namespace lapidary
