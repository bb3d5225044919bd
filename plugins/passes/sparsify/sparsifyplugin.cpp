// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/plugininterface.h"
#include "pruneweightspass.h"

#include <QObject>

namespace lapidary {

class SparsifyPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "sparsify.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<PruneWeightsPass>()}; }
};

} // namespace lapidary

#include "sparsifyplugin.moc"
