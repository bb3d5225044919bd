// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/benchpage.h"

class QListWidget;
class QSpinBox;
class QLineEdit;
class QTableWidget;

namespace lapidary {

class IntervalBars;
class LatencyPlot;
class LoadCurve;
class MatrixMap;

/// Latency per sample and throughput over threads and batch sizes.
class MatrixPage : public BenchPage {
    Q_OBJECT
public:
    explicit MatrixPage(const Setting& setting);

protected:
    void begin() override;
    void showResult(const QString& nothing) override;
    QString whyNot() const override;

private:
    static std::optional<std::vector<int>> numbers(const QLineEdit& field);
    QLineEdit *m_threads, *m_batches;
    MatrixMap* m_map;
};

/// Speed while the device runs without pause.
class LoadPage : public BenchPage {
    Q_OBJECT
public:
    explicit LoadPage(const Setting& setting);

protected:
    void begin() override;
    void showResult(const QString& nothing) override;

private:
    QSpinBox* m_seconds;
    LoadCurve* m_curve;
};

/// Two variants run in turns on one device.
class TurnsPage : public BenchPage {
    Q_OBJECT
public:
    explicit TurnsPage(const Setting& setting);
    void choose(VariantId a, VariantId b);

protected:
    void begin() override;
    void showResult(const QString& nothing) override;
    QString whyNot() const override;

private:
    void fill();
    static VariantId idOf(const QComboBox& box);

    QComboBox *m_a, *m_b;
    IntervalBars* m_medians;
    LatencyPlot* m_runs;
};

/// Accuracy on a device beside that here, and the first layer where both part.
class AccuracyPage : public BenchPage {
    Q_OBJECT
public:
    explicit AccuracyPage(const Setting& setting);

Q_SIGNALS:
    void nodeWanted(quint32 node); ///< to be shown in the graph

protected:
    void begin() override;
    void showResult(const QString& nothing) override;
    QString whyNot() const override;

private:
    quint32 light(); ///< the layer, 0: there is none

    QLabel* m_departure;
    QPushButton* m_showNode;
    IntervalBars* m_shares;
};

} // namespace lapidary
