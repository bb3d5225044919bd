// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/adddevicedialog.h"

#include "engine/agentdeploy.h"
#include "engine/devicecontact.h"
#include "engine/saveddevices.h"
#include "ui/dialogs/addressform.h"
#include "ui/dialogs/deploysteps.h"
#include "ui/models/devicetexts.h"
#include "ui/models/workspace.h"
#include "ui/theme/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace lapidary {

namespace {

QPushButton* button(QDialogButtonBox& box, const QString& name, const QString& text, const QString& tip) {
    auto* made = box.addButton(text, QDialogButtonBox::ActionRole);
    made->setObjectName(name);
    made->setToolTip(tip);
    made->setAutoDefault(false);
    return made;
}

} // namespace

AddDeviceDialog::AddDeviceDialog(Workspace& workspace, QWidget* parent)
    : QDialog(parent), m_workspace(workspace), m_form(new AddressForm), m_state(new QLabel),
      m_facts(new QPlainTextEdit), m_steps(new DeploySteps) {
    setObjectName(QStringLiteral("addDeviceDialog"));
    setWindowTitle(tr("Add device"));
    resize(560, 520);
    m_state->setObjectName(QStringLiteral("addDeviceState"));
    m_state->setWordWrap(true);
    m_state->setTextFormat(Qt::PlainText);
    m_state->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setObjectName(QStringLiteral("addDeviceFacts"));
    m_facts->setAccessibleName(tr("What the device can do"));
    m_facts->setReadOnly(true);
    m_facts->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto* box = new QDialogButtonBox;
    m_test = button(*box, QStringLiteral("testConnection"), tr("Test connection"), tr("Ask the device who it is"));
    m_deploy = button(*box, QStringLiteral("deployAgent"), tr("Deploy agent"),
                      tr("Copy lapidary-agent and its runtime there over ssh, start it, and remember the device"));
    m_add = button(*box, QStringLiteral("addDeviceButton"), tr("Add"), tr("Remember the device"));
    m_add->setDefault(true);
    auto* close = box->addButton(QDialogButtonBox::Close);
    close->setObjectName(QStringLiteral("closeAddDevice"));
    close->setText(tr("Close"));
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_form);
    layout->addWidget(m_state);
    layout->addWidget(m_steps, 1);
    layout->addWidget(m_facts, 1);
    layout->addStretch();
    layout->addWidget(box);
    m_steps->hide();
    m_facts->hide();
    connect(m_form, &AddressForm::edited, this, &AddDeviceDialog::edited);
    connect(m_test, &QPushButton::clicked, this, &AddDeviceDialog::test);
    connect(m_deploy, &QPushButton::clicked, this, &AddDeviceDialog::deploy);
    connect(m_add, &QPushButton::clicked, this, &AddDeviceDialog::add);
    connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
    edited();
}

AddDeviceDialog::~AddDeviceDialog() {
    if (m_job)
        m_job->cancel();
}

void AddDeviceDialog::setAddress(const QString& address) {
    m_form->setAddress(address);
}

void AddDeviceDialog::edited() {
    m_answered.reset();
    if (m_job)
        m_job->cancel();
    m_facts->hide();
    m_steps->hide();
    m_state->setText(m_form->problem());
    m_state->setStyleSheet({});
    refreshButtons();
}

void AddDeviceDialog::refreshButtons() {
    const bool fit = m_form->problem().isEmpty() && !m_job;
    m_test->setEnabled(fit);
    m_add->setEnabled(fit);
    m_deploy->setEnabled(fit && m_form->kind() == AddressForm::Ssh);
    m_deploy->setVisible(m_form->kind() == AddressForm::Ssh);
    m_add->setText(m_answered ? tr("Add") : tr("Add without a test"));
    m_test->setText(m_job ? tr("Testing…") : tr("Test connection"));
}

void AddDeviceDialog::follow(Job* job, const QString& doing) {
    m_job = job;
    m_state->setText(doing);
    m_state->setStyleSheet({});
    connect(job, &Job::finished, this, [this, job] {
        if (m_job == job)
            m_job.clear();
        refreshButtons();
    });
    refreshButtons();
}

void AddDeviceDialog::showAnswer(const DeviceInfo& info) {
    m_answered = info;
    m_state->setText(tr("%1 answers.").arg(QString::fromStdString(info.name)));
    m_state->setStyleSheet(QStringLiteral("color: %1").arg(Theme::of(palette()).good.name()));
    m_facts->setPlainText(deviceFacts(info));
    m_facts->show();
}

void AddDeviceDialog::showProblem(const Diagnostic& problem) {
    if (isCancelled(problem))
        return;
    auto text = QString::fromStdString(problem.message);
    if (!problem.hint.empty())
        text += u'\n' + QString::fromStdString(problem.hint);
    m_state->setText(text);
    m_state->setStyleSheet(QStringLiteral("color: %1").arg(Theme::of(palette()).bad.name()));
}

void AddDeviceDialog::test() {
    const auto address = m_form->address();
    m_steps->hide();
    m_facts->hide();
    auto* job = m_workspace.jobs().start<DeviceContact>(
        tr("Test %1").arg(address), Lane::onDevice(address),
        [&engine = m_workspace.engine(), address = address.toStdString(), key = m_form->pairingKey().toStdString()](
            const Work& work) { return contactDevice(engine, address, key, work); },
        this,
        [this, address](const DeviceContact& contact) {
            if (address != m_form->address())
                return;
            if (contact.outcome)
                showAnswer(contact.info);
            else
                showProblem(contact.outcome.error());
        },
        [this](const Diagnostic& problem) { showProblem(problem); });
    follow(job, tr("Contacting %1…").arg(address));
}

void AddDeviceDialog::deploy() {
    const auto address = m_form->address();
    m_facts->hide();
    m_steps->clear();
    m_steps->show();
    const QPointer<AddDeviceDialog> self(this);
    auto* job = m_workspace.jobs().start<AgentInfo>(
        tr("Deploy the agent to %1").arg(address), Lane::onDevice(address),
        [address = address.toStdString(), context = QPointer<QObject>(&m_workspace), self](const Work& work) {
            const auto tell = [&](const DeployStep& step) {
                if (context)
                    QMetaObject::invokeMethod(
                        context,
                        [self, step] {
                            if (self)
                                self->m_steps->tell(step);
                        },
                        Qt::QueuedConnection);
            };
            return addDeviceOverSsh(address, tell, work);
        },
        this,
        [this, address](const AgentInfo& agent) {
            m_steps->end({});
            DeviceInfo info;
            info.id = address.toStdString();
            info.name = info.id;
            info.kind = "agent";
            info.capabilities = agent.capabilities();
            showAnswer(info);
            m_state->setText(tr("The agent runs there, and the device is remembered."));
            Q_EMIT added(info);
        },
        [this](const Diagnostic& problem) {
            m_steps->end(problem);
            showProblem(problem);
        });
    follow(job, tr("Putting the agent on %1…").arg(address));
}

void AddDeviceDialog::add() {
    DeviceInfo info;
    if (m_answered)
        info = *m_answered;
    info.id = m_form->address().toStdString();
    const SavedDevice device{info.id, m_form->pairingKey().toStdString()};
    auto* job = m_workspace.jobs().start<bool>(
        tr("Remember %1").arg(m_form->address()), Lane::io(),
        [device](const Work&) -> Result<bool> {
            auto status = saveDevice(device);
            return status.ok() ? Result<bool>(true) : status;
        },
        this,
        [this, info](bool) {
            Q_EMIT added(info);
            accept();
        },
        [this](const Diagnostic& problem) { showProblem(problem); });
    follow(job, tr("Remembering the device…"));
}

} // namespace lapidary
