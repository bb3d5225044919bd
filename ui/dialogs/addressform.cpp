// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dialogs/addressform.h"

#include "device/link/address.h"

#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace lapidary {

namespace {

constexpr int defaultTcpPort = 5577;
constexpr int sshPort = 22;

QSpinBox* portBox(const QString& name, int value, const QString& tip) {
    auto* box = new QSpinBox;
    box->setObjectName(name);
    box->setRange(1, 65535);
    box->setValue(value);
    box->setToolTip(tip);
    return box;
}

QLabel* remark(const QString& text) {
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setProperty("quiet", true);
    return label;
}

} // namespace

AddressForm::AddressForm(QWidget* parent) : QWidget(parent), m_kind(new QComboBox), m_pages(new QStackedWidget) {
    m_kind->setObjectName(QStringLiteral("addressKind"));
    m_kind->setToolTip(tr("How this computer reaches the device"));
    m_kind->addItems({tr("Over the network, by ssh"), tr("Serial line or USB gadget"),
                      tr("Over the network, agent already listening"), tr("By a command of my own")});
    m_pages->addWidget(sshPage());
    m_pages->addWidget(serialPage());
    m_pages->addWidget(tcpPage());
    m_pages->addWidget(commandPage());
    auto* top = new QFormLayout;
    top->addRow(tr("Reached"), m_kind);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(top);
    layout->addWidget(m_pages);
    connect(m_kind, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_pages->setCurrentIndex(index);
        Q_EMIT edited();
    });
}

QLineEdit* AddressForm::line(const QString& name, const QString& placeholder, const QString& tip) {
    auto* edit = new QLineEdit;
    edit->setObjectName(name);
    edit->setPlaceholderText(placeholder);
    edit->setToolTip(tip);
    connect(edit, &QLineEdit::textEdited, this, &AddressForm::edited);
    return edit;
}

QWidget* AddressForm::sshPage() {
    m_sshHost =
        line(QStringLiteral("sshHost"), tr("raspberrypi.local"), tr("Name or number of the board on the network"));
    m_sshUser = line(QStringLiteral("sshUser"), tr("as ssh decides"), tr("Account on the board"));
    m_sshPort = portBox(QStringLiteral("sshPort"), sshPort, tr("Port of the board's ssh server"));
    connect(m_sshPort, &QSpinBox::valueChanged, this, &AddressForm::edited);
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->addRow(tr("Host"), m_sshHost);
    form->addRow(tr("User"), m_sshUser);
    form->addRow(tr("Port"), m_sshPort);
    form->addRow(remark(
        tr("Uses your ssh settings and keys; ssh must get in without asking for a password. No port is opened.")));
    return page;
}

QWidget* AddressForm::serialPage() {
    m_port = new QComboBox;
    m_port->setObjectName(QStringLiteral("serialPort"));
    m_port->setEditable(true);
    m_port->setToolTip(tr("Serial device of the board, such as /dev/ttyACM0"));
    m_baud = new QComboBox;
    m_baud->setObjectName(QStringLiteral("serialBaud"));
    m_baud->setToolTip(tr("Bits per second; the agent must be started with the same number"));
    for (const int baud : {115200, 230400, 460800, 921600, 1500000, 3000000})
        m_baud->addItem(QString::number(baud), baud);
    m_baud->setCurrentIndex(3);
    auto* again = new QToolButton;
    again->setObjectName(QStringLiteral("serialRefresh"));
    again->setText(tr("Look again"));
    again->setToolTip(tr("List the serial devices anew"));
    connect(again, &QToolButton::clicked, this, &AddressForm::findPorts);
    connect(m_port, &QComboBox::editTextChanged, this, &AddressForm::edited);
    connect(m_baud, &QComboBox::currentIndexChanged, this, &AddressForm::edited);
    auto* row = new QHBoxLayout;
    row->addWidget(m_port, 1);
    row->addWidget(again);
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->addRow(tr("Line"), row);
    form->addRow(tr("Speed"), m_baud);
    form->addRow(remark(tr("On the board: lapidary-agent --serial /dev/ttyGS0@921600 for a USB gadget.")));
    findPorts();
    return page;
}

QWidget* AddressForm::tcpPage() {
    m_tcpHost = line(QStringLiteral("tcpHost"), tr("192.168.7.2"), tr("Name or number of the device on the network"));
    m_tcpPort = portBox(QStringLiteral("tcpPort"), defaultTcpPort, tr("Port the agent listens on"));
    connect(m_tcpPort, &QSpinBox::valueChanged, this, &AddressForm::edited);
    m_key = line(QStringLiteral("pairingKey"), tr("printed by the agent at its start"),
                 tr("Proves to both ends that they are the ones you paired; kept readable by you only"));
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->addRow(tr("Host"), m_tcpHost);
    form->addRow(tr("Port"), m_tcpPort);
    form->addRow(tr("Pairing key"), m_key);
    form->addRow(
        remark(tr("On the device: lapidary-agent --tcp 0.0.0.0:5577 prints the key. The connection is encrypted.")));
    return page;
}

QWidget* AddressForm::commandPage() {
    m_command = line(QStringLiteral("command"), tr("adb shell /data/local/tmp/lapidary-agent --stdio"),
                     tr("A program whose input and output lead to the agent"));
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->addRow(tr("Command"), m_command);
    form->addRow(
        remark(tr("Anything that gives a stream to lapidary-agent --stdio: adb, docker exec, qemu. It runs on this "
                  "computer as you.")));
    return page;
}

void AddressForm::findPorts() {
    const auto text = m_port->currentText();
    m_port->clear();
    for (const auto& name : QDir(QStringLiteral("/dev"))
                                .entryList({QStringLiteral("ttyACM*"), QStringLiteral("ttyUSB*"),
                                            QStringLiteral("ttyAMA*"), QStringLiteral("ttyGS*")},
                                           QDir::System))
        m_port->addItem(QStringLiteral("/dev/") + name);
    if (!text.isEmpty())
        m_port->setEditText(text);
}

AddressForm::Kind AddressForm::kind() const {
    return Kind(m_kind->currentIndex());
}

QString AddressForm::pairingKey() const {
    return kind() == Tcp ? m_key->text().trimmed() : QString();
}

QString AddressForm::address() const {
    switch (kind()) {
    case Ssh: {
        const auto user = m_sshUser->text().trimmed();
        const auto at = user.isEmpty() ? QString() : user + u'@';
        const auto port = m_sshPort->value() == sshPort ? QString() : QStringLiteral(":%1").arg(m_sshPort->value());
        return QStringLiteral("ssh://") + at + m_sshHost->text().trimmed() + port;
    }
    case Serial:
        return QStringLiteral("serial://%1@%2").arg(m_port->currentText().trimmed()).arg(m_baud->currentData().toInt());
    case Tcp:
        return QStringLiteral("tcp://%1:%2").arg(m_tcpHost->text().trimmed()).arg(m_tcpPort->value());
    case Command:
        break;
    }
    return QStringLiteral("exec:") + m_command->text().trimmed();
}

QString AddressForm::problem() const {
    if (kind() == Ssh && m_sshHost->text().trimmed().isEmpty())
        return tr("Give the board's host name or number.");
    if (kind() == Serial && m_port->currentText().trimmed().isEmpty())
        return tr("Choose a serial line. None is there? Plug the board in and look again.");
    if (kind() == Tcp && m_tcpHost->text().trimmed().isEmpty())
        return tr("Give the device's host name or number.");
    if (kind() == Tcp && m_key->text().trimmed().isEmpty())
        return tr("Give the pairing key that the agent printed.");
    if (kind() == Command && m_command->text().trimmed().isEmpty())
        return tr("Give the command that leads to the agent.");
    const auto parsed = AgentAddress::parse(address().toStdString());
    if (parsed)
        return {};
    const auto& problem = parsed.error();
    return QString::fromStdString(problem.message + (problem.hint.empty() ? "" : "\n" + problem.hint));
}

void AddressForm::setAddress(const QString& address) {
    static const QRegularExpression ssh(QStringLiteral("^ssh://(?:([^@]*)@)?([^:]*)(?::(\\d+))?$"));
    static const QRegularExpression serial(QStringLiteral("^serial://([^@]*)(?:@(\\d+))?$"));
    static const QRegularExpression tcp(QStringLiteral("^tcp://(.*?)(?::(\\d+))?$"));
    if (const auto match = ssh.match(address); match.hasMatch()) {
        m_kind->setCurrentIndex(Ssh);
        m_sshUser->setText(match.captured(1));
        m_sshHost->setText(match.captured(2));
        m_sshPort->setValue(match.captured(3).isEmpty() ? sshPort : match.captured(3).toInt());
    } else if (const auto match = serial.match(address); match.hasMatch()) {
        m_kind->setCurrentIndex(Serial);
        m_port->setEditText(match.captured(1));
        if (const int at = m_baud->findData(match.captured(2).toInt()); at >= 0)
            m_baud->setCurrentIndex(at);
    } else if (const auto match = tcp.match(address); match.hasMatch()) {
        m_kind->setCurrentIndex(Tcp);
        m_tcpHost->setText(match.captured(1));
        m_tcpPort->setValue(match.captured(2).isEmpty() ? defaultTcpPort : match.captured(2).toInt());
    } else if (address.startsWith(QStringLiteral("exec:"))) {
        m_kind->setCurrentIndex(Command);
        m_command->setText(address.mid(5));
    }
    Q_EMIT edited();
}

} // namespace lapidary
