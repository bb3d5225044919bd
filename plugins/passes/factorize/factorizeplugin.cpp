// SPDX-License-Identifier: GPL-3.0-or-later
#include "lowrankpass.h"
#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

class FactorizePlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "factorize.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<LowRankPass>()}; }
};

} // namespace lapidary

#include "factorizeplugin.moc"
