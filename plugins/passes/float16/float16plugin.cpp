// SPDX-License-Identifier: GPL-3.0-or-later
#include "float16pass.h"
#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

class Float16Plugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "float16.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<Float16Pass>()}; }
};

} // namespace lapidary

#include "float16plugin.moc"
