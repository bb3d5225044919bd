// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "job/jobmanager.h"
#include "tensor/tilegrid.h"
#include "ui/models/latest.h"
#include "ui/panels/tensorfacts.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPlainTextEdit;
class QSpinBox;
class QTabWidget;
class QToolButton;

namespace lapidary {

class HeatMap;
class HistogramPlot;
class ValueBars;

/// Looks into tensors: numbers about them, histogram, kernels or matrix as a heat map, channels as bars, first values,
/// export as a NumPy file. Nothing of a tensor is read before this is visible and shows it, never on the UI thread, and
/// memory does not grow with the tensor; what was asked for last wins. UI thread only.
class TensorPanel : public QWidget {
    Q_OBJECT
public:
    explicit TensorPanel(JobManager& jobs, QWidget* parent = nullptr);
    ~TensorPanel() override;

    /// Offers these and shows the first, or the one that plays the role of the tensor shown so far.
    void setTensors(std::vector<InspectedTensor> tensors);
    int count() const { return int(m_tensors.size()); }
    /// Shows the tensor of a value; nothing happens if it is not offered.
    void showValue(ValueId value);
    /// Everything wanted so far is on the screen.
    bool isSettled() const;
    const TensorFacts* facts() const { return m_facts.get(); }

public Q_SLOTS:
    void exportCurrent(); ///< asks for a file
    void exportTo(const QString& file);

Q_SIGNALS:
    void exported(const QString& file, const QString& conversion);
    void failed(const lapidary::Diagnostic& problem);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeHead();
    QWidget* makeHeatPage();
    QWidget* makeHistogramPage();
    QWidget* makeChannelPage();
    QWidget* makeValuePage();
    const InspectedTensor* current() const;
    TensorRequest request() const;
    void choose(int index);
    void reload();
    void read();
    void showFacts();
    void showHead();
    void showChannels();
    void fillAxes();
    void fillSlices();
    void setGrid();
    void readRaster();
    void setPart(int axis, int position);
    void describeElement(qint64 element, double value);
    void describeChannel(int index);
    void arrangeTabs();
    QString numbersHtml() const;

    JobManager& m_jobs;
    std::vector<InspectedTensor> m_tensors;
    QComboBox* m_combo = nullptr;
    QToolButton* m_export = nullptr;
    QLabel* m_numbers = nullptr;
    QCheckBox* m_dequantized = nullptr;
    QTabWidget* m_views = nullptr;
    HeatMap* m_heat = nullptr;
    QComboBox* m_part = nullptr; ///< all kernels, one output or input channel
    QSpinBox* m_position = nullptr;
    QLabel* m_heatText = nullptr;
    HistogramPlot* m_histogram = nullptr;
    ValueBars* m_bars = nullptr;
    QComboBox* m_axis = nullptr;
    QComboBox* m_quantity = nullptr;
    QLabel* m_barText = nullptr;
    QPlainTextEdit* m_values = nullptr;
    std::shared_ptr<const TensorFacts> m_facts;
    bool m_wanted = false;  ///< facts are to be read once the panel is visible
    bool m_filling = false; ///< combos are being filled; what they signal means nothing
    bool m_rasterPending = false;
    Latest<std::shared_ptr<const TensorFacts>> m_reader;
    Latest<std::shared_ptr<TensorRaster>> m_rasters;
};

} // namespace lapidary
