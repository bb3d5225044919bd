// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agentdeploy.h"

#include <QWidget>

class QTreeWidget;

namespace lapidary {

/// The steps of putting an agent on a board, each with its state: under way, done and what was found, or failed and
/// why. UI thread.
class DeploySteps : public QWidget {
    Q_OBJECT

public:
    explicit DeploySteps(QWidget* parent = nullptr);

    void clear();
    /// A step that begins (its detail empty) or is done.
    void tell(const DeployStep& step);
    void end(const Status& status); ///< the step under way is done, or failed with this
    int count() const;
    QString text() const; ///< a line each, for tests and for copying

private:
    QTreeWidget* m_list;
};

} // namespace lapidary
