// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;

namespace lapidary {

class GraphView;

/// A combo with what nodes can be coloured by in a comparison; its data are DiffMetric numbers.
QComboBox* makeDiffMetricCombo(const QString& name, QWidget* parent);
/// One line about a difference: what it is, what changed, why the nodes were matched. Rich text.
QString diffLine(const ComparisonData& data, int entry);

/// Both models in one picture.
class DiffPicturePage : public QWidget {
    Q_OBJECT

public:
    explicit DiffPicturePage(DiffSession& session, QWidget* parent = nullptr);

    GraphView* view() { return m_view; }

private:
    void showPicture();
    void showDecor();
    void showCurrent(int entry);
    void activate(quint32 id);
    DiffMetric metric() const;

    DiffSession& m_session;
    GraphView* m_view;
    QCheckBox* m_onlyChanges;
    QComboBox* m_metric;
    QLabel* m_detail;
    std::shared_ptr<const DiffPicture> m_shown;
    std::set<std::uint32_t> m_opened; ///< runs of unchanged nodes the user opened
};

} // namespace lapidary
