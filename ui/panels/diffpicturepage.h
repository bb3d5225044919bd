// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/diffsession.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QToolButton;

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
    bool hasPicture() const { return m_shown != nullptr; }

Q_SIGNALS:
    void exportWanted();
    void pictureChanged(); ///< hasPicture() may be another

private:
    void showPicture();
    void showDecor();
    void showWhetherToExport();
    void showCurrent(int entry);
    void activate(quint32 id);
    DiffMetric metric() const;

    DiffSession& m_session;
    GraphView* m_view;
    QCheckBox* m_onlyChanges;
    QComboBox* m_metric;
    QLabel* m_detail;
    QToolButton* m_export;
    std::shared_ptr<const DiffPicture> m_shown;
    std::set<std::uint32_t> m_opened; ///< runs of unchanged nodes the user opened
};

} // namespace lapidary
