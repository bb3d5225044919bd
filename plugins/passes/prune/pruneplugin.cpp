// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/plugininterface.h"
#include "prunechannelspass.h"

#include <QObject>

namespace lapidary {

class PrunePlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "prune.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<PruneChannelsPass>()}; }
};

} // namespace lapidary

#include "pruneplugin.moc"
