// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

namespace lapidary {

class WrongApiPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "wrong_api.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { return {std::make_shared<TestPass>("test.api")}; }
};

} // namespace lapidary

#include "wrong_api.moc"
