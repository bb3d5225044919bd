// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/pluginmanager.h"

#include "plugin/pluginmetadata.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibrary>
#include <QPluginLoader>
#include <QStandardPaths>

#include <algorithm>
#include <exception>
#include <set>

namespace lapidary {

namespace {

/// What the library gave, checked but not yet taken over.
struct Contents {
    std::vector<std::shared_ptr<const Pass>> passes;
    std::vector<std::shared_ptr<DeviceBackend>> backends;
};

Diagnostic threw(const std::string& what) {
    return errorDiagnostic("plugin.threw", "The plugin failed while it was being loaded: " + what,
                           "This is a fault of the plugin");
}

Result<Contents> open(const QString& path) {
    QPluginLoader loader(path);
    // Every symbol is resolved now: a missing one rejects the plugin here and does not end the program later.
    loader.setLoadHints(QLibrary::ResolveAllSymbolsHint);
    if (!loader.load())
        return errorDiagnostic("plugin.load", "The library could not be loaded: " + loader.errorString().toStdString(),
                               "It was probably built for another version of Lapidary or lacks a library it needs");
    auto* plugin = qobject_cast<Plugin*>(loader.instance());
    if (!plugin)
        return errorDiagnostic("plugin.interface", "The plugin's root object is not a lapidary::Plugin",
                               "Derive it from QObject and lapidary::Plugin and name both in Q_INTERFACES");
    return Contents{plugin->passes(), plugin->deviceBackends()};
}

Result<Contents> openGuarded(const QString& path) {
    try {
        return open(path);
    } catch (const std::exception& error) {
        return threw(error.what());
    } catch (...) {
        return threw("unknown exception");
    }
}

/// All or nothing: a plugin with one bad pass gives none.
Status checkPasses(const Contents& contents, const PassRegistry& registry) {
    PassRegistry trial;
    for (const auto& pass : contents.passes) {
        if (const auto status = trial.add(pass); !status)
            return status;
        if (registry.find(pass->info().id))
            return errorDiagnostic("pass.duplicate", "Another plugin already gives the pass '" + pass->info().id + "'");
    }
    for (const auto& backend : contents.backends)
        if (!backend || backend->id().empty())
            return errorDiagnostic("plugin.backend", "A device backend has no id");
    return {};
}

std::vector<std::string> idsOf(const Contents& contents) {
    std::set<std::string> ids;
    for (const auto& pass : contents.passes)
        ids.insert(pass->info().id);
    for (const auto& backend : contents.backends)
        ids.insert(backend->id());
    return {ids.begin(), ids.end()};
}

} // namespace

QStringList PluginManager::standardFolders() {
    QStringList folders = qEnvironmentVariable("LAPIDARY_PLUGIN_PATH").split(QDir::listSeparator(), Qt::SkipEmptyParts);
    if (const auto user = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation); !user.isEmpty())
        folders << user + QStringLiteral("/lapidary/plugins");
    if (QCoreApplication::instance()) {
        const QString here = QCoreApplication::applicationDirPath();
        folders << here + QStringLiteral("/../plugins") << here + QStringLiteral("/../lib/lapidary/plugins");
    }
    return folders;
}

void PluginManager::load(const QStringList& folders) {
    for (const auto& folder : folders)
        scan(folder);
    for (auto& record : m_records)
        if (record.state == PluginState::Found)
            loadOne(record);
}

void PluginManager::scan(const QString& folder) {
    // A folder named twice (the build tree is often in the environment too) must not shadow itself.
    const auto known = [&](const QString& path) {
        return std::any_of(m_records.begin(), m_records.end(), [&](const auto& record) { return record.path == path; });
    };
    for (const auto& entry : QDir(folder).entryInfoList(QDir::Files | QDir::Readable, QDir::Name)) {
        const QString path = entry.canonicalFilePath();
        if (!QLibrary::isLibrary(path) || known(path))
            continue;
        PluginRecord record;
        record.path = path;
        if (const auto status = readPluginMetadata(record); !status) {
            record.state = PluginState::Rejected;
            record.reason = status.error();
        }
        const auto first = std::find_if(m_records.begin(), m_records.end(), [&](const auto& other) {
            return other.id == record.id && (other.state == PluginState::Found || other.state == PluginState::Loaded);
        });
        if (record.state == PluginState::Found && first != m_records.end()) {
            record.state = PluginState::Shadowed;
            record.reason =
                warningDiagnostic("plugin.duplicate",
                                  "The plugin '" + record.id + "' was already found at " + first->path.toStdString())
                    .inFile(path.toStdString());
        }
        m_records.push_back(std::move(record));
    }
}

void PluginManager::loadOne(PluginRecord& record) {
    auto contents = openGuarded(record.path);
    Status status = contents.status();
    std::vector<std::string> ids;
    if (status) {
        try {
            status = checkPasses(*contents, m_passes);
            if (status)
                ids = idsOf(*contents);
        } catch (const std::exception& error) {
            status = threw(error.what());
        } catch (...) {
            status = threw("unknown exception");
        }
    }
    if (!status) {
        Diagnostic reason = status.error();
        record.reason = std::move(reason).inFile(record.path.toStdString());
        record.state = PluginState::Rejected;
        return;
    }
    for (const auto& pass : contents->passes)
        if (const auto added = m_passes.add(pass); !added) {
            record.reason = added.error();
            record.state = PluginState::Rejected;
            return;
        }
    m_backends.insert(m_backends.end(), contents->backends.begin(), contents->backends.end());
    std::sort(record.provides.begin(), record.provides.end());
    if (record.provides != ids)
        record.reason =
            warningDiagnostic("plugin.provides", "What the plugin gives differs from what its metadata lists")
                .inFile(record.path.toStdString());
    record.provides = std::move(ids);
    record.state = PluginState::Loaded;
}

} // namespace lapidary
