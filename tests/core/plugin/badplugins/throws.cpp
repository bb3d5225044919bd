// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

#include <stdexcept>

namespace lapidary {

class ThrowingPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "throws.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<const Pass>> passes() override { throw std::runtime_error("out of luck"); }
};

} // namespace lapidary

#include "throws.moc"
