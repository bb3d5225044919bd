// SPDX-License-Identifier: GPL-3.0-or-later
// Sticks in a made-up udev: listed, plugged, pulled, and pulled in the middle of a run.
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "usbbackend.h"
#include "usbtestbed.h"

#include <QElapsedTimer>
#include <QTest>

#include <future>

using namespace lapidary;
using namespace lapidary::test;

namespace {

const std::filesystem::path shippedTable = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/devices/usb.json";

struct Events {
    std::mutex mutex;
    std::vector<DeviceEvent> list;
    DeviceListener listener() {
        return [this](const DeviceEvent& event) {
            const std::lock_guard lock(mutex);
            list.push_back(event);
        };
    }
    std::size_t count() {
        const std::lock_guard lock(mutex);
        return list.size();
    }
    DeviceEvent last() {
        const std::lock_guard lock(mutex);
        return list.back();
    }
};

DeviceInfo infoOf(DeviceBackend& backend, const std::string& id) {
    for (const auto& device : backend.discover())
        if (device->info().id == id)
            return device->info();
    return {};
}

ModelPtr model() {
    ModelBuilder b;
    b.input("x", {1, 16, 32, 32}).init("w", {16, 16, 3, 3}, 1);
    b.node("Conv", {"x", "w"}, {"y"}, {attr("pads", {1, 1, 1, 1})}).output("y");
    return b.build();
}

} // namespace

class UsbDevicesTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void shippedTableIsSound() {
        const auto table = readUsbTable(shippedTable);
        LAPIDARY_VERIFY_OK(table);
        for (const char* id : {"03e7:2150", "03e7:2485", "03e7:f63b", "1a6e:089a", "18d1:9302"})
            QVERIFY2(findUsbKind(*table, id), id);
        QVERIFY(!findUsbKind(*table, "1234:5678"));
        QCOMPARE(findUsbKind(*table, "03e7:2485")->precisions, std::string("float16"));
        QCOMPARE(findUsbKind(*table, "1a6e:089a")->precisions, std::string("int8"));
        for (const auto& kind : *table)
            QVERIFY2(!kind.how.empty() && !kind.runtime.empty(), kind.name.c_str());
    }

    void brokenTables() {
        TempDir dir;
        writeFile(dir / "t.json", R"({"lapidary_usb_devices":1,"devices":[{"name":"X","ids":["03E7-2485"]}]})");
        QCOMPARE(readUsbTable(dir / "t.json").error().code, std::string("usb.table"));
        QCOMPARE(readUsbTable(dir / "none.json").error().code, std::string("usb.table"));
        UsbBackend backend(dir / "none.json");
        const auto info = infoOf(backend, "usb");
        QVERIFY2(info.state == DeviceState::Error && !info.stateReason.empty(), "a missing table is seen");
    }

    void listedPluggedPulled() {
        if (!UsbTestbed::available())
            QSKIP("umockdev is not preloaded: install umockdev and libumockdev-dev, and run through ctest");
        UsbTestbed bed;
        bed.plug("1-1", "03e7", "2150");
        bed.plug("1-2", "dead", "beef");
        UsbBackend backend(shippedTable);
        Events events;
        auto watch = backend.watch(events.listener());
        QVERIFY(watch);
        const auto old = infoOf(backend, "usb:03e7:2150:1-1");
        QCOMPARE(old.name, std::string("Movidius Neural Compute Stick"));
        QVERIFY(old.state == DeviceState::NeedsRuntime);
        QVERIFY2(old.stateReason.find("OpenVINO") != std::string::npos, old.stateReason.c_str());
        QCOMPARE(backend.discover().size(), std::size_t(1));

        QElapsedTimer clock;
        clock.start();
        const auto coral = bed.plug("1-3", "18d1", "9302", "S1");
        QTRY_COMPARE(events.count(), std::size_t(1));
        QVERIFY(clock.elapsed() < 1000);
        QVERIFY(events.last().kind == DeviceEvent::Kind::Added);
        QCOMPARE(events.last().device.id, std::string("usb:18d1:9302:S1"));
        QCOMPARE(backend.discover().size(), std::size_t(2));

        const auto line = bed.addSerialLine(bed.plug("1-9", "0525", "a4a7"), "ttyACM0");
        QTRY_COMPARE(events.count(), std::size_t(2)); // the gadget itself is no stick
        QCOMPARE(events.last().device.kind, std::string("candidate"));
        QCOMPARE(events.last().device.id, std::string("serial:///dev/ttyACM0@921600"));

        clock.start();
        bed.unplug(coral);
        QTRY_COMPARE(events.count(), std::size_t(3));
        QVERIFY(clock.elapsed() < 1000);
        QVERIFY(events.last().kind == DeviceEvent::Kind::Removed);
        QVERIFY(events.last().device.state == DeviceState::Offline);
        QCOMPARE(infoOf(backend, "usb:18d1:9302:S1").id, std::string());

        watch.reset();
        bed.unplug(line);
        QTRY_COMPARE(backend.discover().size(), std::size_t(1));
        QCOMPARE(events.count(), std::size_t(3)); // nobody is told any more
    }

    /// The stick computes with the CPU provider here; the way a pulled stick ends a run is the same.
    void pulledInTheMiddleOfARun() {
        if (!UsbTestbed::available())
            QSKIP("umockdev is not preloaded: install umockdev and libumockdev-dev, and run through ctest");
        TempDir dir;
        writeFile(dir / "t.json", R"({"lapidary_usb_devices":1,"devices":[{"name":"Stick","ids":["1234:5678"],
            "provider":{"name":"CPUExecutionProvider"},"runtime":{"name":"none"}}]})");
        UsbTestbed bed;
        const auto path = bed.plug("1-1", "1234", "5678", "A");
        UsbBackend backend(dir / "t.json");
        const auto devices = backend.discover();
        QCOMPARE(devices.size(), std::size_t(1));
        const auto stick = devices.front();
        QVERIFY(stick->info().state == DeviceState::Ready);
        ProfileOptions options;
        options.threads = 1;
        options.maxSeconds = 0.2;
        LAPIDARY_VERIFY_OK(stick->profile(*model(), options, {}));
        options.maxSeconds = 60;
        options.relativeWidth = 1e-9;
        options.maxRuns = 100000000;
        const auto subject = model();
        auto running = std::async(std::launch::async, [&] { return stick->profile(*subject, options, {}); });
        QTRY_VERIFY(stick->info().state == DeviceState::Busy);
        QElapsedTimer clock;
        clock.start();
        bed.unplug(path);
        const auto profile = running.get();
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(!profile.ok());
        QCOMPARE(profile.error().code, std::string("device.unplugged"));
        QVERIFY(stick->info().state == DeviceState::Offline);
        QCOMPARE(stick->profile(*subject, options, {}).error().code, std::string("device.unplugged"));
        bed.plug("1-1", "1234", "5678", "A");
        QTRY_COMPARE(backend.discover().size(), std::size_t(1));
        QVERIFY2(backend.discover().front()->info().state == DeviceState::Ready, "it is back under its old name");
    }
};

QTEST_GUILESS_MAIN(UsbDevicesTest)
#include "tst_usbdevices.moc"
