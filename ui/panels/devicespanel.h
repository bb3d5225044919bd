// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QWidget>

class QListWidget;

namespace lapidary {

/// Devices with their state; what they can do is in the tool tip. The current one is where F5 profiles.
class DevicesPanel : public QWidget {
    Q_OBJECT

public:
    explicit DevicesPanel(Workspace& workspace, QWidget* parent = nullptr);

    std::string current() const; ///< device id; "host" if nothing is chosen

public Q_SLOTS:
    void refresh();

private:
    Workspace& m_workspace;
    QListWidget* m_list;
};

} // namespace lapidary
