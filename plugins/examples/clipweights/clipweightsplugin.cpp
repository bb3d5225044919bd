// SPDX-License-Identifier: GPL-3.0-or-later
#include "clipweights.h"
#include "plugin/plugininterface.h"

#include <QObject>

namespace example {

class ClipWeightsPlugin : public QObject, public lapidary::Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "clipweights.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const lapidary::Pass>> passes() override { return {std::make_shared<ClipWeights>()}; }
};

} // namespace example

#include "clipweightsplugin.moc"
