// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

#include <QWidget>

class QGridLayout;
class QLabel;

namespace lapidary {

/// before → after of parameters, bytes and MACs, with a bar of what is left. Exact counts, so drawn as such.
class BeforeAfterStrip : public QWidget {
    Q_OBJECT

public:
    explicit BeforeAfterStrip(QWidget* parent = nullptr);

    void setTotals(const ModelTotals& before, const ModelTotals& after);
    void clear();

private:
    struct Row {
        QLabel* values = nullptr;
        QLabel* change = nullptr;
        QWidget* bar = nullptr;
    };
    Row addRow(QGridLayout* grid, int row, const QString& title, const QString& name);

    Row m_parameters, m_bytes, m_macs;
};

} // namespace lapidary
