// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/benchpage.h"

class QListWidget;
class QTreeWidget;

namespace lapidary {

class IntervalBars;
class LayerBars;

/// The current variant on several devices: medians beside each other, and the layers of two of them side by side.
/// Estimates are hollow and say so.
class DeviceComparePage : public BenchPage {
    Q_OBJECT
public:
    explicit DeviceComparePage(const Setting& setting);

    QStringList checked() const; ///< ids of the devices to profile on
    void check(const QStringList& ids);

Q_SIGNALS:
    void nodeActivated(quint32 node);

protected:
    void begin() override;
    void showResult(const QString& nothing) override;
    QString whyNot() const override;

private:
    void fillDevices();
    void fillSides();
    void showMedians();
    void showLayers();
    QString nameOf(const std::string& device) const;
    const Profile* side(const QComboBox& box) const;

    QListWidget* m_list;
    IntervalBars* m_medians;
    QComboBox *m_left, *m_right;
    LayerBars* m_bars;
    QTreeWidget* m_table;
    bool m_filling = false;
};

} // namespace lapidary
