// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin/plugininterface.h"
#include "quantizeweightspass.h"

#include <QObject>

namespace lapidary {

class QuantizeWeightsPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "quantizeweights.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<QuantizeWeightsPass>()}; }
};

} // namespace lapidary

#include "quantizeweightsplugin.moc"
