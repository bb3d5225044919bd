// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/pluginmetadata.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonObject>
#include <QPluginLoader>

namespace lapidary {

namespace {

bool looksLikeLibrary(const QString& path) {
#ifdef Q_OF_ELF
    QFile file(path);
    return file.open(QIODevice::ReadOnly) && file.read(4) == QByteArray("\x7f"
                                                                        "ELF",
                                                                        4);
#else
    return QFileInfo(path).isReadable();
#endif
}

} // namespace

Status readPluginMetadata(PluginRecord& record) {
    const std::string file = record.path.toStdString();
    record.id = QFileInfo(record.path).completeBaseName().toStdString();
    if (!looksLikeLibrary(record.path))
        return errorDiagnostic("plugin.not_library", "This file is not a shared library").inFile(file);
    const QJsonObject outer = QPluginLoader(record.path).metaData();
    const QJsonObject data = outer.value(QLatin1String("MetaData")).toObject();
    if (outer.isEmpty() || data.isEmpty())
        return errorDiagnostic("plugin.no_metadata", "The library carries no plugin metadata",
                               "Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE \"…json\") embeds it")
            .inFile(file);
    if (const auto id = data.value(QLatin1String("id")).toString(); !id.isEmpty())
        record.id = id.toStdString();
    else
        return errorDiagnostic("plugin.no_metadata", "The metadata has no \"id\"").inFile(file);
    record.title = data.value(QLatin1String("title")).toString().toStdString();
    record.kind = data.value(QLatin1String("kind")).toString().toStdString();
    record.version = data.value(QLatin1String("version")).toString().toStdString();
    for (const auto& id : data.value(QLatin1String("provides")).toArray())
        record.provides.push_back(id.toString().toStdString());
    if (outer.value(QLatin1String("IID")).toString() != QLatin1String(LAPIDARY_PLUGIN_IID))
        return errorDiagnostic("plugin.interface", "This is a plugin of another program or interface: " +
                                                       outer.value(QLatin1String("IID")).toString().toStdString())
            .inFile(file);
    if (const int api = data.value(QLatin1String("api")).toInt(-1); api != pluginApiVersion)
        return errorDiagnostic("plugin.api",
                               "The plugin is made for interface version " + std::to_string(api) +
                                   ", this program has version " + std::to_string(pluginApiVersion),
                               "Build the plugin against this version's headers")
            .inFile(file);
    return {};
}

} // namespace lapidary
