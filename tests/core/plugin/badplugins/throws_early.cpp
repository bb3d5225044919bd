// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

#include <stdexcept>

namespace lapidary {

class EarlyPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "throws_early.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    EarlyPlugin() { throw std::runtime_error("not even born"); }
};

} // namespace lapidary

#include "throws_early.moc"
