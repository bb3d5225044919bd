// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/guardjob.h"

#include <QWidget>

#include <array>

class QComboBox;
class QDoubleSpinBox;

namespace lapidary {

/// Chooses what a guard is to hold: a kind of limit and its value. Every kind remembers its own. UI thread only.
class GuardLimitEditor : public QWidget {
    Q_OBJECT

public:
    explicit GuardLimitEditor(QWidget* parent = nullptr);

    GuardLimit limit() const;
    /// Whether there is labelled evaluation data: without, accuracy cannot be chosen; with, it is until the user chose.
    void setLabelled(bool labelled);

private:
    void showKind();
    void choose(GuardLimit::Kind kind);

    QComboBox* m_kind;
    QDoubleSpinBox* m_value;
    GuardLimit::Kind m_wanted = GuardLimit::Kind::Drop; ///< of the user, also where it cannot be had
    std::array<double, 3> m_values{0.5, 1, 20};         ///< by kind
};

} // namespace lapidary
