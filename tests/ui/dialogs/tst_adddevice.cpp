// SPDX-License-Identifier: GPL-3.0-or-later
// Adding, testing, deploying to and removing devices, with the real agent at the other end.
#include "engine/saveddevices.h"
#include "tests/support/testsupport.h"
#include "tests/support/userhome.h"
#include "ui/dialogs/adddevicedialog.h"
#include "ui/dialogs/addressform.h"
#include "ui/dialogs/deploysteps.h"
#include "ui/models/devicetexts.h"
#include "ui/panels/devicespanel.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;

namespace {

template <typename T>
T* part(QWidget& widget, const char* name) {
    auto* found = widget.findChild<T*>(QString::fromLatin1(name));
    if (!found)
        qFatal("no %s", name);
    return found;
}

/// Every row of the tree: "group / device: state".
QStringList rows(const QTreeWidget& tree) {
    QStringList list;
    for (int i = 0; i < tree.topLevelItemCount(); ++i)
        for (int k = 0; k < tree.topLevelItem(i)->childCount(); ++k) {
            const auto* item = tree.topLevelItem(i)->child(k);
            list.append(tree.topLevelItem(i)->text(0) + " / " + item->text(0) + ": " + item->text(1));
        }
    return list;
}

void choose(QTreeWidget& tree, const QString& id) {
    for (int i = 0; i < tree.topLevelItemCount(); ++i)
        for (int k = 0; k < tree.topLevelItem(i)->childCount(); ++k)
            if (auto* item = tree.topLevelItem(i)->child(k); item->data(0, Qt::UserRole).toString() == id)
                tree.setCurrentItem(item);
}

} // namespace

class TestAddDevice : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        failOnWarnings();
        m_home = std::make_unique<TempDir>();
        useHome(m_home->path());
        qputenv("LAPIDARY_CONFIG", QByteArray::fromStdString((m_home->path() / "config").string()));
        m_engine = std::make_unique<Engine>();
        m_jobs = std::make_unique<JobManager>();
        m_workspace = std::make_unique<Workspace>(*m_engine, *m_jobs);
    }
    void cleanup() {
        m_workspace.reset();
        m_jobs.reset();
        m_engine.reset();
    }

    void addressesOfEveryKind() {
        AddressForm form;
        for (const char* address : {"ssh://pi@board.local:2222", "ssh://board", "serial:///dev/ttyACM7@115200",
                                    "tcp://10.0.0.2:5577", "exec:adb shell agent --stdio"}) {
            form.setAddress(QString::fromLatin1(address));
            QCOMPARE(form.address(), QString::fromLatin1(address));
        }
        form.setAddress(QStringLiteral("tcp://10.0.0.2:5577"));
        QVERIFY2(form.problem().contains(QStringLiteral("key")), qPrintable(form.problem()));
        part<QLineEdit>(form, "pairingKey")->setText(QStringLiteral("0123456789abcdef"));
        QVERIFY2(form.problem().isEmpty(), qPrintable(form.problem()));
        QCOMPARE(form.pairingKey(), QStringLiteral("0123456789abcdef"));
        form.setAddress(QStringLiteral("ssh://"));
        QVERIFY(!form.problem().isEmpty());
    }

    void whatIsWrongIsSaidBeforeAnythingRuns() {
        AddDeviceDialog dialog(*m_workspace);
        dialog.show();
        auto* state = part<QLabel>(dialog, "addDeviceState");
        QVERIFY(!state->text().isEmpty());
        QVERIFY(!part<QPushButton>(dialog, "testConnection")->isEnabled());
        QVERIFY(!part<QPushButton>(dialog, "addDeviceButton")->isEnabled());
        QTest::keyClicks(part<QLineEdit>(dialog, "sshHost"), QStringLiteral("board"));
        QVERIFY2(state->text().isEmpty(), qPrintable(state->text()));
        QVERIFY(part<QPushButton>(dialog, "testConnection")->isEnabled());
        QVERIFY(part<QPushButton>(dialog, "deployAgent")->isEnabled());
        part<QComboBox>(dialog, "addressKind")->setCurrentIndex(AddressForm::Command);
        QVERIFY(!part<QPushButton>(dialog, "deployAgent")->isVisible());
    }

    void testAndAddARealAgent() {
        DevicesPanel panel(*m_workspace);
        panel.show();
        auto* tree = part<QTreeWidget>(panel, "devicesList");
        QTRY_VERIFY(rows(*tree).join(u'\n').contains(QStringLiteral("ready")));
        AddDeviceDialog dialog(*m_workspace);
        connect(&dialog, &AddDeviceDialog::added, &panel, [&](const DeviceInfo& info) {
            panel.choose(info.id);
            panel.refresh();
        });
        dialog.show();
        dialog.setAddress(agentAddress());
        part<QPushButton>(dialog, "testConnection")->click();
        auto* facts = part<QPlainTextEdit>(dialog, "addDeviceFacts");
        QTRY_VERIFY_WITH_TIMEOUT(facts->isVisible(), 30'000);
        QVERIFY2(facts->toPlainText().contains(QStringLiteral("onnxruntime")), qPrintable(facts->toPlainText()));
        QTRY_VERIFY(part<QPushButton>(dialog, "addDeviceButton")->isEnabled());
        QSignalSpy added(&dialog, &AddDeviceDialog::added);
        part<QPushButton>(dialog, "addDeviceButton")->click();
        QTRY_COMPARE(added.count(), 1);
        const auto saved = savedDevices();
        LAPIDARY_VERIFY_OK(saved);
        QCOMPARE(saved->size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(saved->front().address), agentAddress());
        // It is in the panel, answers, and is where F5 profiles.
        QTRY_VERIFY_WITH_TIMEOUT(isReady(panel), 30'000);
        QCOMPARE(QString::fromStdString(panel.current()), agentAddress());
        removeIt(panel);
    }

    void nobodyAnswers() {
        AddDeviceDialog dialog(*m_workspace);
        dialog.show();
        dialog.setAddress(QStringLiteral("exec:/nowhere/lapidary-agent --stdio"));
        part<QPushButton>(dialog, "testConnection")->click();
        auto* state = part<QLabel>(dialog, "addDeviceState");
        QTRY_VERIFY_WITH_TIMEOUT(state->text().contains(QStringLiteral("nowhere")) && m_jobs->idle(), 30'000);
        QVERIFY(!part<QPlainTextEdit>(dialog, "addDeviceFacts")->isVisible());
        QTRY_VERIFY(part<QPushButton>(dialog, "addDeviceButton")->isEnabled());
    }

    void deployTellsWhichStepFailed() {
        // No ssh server answers at this port of the loopback.
        AddDeviceDialog dialog(*m_workspace);
        dialog.show();
        dialog.setAddress(QStringLiteral("ssh://nobody@127.0.0.1:9"));
        part<QPushButton>(dialog, "deployAgent")->click();
        auto* steps = dialog.findChild<DeploySteps*>();
        QVERIFY(steps->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->idle(), 30'000);
        QTRY_VERIFY(!part<QLabel>(dialog, "addDeviceState")->text().isEmpty());
        QVERIFY(savedDevices()->empty());
        steps->clear();
        steps->tell({"Copy the agent", ""});
        steps->tell({"Copy the agent", "4.1 MiB"});
        steps->tell({"Start it", ""});
        steps->end(errorDiagnostic("deploy.start", "It does not start"));
        QCOMPARE(steps->text(), QStringLiteral("Copy the agent: 4.1 MiB\nStart it: It does not start"));
    }

    void plugAndUnplug() {
        DevicesPanel panel(*m_workspace);
        panel.show();
        auto* tree = part<QTreeWidget>(panel, "devicesList");
        QTRY_VERIFY(m_jobs->idle() && tree->topLevelItemCount() > 0);
        DeviceInfo stick{"usb:03e7:2485:1",
                         "Neural Compute Stick 2",
                         "usb",
                         DeviceState::NeedsRuntime,
                         "OpenVINO was not found. Get it from its maker.",
                         {{"precisions", "fp16"}}};
        panel.devices().put(stick);
        QVERIFY(rows(*tree).contains(QStringLiteral("USB accelerators / Neural Compute Stick 2: runtime missing")));
        choose(*tree, QStringLiteral("usb:03e7:2485:1"));
        const auto* detail = part<QLabel>(panel, "devicesDetail");
        QVERIFY2(detail->text().contains(QStringLiteral("OpenVINO")), qPrintable(detail->text()));
        QVERIFY(detail->isVisible());
        auto* profile = part<QAction>(panel, "deviceProfile");
        QVERIFY(!profile->isEnabled());
        QVERIFY2(profile->toolTip().contains(QStringLiteral("not ready")), qPrintable(profile->toolTip()));
        QVERIFY(!part<QAction>(panel, "deviceRemove")->isEnabled());
        DeviceInfo line{"serial:///dev/ttyUSB9@921600",
                        "Board, serial line /dev/ttyUSB9",
                        "candidate",
                        DeviceState::Offline,
                        "may be a board",
                        {}};
        panel.devices().put(line);
        choose(*tree, QStringLiteral("serial:///dev/ttyUSB9@921600"));
        QSignalSpy wanted(&panel, &DevicesPanel::addWanted);
        part<QAction>(panel, "deviceConnect")->trigger();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.front().front().toString(), QStringLiteral("serial:///dev/ttyUSB9@921600"));
    }

    void estimatesLookLikeEstimates() {
        DeviceInfo info{"estimate:x", "X", "estimate", DeviceState::Ready, "", {}};
        QVERIFY(deviceStateText(info).startsWith(QChar(0x2248)));
        QVERIFY(deviceUsable(info));
        info.state = DeviceState::Error;
        QVERIFY(!deviceRefusal(info).isEmpty());
    }

private:
    QString agentAddress() const {
        return QStringLiteral("exec:" LAPIDARY_AGENT " --stdio --cache '%1'")
            .arg(QString::fromStdString((m_home->path() / "cache").string()));
    }
    bool isReady(DevicesPanel& panel) {
        const auto* info = panel.devices().find(agentAddress().toStdString());
        return info && info->state == DeviceState::Ready && info->capabilities.contains("architecture");
    }
    void removeIt(DevicesPanel& panel) {
        QTRY_VERIFY(m_jobs->idle());
        choose(*part<QTreeWidget>(panel, "devicesList"), agentAddress());
        auto* remove = part<QAction>(panel, "deviceRemove");
        QVERIFY2(remove->isEnabled(), qPrintable(remove->toolTip()));
        QTimer::singleShot(0, &panel, [&panel] {
            if (auto* box = panel.findChild<QMessageBox*>(QStringLiteral("removeDeviceBox")))
                for (auto* button : box->buttons())
                    if (button->objectName() == QStringLiteral("removeDeviceButton"))
                        button->click();
        });
        remove->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(m_jobs->idle() && savedDevices()->empty(), 20'000);
        QTRY_VERIFY(!panel.devices().find(agentAddress().toStdString()));
        QCOMPARE(panel.current(), std::string("host"));
    }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<JobManager> m_jobs;
    std::unique_ptr<Workspace> m_workspace;
};

QTEST_MAIN(TestAddDevice)
#include "tst_adddevice.moc"
