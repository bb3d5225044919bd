// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/pairedcomparison.h"

#include <QWidget>

class QCheckBox;
class QLabel;

namespace lapidary {

class MirrorHistogram;

/// How sure both models are: their scores, and how far ahead of the second the answer is.
class ScoresPage : public QWidget {
    Q_OBJECT

public:
    explicit ScoresPage(QWidget* parent = nullptr);

    void showResult(const PairedComparison& result);

private:
    MirrorHistogram* m_score;
    MirrorHistogram* m_margin;
    QLabel* m_caption;
    QCheckBox* m_root;
};

} // namespace lapidary
