// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;
class QStackedWidget;

namespace lapidary {

/// A device's address, in a form for each way there is to reach one. UI thread.
class AddressForm : public QWidget {
    Q_OBJECT

public:
    enum Kind { Ssh, Serial, Tcp, Command };

    explicit AddressForm(QWidget* parent = nullptr);

    Kind kind() const;
    /// "ssh://user@host"; what problem() is about if it is not empty.
    QString address() const;
    QString pairingKey() const; ///< of tcp only
    /// What is missing or wrong; empty: the address can be tried.
    QString problem() const;
    /// Fills the form; an address of no known kind is left alone.
    void setAddress(const QString& address);

Q_SIGNALS:
    void edited();

private:
    QWidget* sshPage();
    QWidget* serialPage();
    QWidget* tcpPage();
    QWidget* commandPage();
    QLineEdit* line(const QString& name, const QString& placeholder, const QString& tip);
    void findPorts();

    QComboBox* m_kind;
    QStackedWidget* m_pages;
    QLineEdit *m_sshHost, *m_sshUser, *m_tcpHost, *m_key, *m_command;
    QSpinBox *m_sshPort, *m_tcpPort;
    QComboBox *m_port, *m_baud;
};

} // namespace lapidary
