// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"
#include "ui/shell/messagebar.h"

namespace lapidary {

/// Above the tabs while the model on screen lacks weights: which, and a button to choose the file that has them.
class MissingWeightsBar : public MessageBar {
    Q_OBJECT

public:
    explicit MissingWeightsBar(Workspace& workspace, QWidget* parent = nullptr);

private:
    void showModel();
    void chooseFile();

    Workspace& m_workspace;
    QString m_wanted; ///< the first missing file, as the model names it
};

} // namespace lapidary
