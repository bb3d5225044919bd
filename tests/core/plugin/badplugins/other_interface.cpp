// SPDX-License-Identifier: GPL-3.0-or-later
#include "testpass.h"

namespace lapidary {

class OtherPlugin : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID "org.example.Other/1" FILE "other_interface.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    int unused = 0;
};

} // namespace lapidary

#include "other_interface.moc"
