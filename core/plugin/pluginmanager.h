// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/passregistry.h"
#include "plugin/plugininterface.h"

#include <QString>
#include <QStringList>

namespace lapidary {

enum class PluginState { Found, Loaded, Shadowed, Rejected };

struct PluginRecord {
    std::string id;
    std::string title;
    std::string kind;
    std::string version;
    QString path;
    PluginState state = PluginState::Found;
    Diagnostic reason; ///< why rejected or shadowed
    std::vector<std::string> provides;
};

/// Finds and loads plugins: LAPIDARY_PLUGIN_PATH, the user's folder, then the application's. The first of an id wins.
/// A bad plugin (no metadata, wrong api, duplicate id, missing symbols, throwing) is recorded with its reason and does no
/// harm. Load once at start, on the main thread; everything it filled may be read from any thread. Plugins stay loaded
/// until the process ends.
class PluginManager {
public:
    /// Standard folders relative to the executable: ../plugins (build tree), ../lib/lapidary/plugins (installed).
    static QStringList standardFolders();

    void load(const QStringList& folders = standardFolders());
    const std::vector<PluginRecord>& records() const { return m_records; }
    const PassRegistry& passes() const { return m_passes; }
    const std::vector<std::shared_ptr<DeviceBackend>>& deviceBackends() const { return m_backends; }

private:
    void scan(const QString& folder);
    void loadOne(PluginRecord& record);

    std::vector<PluginRecord> m_records;
    PassRegistry m_passes;
    std::vector<std::shared_ptr<DeviceBackend>> m_backends;
};

} // namespace lapidary
