// SPDX-License-Identifier: GPL-3.0-or-later
// Putting the agent on a board from the dialog, where ssh is a program of ours: all goes well, and each way it does
// not.
#include "engine/saveddevices.h"
#include "tests/support/fakessh.h"
#include "tests/support/userhome.h"
#include "ui/dialogs/adddevicedialog.h"
#include "ui/dialogs/deploysteps.h"
#include "ui/models/workspace.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include <sys/utsname.h>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

class DeployDialogTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<FakeSsh> m_ssh;
    std::unique_ptr<Engine> m_engine;
    std::unique_ptr<JobManager> m_jobs;
    std::unique_ptr<Workspace> m_workspace;
    std::unique_ptr<AddDeviceDialog> m_dialog;

    template <typename T>
    T* part(const char* name) {
        auto* found = m_dialog->findChild<T*>(QString::fromLatin1(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QString state() { return part<QLabel>("addDeviceState")->text(); }
    QStringList steps() { return m_dialog->findChild<DeploySteps*>()->text().split(u'\n'); }
    fs::path onBoard(const char* name) const { return m_ssh->home() / agentFolderOnDevice / name; }

    void press(const QString& address) {
        m_dialog->setAddress(address);
        QVERIFY2(part<QPushButton>("deployAgent")->isEnabled(), qPrintable(state()));
        part<QPushButton>("deployAgent")->click();
        QVERIFY(m_dialog->findChild<DeploySteps*>()->isVisible());
        QVERIFY2(!part<QPushButton>("deployAgent")->isEnabled(), "one at a time");
    }
    /// Until the job has ended and the dialog has heard of it.
    bool ended() {
        return waitUntil([&] { return m_jobs->idle() && part<QPushButton>("deployAgent")->isEnabled(); }, 60);
    }

private Q_SLOTS:
    void initTestCase() {
        utsname names{};
        ::uname(&names);
        const std::string machine = names.machine;
        if (machine != "x86_64" && machine != "aarch64")
            QSKIP("There are no agents for this architecture");
    }
    void init() {
        failOnWarnings();
        m_home = std::make_unique<TempDir>();
        useHome(m_home->path());
        qputenv("LAPIDARY_CONFIG", QByteArray::fromStdString((m_home->path() / "config").string()));
        for (const char* architecture : {"x64", "arm64"}) { // one of them is ours
            const auto folder = m_home->path() / "agents" / architecture;
            fs::create_directories(folder);
            fs::create_symlink(LAPIDARY_AGENT, folder / "lapidary-agent");
            fs::create_symlink(LAPIDARY_RUNTIME, folder / "libonnxruntime.so.1");
        }
        qputenv("LAPIDARY_AGENTS", QByteArray::fromStdString((m_home->path() / "agents").string()));
        m_ssh = std::make_unique<FakeSsh>();
        m_engine = std::make_unique<Engine>();
        m_jobs = std::make_unique<JobManager>();
        m_workspace = std::make_unique<Workspace>(*m_engine, *m_jobs);
        m_dialog = std::make_unique<AddDeviceDialog>(*m_workspace);
        m_dialog->show();
    }
    void cleanup() {
        m_dialog.reset();
        m_workspace.reset();
        m_jobs.reset();
        m_engine.reset();
        m_ssh.reset();
    }

    void deployed() {
        QSignalSpy added(m_dialog.get(), &AddDeviceDialog::added);
        press(QStringLiteral("ssh://pi@board"));
        QVERIFY(ended());
        QVERIFY2(state().contains(QStringLiteral("remembered")), qPrintable(state()));
        QCOMPARE(steps().size(), 5);
        QVERIFY2(!steps().join(u'\n').contains(QStringLiteral("under way")), qPrintable(steps().join(u'\n')));
        QVERIFY2(steps().last().contains(QStringLiteral("onnxruntime")), qPrintable(steps().last()));
        QVERIFY(readFile(onBoard("lapidary-agent")) == readFile(LAPIDARY_AGENT));
        QVERIFY(readFile(onBoard("libonnxruntime.so.1")) == readFile(LAPIDARY_RUNTIME));
        QCOMPARE(added.count(), 1);
        QCOMPARE(savedDevices()->size(), std::size_t(1));
        QCOMPARE(savedDevices()->front().address, std::string("ssh://pi@board"));
        const auto* facts = part<QPlainTextEdit>("addDeviceFacts");
        QVERIFY2(facts->isVisible() && facts->toPlainText().contains(QStringLiteral("Processor")),
                 qPrintable(facts->toPlainText()));
        // What was copied is what answers, and a second time nothing is copied.
        part<QPushButton>("testConnection")->click();
        QVERIFY(waitUntil([&] { return m_jobs->idle() && state().contains(QStringLiteral("answers")); }, 60));
        press(QStringLiteral("ssh://pi@board"));
        QVERIFY(ended());
        QCOMPARE(steps().filter(QStringLiteral("already there")).size(), 2);
        QCOMPARE(savedDevices()->size(), std::size_t(1));
    }

    void refused_data() {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("words"); // of the command that fails
        QTest::addColumn<QString>("shell");
        QTest::addColumn<int>("step"); // the last one, from 1
        QTest::addColumn<QString>("why");
        QTest::addColumn<QString>("hint");
        const auto board = QStringLiteral("ssh://pi@board");
        QTest::newRow("no key") << "ssh://other@board"
                                << ""
                                << "" << 1 << "Permission denied"
                                << "ssh-copy-id";
        QTest::newRow("unknown host") << board << "uname"
                                      << "echo 'Host key verification failed.' >&2; exit 255" << 1
                                      << "Host key verification"
                                      << "accept the device's key";
        QTest::newRow("architecture") << board << "uname"
                                      << "echo armv7l; exit 0" << 1 << "armv7l"
                                      << "64-bit";
        QTest::newRow("folder") << board << "mkdir"
                                << "echo 'Read-only file system' >&2; exit 1" << 2 << "Read-only file system"
                                << "";
        QTest::newRow("full") << board << "cat > \"$HOME/.local/share/lapidary/agent/libonnx"
                              << "cat >/dev/null; echo 'cat: write error: No space left on device' >&2; exit 1" << 4
                              << "No space left"
                              << "Make room";
        QTest::newRow("breaks off") << board << "cat > \"$HOME/.local/share/lapidary/agent/lapidary-agent"
                                    << "head -c 1000 >/dev/null; echo 'Connection reset by peer' >&2; exit 255" << 3
                                    << ""
                                    << "";
        QTest::newRow("another file arrives") << board << "cat > "
                                              << "cat >/dev/null; echo 0123; exit 0" << 3 << "not the one that was sent"
                                              << "worn out";
        QTest::newRow("old system") << board << "--stdio"
                                    << "echo \"lapidary-agent: version 'GLIBC_2.36' not found\" >&2; exit 1" << 5
                                    << "GLIBC_2.36"
                                    << "as old as the device";
    }
    void refused() {
        QFETCH(QString, address);
        QFETCH(QString, words);
        QFETCH(QString, shell);
        QFETCH(int, step);
        QFETCH(QString, why);
        QFETCH(QString, hint);
        QSignalSpy added(m_dialog.get(), &AddDeviceDialog::added);
        m_ssh->instead(words.toStdString(), shell.toStdString());
        press(address);
        QVERIFY(ended());
        QVERIFY2(!state().isEmpty() && state().contains(why) && state().contains(hint), qPrintable(state()));
        QCOMPARE(steps().size(), step);
        QVERIFY2(steps().last().contains(why), qPrintable(steps().last()));
        QVERIFY(!m_dialog->findChild<DeploySteps*>()->text().contains(QStringLiteral("under way")));
        QCOMPARE(added.count(), 0);
        QVERIFY(savedDevices()->empty());
        QVERIFY(!part<QPlainTextEdit>("addDeviceFacts")->isVisible());
        if (step < 5)
            QVERIFY2(!fs::exists(onBoard("libonnxruntime.so.1")), "nothing whole where nothing was copied");
        // What was in the way is gone: the same dialog does it.
        if (step == 2) {
            m_ssh->instead({}, {});
            press(address);
            QVERIFY(ended());
            QVERIFY2(state().contains(QStringLiteral("remembered")), qPrintable(state()));
            QCOMPARE(savedDevices()->size(), std::size_t(1));
        }
    }

    /// Closing the dialog in the middle ends the job, and ssh with it.
    void closedInTheMiddle() {
        const auto pid = m_home->path() / "pid";
        m_ssh->instead("mkdir", "echo $$ > '" + pid.string() + ".part'; mv '" + pid.string() + ".part' '" +
                                    pid.string() + "'; exec sleep 600");
        press(QStringLiteral("ssh://pi@board"));
        QVERIFY(waitUntil([&] { return fs::exists(pid); }, 30));
        const auto sleeper = fs::path("/proc") / std::to_string(std::stoi(readFile(pid)));
        QVERIFY(fs::exists(sleeper));
        m_dialog.reset();
        QVERIFY(waitUntil([&] { return m_jobs->idle(); }, 5));
        QVERIFY(waitUntil([&] { return !fs::exists(sleeper); }, 5));
        QVERIFY(savedDevices()->empty());
    }
};

QTEST_MAIN(DeployDialogTest)
#include "tst_deploydialog.moc"
