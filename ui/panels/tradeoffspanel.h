// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"
#include "ui/panels/tradeoffpoints.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QHBoxLayout;
class QLabel;
class QMenu;
class QPushButton;
class QStackedWidget;
class QToolButton;

namespace lapidary {

class TradeoffPlot;

/// Variants against each other: in the plane of two metrics with frontier and limits, for one device or one plot for
/// each device side by side; or on parallel axes for many metrics. Its selection is the tree's.
class TradeoffsPanel : public QWidget {
    Q_OBJECT

public:
    explicit TradeoffsPanel(Workspace& workspace, QWidget* parent = nullptr);

    TradeoffPlot* plot() { return m_plots.front(); }
    ParallelPlot* parallel() { return m_parallel; }

    /// Writes every plot of the plane into one file: .png, .svg, .pdf, or the numbers as .csv.
    bool exportPlots(const QString& path, QString* error) const;

public Q_SLOTS:
    void select(const QList<VariantId>& ids);

Q_SIGNALS:
    void selectionEdited(const QList<VariantId>& ids);

private:
    QComboBox* makeCombo(const char* name, const QString& tip);
    void makeBars();
    QHBoxLayout* makeLimits();
    TradeoffPlot* makePlot();
    void fillCombos();
    void fillMetrics(QComboBox& combo, const QString& fallback, bool withNone);
    void fillDevices();
    void fillAxesMenu();
    void showAll();
    void showPlots();
    void arrangePlots(const std::vector<std::string>& devices);
    void fitTogether();
    void showParallel();
    void showLimits();
    void showBest();
    void editLimit(LimitAxis axis, std::optional<double> value);
    void tellSelection(const QStringList& pointIds);
    void selectPoints();
    void exportShown();
    QString plotsCsv() const;
    void remember() const;
    bool sideBySide() const;
    std::vector<std::string> devices() const; ///< that have been measured; the host if none has
    TradeoffQuestion question() const;
    std::vector<VariantMetric> parallelMetrics() const;

    Workspace& m_workspace;
    QComboBox* m_x;
    QComboBox* m_y;
    QComboBox* m_size;
    QComboBox* m_colour;
    QComboBox* m_device;
    QToolButton* m_parallelButton;
    QToolButton* m_axesButton;
    QToolButton* m_exportButton;
    QMenu* m_axesMenu;
    QWidget* m_limits;
    QDoubleSpinBox* m_limitAcross;
    QDoubleSpinBox* m_limitUp;
    QLabel* m_best;
    QPushButton* m_takeBest;
    QStackedWidget* m_pages;
    QHBoxLayout* m_columns;
    std::vector<TradeoffPlot*> m_plots; ///< one for each device shown, at least one
    std::vector<QLabel*> m_plotTitles;
    ParallelPlot* m_parallel;
    QStringList m_hiddenAxes;
    QList<VariantId> m_selected;
    bool m_updating = false;
};

} // namespace lapidary
