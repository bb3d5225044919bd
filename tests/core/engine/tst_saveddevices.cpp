// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agentdeploy.h"
#include "engine/engine.h"
#include "engine/saveddevices.h"
#include "tests/support/userhome.h"

#include <QCoreApplication>
#include <QTest>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

class SavedDevicesTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;

private Q_SLOTS:
    void init() {
        failOnWarnings();
        fs::remove_all(m_dir / "config");
        qputenv("LAPIDARY_CONFIG", QByteArray::fromStdString((m_dir / "config").string()));
    }

    void addAndForget() {
        QVERIFY(savedDevices()->empty());
        LAPIDARY_VERIFY_OK(saveDevice({"tcp://b:1", "KEY"}));
        LAPIDARY_VERIFY_OK(saveDevice({"ssh://a", {}}));
        LAPIDARY_VERIFY_OK(saveDevice({"tcp://b:1", "OTHER"}));
        const auto devices = savedDevices();
        LAPIDARY_VERIFY_OK(devices);
        QCOMPARE(devices->size(), std::size_t(2));
        QCOMPARE(devices->front().address, std::string("ssh://a"));
        QCOMPARE(devices->back().pairingKey, std::string("OTHER"));
        const auto permissions = fs::status(settingsFolder() / "devices.json").permissions();
        QVERIFY2((permissions & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none, "it holds keys");
        const auto unknown = forgetDevice("ssh://b");
        QVERIFY(!unknown.ok());
        QVERIFY2(unknown.error().hint.find("ssh://a") != std::string::npos, unknown.error().hint.c_str());
        LAPIDARY_VERIFY_OK(forgetDevice("ssh://a"));
        QCOMPARE(savedDevices()->size(), std::size_t(1));
    }

    void brokenFile() {
        fs::create_directories(settingsFolder());
        writeFile(settingsFolder() / "devices.json", "{ no json");
        const auto devices = savedDevices();
        QVERIFY(!devices.ok());
        QCOMPARE(devices.error().code, std::string("devices.format"));
        QVERIFY2(!saveDevice({"ssh://a", {}}).ok(), "what could not be read is not written over");
        QCOMPARE(readFile(settingsFolder() / "devices.json"), std::string("{ no json"));
    }

    void engineKnowsThem() {
        LAPIDARY_VERIFY_OK(saveDevice({"exec:/no/such/agent", {}}));
        LAPIDARY_VERIFY_OK(saveDevice({"ssh://-broken", {}})); // an address no backend takes is left out
        const Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
        const auto devices = engine.devices();
        QCOMPARE(devices.front()->info().id, std::string("host"));
        const auto agents = std::count_if(devices.begin(), devices.end(),
                                          [](const auto& device) { return device->info().kind == "agent"; });
        QCOMPARE(agents, 1);
        const auto device = engine.device("exec:/no/such/agent");
        LAPIDARY_VERIFY_OK(device);
        QCOMPARE(engine.device("exec:/no/such/agent")->get(), device->get());
        LAPIDARY_VERIFY_OK(engine.device("exec:another"));
        QCOMPARE(engine.device("ssh://-broken").error().code, std::string("device.address"));
        QCOMPARE(engine.device("nothing").error().code, std::string("device.unknown"));
        QVERIFY(!engine.refreshDevice("exec:/no/such/agent", {}, {}).ok());
        QCOMPARE((*device)->info().state, DeviceState::Offline);
        QVERIFY(!(*device)->info().stateReason.empty());
        LAPIDARY_VERIFY_OK(engine.refreshDevice("host", {}, {}));
    }

    void agentFiles() {
        for (const char* name : {"lapidary-agent", "libonnxruntime.so.1"}) {
            fs::create_directories(m_dir / "agents/arm64");
            writeFile(m_dir / "agents/arm64" / name, name);
        }
        qputenv("LAPIDARY_AGENTS", QByteArray::fromStdString((m_dir / "agents").string()));
        const auto files = findAgentFiles("aarch64");
        LAPIDARY_VERIFY_OK(files);
        QCOMPARE(files->program, m_dir / "agents/arm64/lapidary-agent");
        const auto old = findAgentFiles("armv7l");
        QCOMPARE(old.error().code, std::string("deploy.files"));
        QVERIFY(old.error().hint.find("64-bit") != std::string::npos);
        qunsetenv("LAPIDARY_AGENTS");
        QCOMPARE(addDeviceOverSsh("exec:x", {}, {}).error().code, std::string("deploy.address"));
    }
};

QTEST_GUILESS_MAIN(SavedDevicesTest)
#include "tst_saveddevices.moc"
