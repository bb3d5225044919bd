// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

void definedNowhere();

namespace lapidary {

class MissingPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "missing_symbols.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override {
        definedNowhere();
        return {};
    }
};

} // namespace lapidary

#include "missing_symbols.moc"
