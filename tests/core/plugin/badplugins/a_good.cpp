// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

namespace lapidary {

class GoodPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "a_good.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<TestPass>("test.pass")}; }
};

} // namespace lapidary

#include "a_good.moc"
