// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/cutreportmodel.h"
#include "ui/models/latest.h"
#include "ui/models/workspace.h"

#include <QSortFilterProxyModel>
#include <QWidget>

class QLabel;
class QStackedWidget;
class QTableView;

namespace lapidary {

class KernelView;

/// The report of the variant on the screen: what its steps cut from every layer and the error that caused, and the
/// kernels of a layer before and after. Shares the selection; colours the graph by the errors. UI thread only.
class CutReportPanel : public QWidget {
    Q_OBJECT

public:
    explicit CutReportPanel(Workspace& workspace, QWidget* parent = nullptr);
    ~CutReportPanel() override;

    const CutReportModel& model() const { return m_model; }
    bool isSettled() const { return !m_wanted && !m_pending; }

Q_SIGNALS:
    void layerActivated(quint32 node); ///< a double click on a row

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeTable();
    QWidget* makeKernels();
    void variantShown();
    void read();
    void showReport(CutReportPtr report);
    void showKernels();
    void showNothing(const QString& text);
    void selectionFromTable();
    void selectionToTable();
    QString captionText(const CutReport& report) const;

    Workspace& m_workspace;
    CutReportModel m_model;
    QSortFilterProxyModel m_sorted;
    QStackedWidget* m_pages;
    QLabel* m_nothing;
    QLabel* m_caption = nullptr;
    QTableView* m_table = nullptr;
    KernelView* m_before = nullptr;
    KernelView* m_after = nullptr;
    bool m_wanted = false;  ///< to be read once the panel is visible
    bool m_pending = false; ///< being read
    bool m_updating = false;
    Latest<std::shared_ptr<Result<CutReportPtr>>> m_reader;
};

} // namespace lapidary
