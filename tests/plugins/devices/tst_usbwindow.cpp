// SPDX-License-Identifier: GPL-3.0-or-later
// Sticks in a made-up udev, plugged into and pulled out of the running window.
#include "modelbuilder.h"
#include "onnx/onnxwriter.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/panels/devicespanel.h"
#include "usbtestbed.h"

#include <QAction>
#include <QElapsedTimer>
#include <QLabel>
#include <QTest>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

namespace {

const std::string ncs2 = "usb:03e7:2485:S2", ownStick = "usb:1234:5678:A";

} // namespace

class UsbWindowTest : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<UsbTestbed> m_bed;
    std::unique_ptr<WindowBench> m_bench;

    static QTreeWidgetItem* itemOf(const QTreeWidget& tree, const std::string& id) {
        for (int i = 0; i < tree.topLevelItemCount(); ++i)
            for (int k = 0; k < tree.topLevelItem(i)->childCount(); ++k)
                if (auto* item = tree.topLevelItem(i)->child(k);
                    item->data(0, Qt::UserRole).toString().toStdString() == id)
                    return item;
        return nullptr;
    }
    QTreeWidgetItem* row(const std::string& id) { return itemOf(*m_bench->find<QTreeWidget>("devicesList"), id); }
    DevicesPanel* panel() { return m_bench->find<DevicesPanel>("devicesPanel"); }

    /// Billions of multiplications a run: the timing takes seconds on any computer, so that a stick can be pulled
    /// meanwhile.
    fs::path slowModel() const {
        ModelBuilder b;
        b.input("x", {1, 64, 256, 256}).init("w", {64, 64, 3, 3}, 1);
        b.node("Conv", {"x", "w"}, {"y"}, {attr("pads", {1, 1, 1, 1})}).output("y");
        const auto file = m_home->path() / "slow.onnx";
        if (const auto status = writeOnnx(*b.build(), file); !status)
            qFatal("%s", status.error().message.c_str());
        return file;
    }

    /// The resources that are shipped, but for a table of sticks with one that the CPU stands in for.
    fs::path resourcesWithOwnStick() const {
        const auto folder = m_home->path() / "resources";
        fs::create_directories(folder / "devices");
        for (const auto& entry : fs::directory_iterator(resourcesFolder()))
            if (entry.path().filename() != "devices")
                fs::create_symlink(entry.path(), folder / entry.path().filename());
        for (const auto& entry : fs::directory_iterator(resourcesFolder() / "devices"))
            if (entry.path().filename() != "usb.json")
                fs::create_symlink(entry.path(), folder / "devices" / entry.path().filename());
        auto table = readFile(resourcesFolder() / "devices" / "usb.json");
        const std::string list = "\"devices\": [";
        const auto at = table.find(list);
        if (at == std::string::npos)
            qFatal("another form of usb.json");
        table.insert(at + list.size(), R"({"name":"Stand-in","ids":["1234:5678"],
            "provider":{"name":"CPUExecutionProvider"},"runtime":{"name":"none"}},)");
        writeFile(folder / "devices" / "usb.json", table);
        return folder;
    }

private Q_SLOTS:
    void init() {
        failOnWarnings();
        if (!UsbTestbed::available())
            QSKIP("umockdev is not preloaded: install umockdev and libumockdev-dev, and run through ctest");
        m_home = std::make_unique<TempDir>();
        useHome(m_home->path());
        qputenv("LAPIDARY_RESOURCES", QByteArray::fromStdString(resourcesWithOwnStick().string()));
        m_bed = std::make_unique<UsbTestbed>();
        m_bench = std::make_unique<WindowBench>();
        m_bench->window().show();
        QVERIFY(waitUntil([&] { return row("host") != nullptr; }));
        QVERIFY(m_bench->settle());
    }
    void cleanup() {
        m_bench.reset();
        m_bed.reset();
    }

    void pluggedAndPulled() {
        auto* tree = m_bench->find<QTreeWidget>("devicesList");
        QVERIFY(!row(ncs2));
        QElapsedTimer clock;
        clock.start();
        const auto path = m_bed->plug("1-2", "03e7", "2485", "S2");
        QVERIFY(waitUntil([&] { return row(ncs2) != nullptr; }, 10));
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        const auto* item = row(ncs2);
        QCOMPARE(item->parent()->text(0), QStringLiteral("USB accelerators"));
        QVERIFY2(item->text(0).contains(QStringLiteral("Neural Compute Stick 2")), qPrintable(item->text(0)));
        QCOMPARE(item->text(1), QStringLiteral("runtime missing"));
        const auto tip = item->toolTip(0);
        QVERIFY2(tip.contains(QStringLiteral("Computes in: float16")) &&
                     tip.contains(QStringLiteral("Cannot compute: ")),
                 qPrintable(tip));
        tree->setCurrentItem(row(ncs2));
        const auto* detail = m_bench->find<QLabel>("devicesDetail");
        QVERIFY2(detail->text().contains(QStringLiteral("OpenVINO 2022.3.1")), qPrintable(detail->text()));
        QVERIFY(!m_bench->find<QAction>("deviceProfile")->isEnabled());

        clock.start();
        m_bed->unplug(path);
        QVERIFY(waitUntil([&] { return row(ncs2) == nullptr; }, 10));
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(panel()->current(), std::string("host"));
        QVERIFY2(detail->text().contains(QStringLiteral("away")), qPrintable(detail->text()));
    }

    void pulledWhileAJobRuns() {
        QVERIFY(m_bench->open(slowModel()));
        const auto path = m_bed->plug("1-1", "1234", "5678", "A");
        QVERIFY(waitUntil([&] { return row(ownStick) != nullptr; }, 10));
        QCOMPARE(row(ownStick)->text(1), QStringLiteral("ready"));
        panel()->choose(ownStick);
        QCOMPARE(panel()->current(), ownStick);
        m_bench->find<QAction>("profile")->trigger();
        QVERIFY(waitUntil([&] {
            for (const auto* job : m_bench->workspace().jobs().jobs())
                if (job->label() == QStringLiteral("Timing"))
                    return true;
            return false;
        }));
        m_bed->unplug(path);
        QElapsedTimer clock;
        clock.start();
        QVERIFY(waitUntil([&] { return row(ownStick) == nullptr; }, 10));
        QVERIFY(m_bench->settle());
        QVERIFY2(clock.elapsed() < 3000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(!m_bench->workspace().profile());
        const auto* message = m_bench->find<QLabel>("messageText");
        QVERIFY(message->isVisible());
        QVERIFY2(message->text().contains(QStringLiteral("unplugged")), qPrintable(message->text()));
        // The window goes on: this computer is there, and so is the stick when it comes back.
        QCOMPARE(panel()->current(), std::string("host"));
        m_bed->plug("1-1", "1234", "5678", "A");
        QVERIFY(waitUntil([&] { return row(ownStick) != nullptr; }, 10));
        QCOMPARE(panel()->current(), ownStick);
        m_bench->find<QAction>("profile")->trigger();
        QVERIFY(m_bench->settle());
        QVERIFY(m_bench->workspace().profile());
    }
};

QTEST_MAIN(UsbWindowTest)
#include "tst_usbwindow.moc"
