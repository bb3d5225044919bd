// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8pass.h"
#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

class QuantizePlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "quantize.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<Int8Pass>()}; }
};

} // namespace lapidary

#include "quantizeplugin.moc"
