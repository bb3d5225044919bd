// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

#include <QMainWindow>

class QLabel;
class QStackedWidget;
class QTabWidget;

namespace lapidary {

class Actions;
class ComparePanel;
class CutReportPanel;
class QuantizationPanel;
class DevicesPanel;
class GraphActions;
class GraphPanel;
class LayersPanel;
class MessageBar;
class PassPanel;
class RatioDragger;
class SensitivityPanel;
class SensitivityScan;
class ThemeController;
class TradeoffsPanel;
class VariantsPanel;
struct SweepRequest;

/// The window: variants and devices left, tabs in the middle, inspector and passes right, jobs and log at the bottom.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `themes` may be null (tests); everything given must outlive the window.
    MainWindow(Workspace& workspace, ThemeController* themes, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// A model file or a project folder.
    void openPath(const QString& path);
    Workspace& workspace() { return m_workspace; }

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QDockWidget* dock(const QString& name, const QString& title, QWidget* content, Qt::DockWidgetArea area);
    void makeCentre();
    void makeDocks();
    void makeCuts();
    void makeCutActions();
    void makeBench();
    void makeVariantActions();
    void askForSweep();
    void askForRebase();
    void startSweep(SweepRequest request);
    void showSensitivity();
    void showInGraph(quint32 node);
    void connectActions();
    void connectFileActions();
    void connectLook();
    void connectSelection();
    void chooseModel();
    void chooseProject();
    void chooseNewProject();
    void chooseDataset(const std::string& role);
    void chooseExport();
    void chooseReport();
    void compareSelected();
    void showProject();
    void showAbout();
    QList<VariantId> unmeasured(bool accuracy) const;

    Workspace& m_workspace;
    ThemeController* m_themes;
    Actions* m_actions;
    GraphActions* m_graphActions = nullptr;
    QStackedWidget* m_pages = nullptr;
    QTabWidget* m_tabs = nullptr;
    MessageBar* m_messages = nullptr;
    MessageBar* m_readOnly = nullptr; ///< says why the project cannot be changed, as long as it is open
    GraphPanel* m_graph = nullptr;
    LayersPanel* m_layers = nullptr;
    TradeoffsPanel* m_tradeoffs = nullptr;
    ComparePanel* m_compare = nullptr;
    VariantsPanel* m_variants = nullptr;
    DevicesPanel* m_devices = nullptr;
    PassPanel* m_passes = nullptr;
    SensitivityScan* m_scan = nullptr;
    SensitivityPanel* m_sensitivity = nullptr;
    CutReportPanel* m_cuts = nullptr;
    QuantizationPanel* m_quantization = nullptr;
    RatioDragger* m_dragger = nullptr;
    QLabel* m_status = nullptr;
    QList<QDockWidget*> m_docks;
};

} // namespace lapidary
