// SPDX-License-Identifier: GPL-3.0-or-later
// The program itself, as scripts use it: exit codes, wrong usage, bad files, devices, Ctrl+C.
#include "clibench.h"
#include "clidata.h"

#include <QTest>

#include <csignal>
#include <map>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

class CliTest : public CliBench {
    Q_OBJECT

private Q_SLOTS:
    void textOutput() {
        for (const auto& arguments :
             {QStringList{"inspect", fashion}, QStringList{"passes"}, QStringList{"devices"}, QStringList{"--version"},
              QStringList{"--help"}, QStringList{"apply", "--help"}}) {
            const auto result = runCli(arguments);
            QCOMPARE(result.exitCode, 0);
            QVERIFY(!result.out.empty());
        }
    }

    void passesAndDevices() {
        const auto json = good({"passes"});
        std::set<std::string> ids;
        for (const auto& pass : json["passes"].array()) {
            ids.insert(pass["id"].toString());
            VERIFY_FIELDS(pass, "id", "version", "title", "schema");
        }
        for (const char* id : {"simplify.graph", "prune.channels", "quantize.int8", "quantize.float16"})
            QVERIFY2(ids.count(id) == 1, id);
        const auto devices = good({"devices"});
        const auto& host = devices["devices"].array().front();
        VERIFY_FIELDS(host, "id", "name", "kind", "state", "capabilities");
        QCOMPARE(host["id"].toString(), std::string("host"));
    }

    void devicesByAddress() {
#ifndef LAPIDARY_AGENT
        QSKIP("built without the agent");
#else
        const QString agent = QStringLiteral("exec:" LAPIDARY_AGENT " --stdio --cache ") + file("agentcache");
        const auto states = [&](const Json& json) {
            std::map<std::string, std::string> found;
            for (const auto& device : json["devices"].array())
                if (const auto kind = device["kind"].toString(); kind == "host" || kind == "agent")
                    found[device["id"].toString()] = device["state"].toString();
            return found;
        };
        QCOMPARE(states(good({"devices"})).size(), std::size_t(1)); // this computer
        bad({"devices", "--add", "exec:/bin/false"}, "connection ended");
        bad({"devices", "--add", "host"}, "host");
        QCOMPARE(states(good({"devices"})).size(), std::size_t(1)); // neither was remembered
        QCOMPARE(states(good({"devices", "--add", agent}))[agent.toStdString()], std::string("ready"));
        // One that does not answer is remembered on demand, and says so.
        const auto forced = states(good({"devices", "--add", "exec:/bin/false", "--force"}));
        QCOMPARE(forced.at("exec:/bin/false"), std::string("offline"));
        const auto profile = good({"profile", fashion, "--device", agent, "--threads", "1", "--per-node"});
        QCOMPARE(profile["device"].toString(), agent.toStdString());
        QVERIFY(profile["median_ms"].toDouble() > 0 && profile["nodes"].array().size() > 5);
        good({"devices", "--remove", "exec:/bin/false"});
        const auto left = states(good({"devices", "--remove", agent}));
        QCOMPARE(left.size(), std::size_t(1));
        bad({"devices", "--remove", agent}, "No device");
        writeFile(m_dir / "config" / "devices.json", "{");
        bad({"devices"}, "list of devices", true);
        std::filesystem::remove(m_dir / "config" / "devices.json");
#endif
    }

    void wrongUsage() {
        for (const auto& arguments :
             {QStringList{}, QStringList{"frobnicate"}, QStringList{"inspect"},
              QStringList{"inspect", fashion, "--nonsense"}, QStringList{"apply", fashion, "-o", file("x.onnx")},
              QStringList{"apply", fashion, "--pass", "simplify.graph"},
              QStringList{"apply", fashion, "--pass", "simplify.graph", "--recipe", "r.json", "-o", file("x.onnx")},
              QStringList{"evaluate", fashion}, QStringList{"profile", fashion, "--threads", "many"},
              QStringList{"profile", fashion, "--batch", "0"}, QStringList{"compare", fashion}, QStringList{"project"},
              QStringList{"project", "new"}, QStringList{"report", file("p")}}) {
            const auto result = runCli(arguments);
            QVERIFY2(result.exitCode == 2, qPrintable(arguments.join(QLatin1Char(' '))));
            QVERIFY(!result.err.empty());
            QCOMPARE(result.out, std::string());
        }
    }

    void malformedModels() {
        const auto bytes = readFile(sample / "fashion.onnx");
        writeFile(m_dir / "empty.onnx", "");
        writeFile(m_dir / "text.onnx", "this is no model\n");
        writeFile(m_dir / "half file.onnx", bytes.substr(0, bytes.size() / 2));
        for (const char* name : {"empty.onnx", "text.onnx", "half file.onnx", "none.onnx"}) {
            bad({"inspect", file(name)}, name, true);
            bad({"profile", file(name)}, name);
            bad({"apply", file(name), "--pass", "simplify.graph", "-o", file("never.onnx")}, name);
        }
        bad({"inspect", text(m_dir.path())}, m_dir.path().filename().string());
        QVERIFY(!std::filesystem::exists(m_dir / "never.onnx"));
    }

    void interrupted() {
        // Long enough to be caught in the middle: thousands of samples, one at a time.
        writeDataset(m_dir / "many", 60000);
        const auto before = filesIn(m_dir.path());
        for (const int signal : {SIGINT, SIGTERM}) {
            CliResult result;
            // On a busy computer the program may not have begun to listen when the signal comes: again, later.
            for (int wait = 700; wait < 20'000 && result.exitCode == -1 && result.err.empty(); wait *= 3)
                result = interruptCli(
                    {"evaluate", fashion, "--data", file("many/data.json"), "--batch", "1", "--threads", "1", "--json"},
                    wait, signal);
            QVERIFY2(result.exitCode == 130 || result.exitCode == 1, result.err.c_str());
            QVERIFY2(result.seconds < 5, qPrintable(QString::number(result.seconds)));
            QCOMPARE(result.out, std::string());
            QVERIFY2(result.err.find("error: ") != std::string::npos, result.err.c_str());
        }
        QVERIFY(filesIn(m_dir.path()) == before);
    }
};

QTEST_GUILESS_MAIN(CliTest)
#include "tst_cli.moc"
