// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/devicebench.h"
#include "ui/models/devicelist.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace lapidary {

/// What the pages of measurements have in common: where to measure, start and stop, what came out in a sentence, and
/// the picture beneath. UI thread.
class BenchPage : public QWidget {
    Q_OBJECT

public:
    struct Setting {
        Workspace& workspace;
        DeviceList& devices;
        DeviceBench& bench;
    };

    std::string device() const; ///< the chosen one; empty: none
    void setDevice(const std::string& id);
    /// As the button does, where it can; else says why it cannot.
    void start();

protected:
    /// `name` is the beginning of the object names: nameStart, nameStop, nameDevice, nameVerdict.
    BenchPage(const Setting& setting, DeviceBench::Kind kind, const char* name, const QString& startText,
              const QString& tip);

    virtual void begin() = 0;
    virtual void
    showResult(const QString& nothing) = 0; ///< the newest result; `nothing`: what to say where there is none
    virtual QString whyNot() const;
    virtual bool takes(const DeviceInfo& info) const; ///< devices to choose from
    void say(const QString& text, const QColor& color = {});
    /// When what is shown was measured, and why it is stale if it is. To be said in showResult(), else nothing is.
    void date(std::int64_t measuredMs, const std::vector<Difference>& stale);
    void refresh();
    void makeDevices();
    QWidget* named(QWidget* widget, const char* part, const QString& accessibleName);

    Workspace& m_workspace;
    DeviceList& m_devices;
    DeviceBench& m_bench;
    QHBoxLayout* m_controls; ///< before the buttons
    QVBoxLayout* m_body;

protected:
    void changeEvent(QEvent* event) override;

private:
    DeviceBench::Kind m_kind;
    QString m_name, m_tip;
    QComboBox* m_device = nullptr;
    QPushButton *m_start, *m_stop;
    QLabel *m_verdict, *m_when;
};

} // namespace lapidary
