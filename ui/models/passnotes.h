// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QObject>

#include <optional>

namespace lapidary {

/// Says what the passes noted about each variant made while the project is open: how much memory calibration held, what
/// it had to leave out. Variants that were there when the project was opened are passed over. UI thread.
class PassNotes : public QObject {
    Q_OBJECT

public:
    explicit PassNotes(Workspace& workspace, QObject* parent = nullptr);

Q_SIGNALS:
    void noted(const QString& pass, const lapidary::Diagnostic& note); ///< title of the pass; in the steps' order

private:
    void look();

    Workspace& m_workspace;
    std::optional<VariantId> m_seen; ///< the newest variant that was looked at; nothing: none of this project yet
};

} // namespace lapidary
