// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "job/jobmanager.h"

#include <QDialog>
#include <QPointer>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace lapidary {

class AddressForm;
class DeploySteps;
class Workspace;

/// Adds a device by its address: says what is wrong with it while it is typed, tries it, shows who answered and what it
/// can do, puts the agent on a board that ssh reaches with every step and its error, and remembers it. Closing stops
/// what is under way. UI thread; the workspace outlives it.
class AddDeviceDialog : public QDialog {
    Q_OBJECT

public:
    explicit AddDeviceDialog(Workspace& workspace, QWidget* parent = nullptr);
    ~AddDeviceDialog() override;

    void setAddress(const QString& address);

public Q_SLOTS:
    void test();
    void deploy();
    void add();

Q_SIGNALS:
    /// It is remembered; who answered last, with nothing but an id if it was not tried.
    void added(const lapidary::DeviceInfo& info);

private:
    void edited();
    void follow(Job* job, const QString& doing);
    void showAnswer(const DeviceInfo& info);
    void showProblem(const Diagnostic& problem);
    void refreshButtons();

    Workspace& m_workspace;
    AddressForm* m_form;
    QLabel* m_state;
    QPlainTextEdit* m_facts;
    DeploySteps* m_steps;
    QPushButton *m_test, *m_deploy, *m_add;
    QPointer<Job> m_job;
    std::optional<DeviceInfo> m_answered; ///< of the address in the form
};

} // namespace lapidary
