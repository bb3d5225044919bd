// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "pass/pass.h"

#include <QtPlugin>

namespace lapidary {

/// Raised when a plugin built against older headers can no longer be loaded.
inline constexpr int pluginApiVersion = 1;

/// What a plugin library gives. The root object of a Qt plugin derives from QObject and Plugin; its metadata JSON (next to
/// the source, embedded by Q_PLUGIN_METADATA) reads {"id", "api": 1, "kind": "passes" | "devices" | "metrics" | "reports",
/// "version", "title", "provides": [pass or backend ids]} and is read without loading the library.
/// Functions may throw: the loader catches and rejects the plugin with the reason.
class Plugin {
public:
    virtual ~Plugin() = default;
    virtual std::vector<std::shared_ptr<const Pass>> passes() { return {}; }
    virtual std::vector<std::shared_ptr<DeviceBackend>> deviceBackends() { return {}; }
};

} // namespace lapidary

#define LAPIDARY_PLUGIN_IID "org.lapidary.Plugin/1"
Q_DECLARE_INTERFACE(lapidary::Plugin, LAPIDARY_PLUGIN_IID)
