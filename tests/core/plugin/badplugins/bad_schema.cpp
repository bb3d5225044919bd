// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

namespace lapidary {

class BadSchemaPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "bad_schema.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override {
        // The first pass is sound; the plugin is refused as a whole all the same.
        return {std::make_shared<TestPass>("test.fine"),
                std::make_shared<TestPass>("test.schema", std::vector<ParamSpec>(1))};
    }
};

} // namespace lapidary

#include "bad_schema.moc"
