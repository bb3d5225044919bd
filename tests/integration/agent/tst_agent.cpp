// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentdevice.h"
#include "agentnetworks.h"
#include "agentprogram.h"
#include "device/abcomparison.h"
#include "device/link/childstream.h"
#include "device/link/pairingkey.h"
#include "device/link/sshdeploy.h"
#include "eval/evaluator.h"
#include "loopbackagent.h"
#include "onnx/onnxwriter.h"
#include "terminalbridge.h"
#include "tests/core/eval/memorydataset.h"
#include "tests/support/fakessh.h"

#include <QTest>

#include <csignal>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

namespace {

std::string problemOfProfile(const Result<Profile>& profile, std::size_t layers) {
    if (!profile)
        return profile.error().toString() + " [" + profile.error().code + "]";
    if (profile->runsMs.size() < 6 || profile->timing.median <= 0 || profile->loadMs <= 0 ||
        profile->peakMemoryBytes == 0)
        return "numbers are missing: " + profile->toJson().dump();
    if (profile->nodes.size() < layers)
        return std::to_string(profile->nodes.size()) + " nodes have times: " + profile->toJson().dump();
    for (const auto& node : profile->nodes)
        if (node.ms <= 0 || node.share <= 0)
            return node.node + " has no time";
    return {};
}

std::unique_ptr<AgentDevice> deviceAt(const std::string& address, const std::string& key = {}) {
    auto parsed = AgentAddress::parse(address);
    if (!parsed)
        qFatal("%s", parsed.error().toString().c_str());
    return std::make_unique<AgentDevice>(std::move(*parsed), key);
}

} // namespace

class AgentTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;

    std::string execAddress(const QStringList& agent, const std::string& cache) const {
        return "exec:" + shellCommand(agent) + " --stdio --cache '" + (m_dir / cache).string() + "'";
    }

    /// The whole way with the agent that these words start, and a cable that is pulled while the model travels.
    void stick(const QStringList& agentWords, const std::string& architecture) {
        const TempDir folder;
        TerminalBridge bridge(folder.path());
        AgentProgram agent(agentWords,
                           {QStringLiteral("--serial"), QString::fromStdString(bridge.device().string() + "@921600"),
                            QStringLiteral("--cache"), QString::fromStdString((folder / "cache").string())});
        const auto device = deviceAt("serial://" + bridge.host().string() + "@921600");
        LAPIDARY_VERIFY_OK(device->refresh({}));
        QCOMPARE(device->info().state, DeviceState::Ready);
        QCOMPARE(device->info().capabilities.at("architecture"), architecture);
        const auto model = network(4, 64, 16);
        bridge.pullAfter(300'000);
        std::jthread hand([&](const std::stop_token& stop) {
            while (!stop.stop_requested() && bridge.plugged())
                std::this_thread::sleep_for(Milliseconds(5));
            std::this_thread::sleep_for(Milliseconds(500));
            if (!stop.stop_requested())
                bridge.plug();
        });
        const auto profile = device->profile(*model, shortProfile(), {});
        const auto problem = problemOfProfile(profile, 4);
        QVERIFY2(problem.empty(), problem.c_str());
        hand.join();
        QVERIFY(bridge.plugged());
        QCOMPARE(profile->environment.at("architecture"), architecture);
        // What a second profile sends is its request, not the model.
        const auto before = bridge.bytesToDevice();
        LAPIDARY_VERIFY_OK(device->profile(*model, shortProfile(false), {}));
        QVERIFY2(bridge.bytesToDevice() - before < 5000, qPrintable(QString::number(bridge.bytesToDevice() - before)));
    }

private Q_SLOTS:
    void version() {
        const auto result = runProgram({LAPIDARY_AGENT, "--version"}, {}, Milliseconds(20'000), {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->exitCode, 0);
        QVERIFY2(result->output.find("protocol 1, onnxruntime ") != std::string::npos, result->output.c_str());
        for (const auto& wrong : {std::vector<std::string>{LAPIDARY_AGENT},
                                  {LAPIDARY_AGENT, "--stdio", "--tcp", "5"},
                                  {LAPIDARY_AGENT, "--nonsense"}}) {
            const auto refused = runProgram(wrong, {}, Milliseconds(20'000), {});
            LAPIDARY_VERIFY_OK(refused);
            QCOMPARE(refused->exitCode, 2);
        }
    }

    void overExec() {
        const auto device = deviceAt(execAddress(ownAgent(), "exec"));
        QCOMPARE(device->info().kind, std::string("agent"));
        const auto model = network(3, 16, 12);
        const auto profile = device->profile(*model, shortProfile(), {});
        const auto problem = problemOfProfile(profile, 3);
        QVERIFY2(problem.empty(), problem.c_str());
        LAPIDARY_VERIFY_OK(device->refresh({}));
        QVERIFY(device->info().capabilities.at("runtime").starts_with("onnxruntime "));
    }

    /// Outputs computed there are those computed here, bit for bit: the same runtime on the same processor.
    void sameOutputs() {
        const auto model = network(2, 8, 10);
        const auto bytes = serializeOnnx(*model);
        LAPIDARY_VERIFY_OK(bytes);
        SessionOptions options;
        const auto session = openSession(std::as_bytes(std::span(*bytes)), options);
        LAPIDARY_VERIFY_OK(session);
        const auto input = makeTensor<float>({1, 8, 10, 10}, randomFloats(800, 3));
        const auto here = (*session)->run({input});
        LAPIDARY_VERIFY_OK(here);
        const auto address = AgentAddress::parse(execAddress(ownAgent(), "outputs"));
        AgentLink link([&](const Work& work) { return address->open({}, work); }, {});
        int compared = 0;
        const auto status = link.run(
            OutgoingObject(*bytes), 1, 2, [&](std::size_t) { return Result<std::vector<TensorPtr>>({input}); },
            [&](std::size_t, AgentOutputs there) -> Status {
                ++compared;
                const auto difference =
                    there.tensors.size() == 1 ? tensorsDiffer(*there.tensors[0], *(*here)[0]) : "number of outputs";
                return difference.empty() ? Status() : Status(errorDiagnostic("test", difference));
            },
            {});
        LAPIDARY_VERIFY_OK(status);
        QCOMPARE(compared, 2);
    }

    /// The runtime's own words come back, with its hint; a model it cannot load is no reason to try again.
    /// Accuracy there: the same answers as here, and neither model nor inputs travel a second time.
    void accuracy() {
        const auto device = deviceAt(execAddress(ownAgent(), "accuracy"));
        const auto model = network(3, 4, 8);
        std::vector<std::vector<float>> samples;
        for (int i = 0; i < 21; ++i)
            samples.push_back(randomFloats(4 * 8 * 8, 7 + std::uint64_t(i)));
        const MemoryDataset data({4, 8, 8}, samples);
        EvaluateOptions options;
        options.open = [&](const Model& one) { return device->openModel(one, 1, {}); };
        const auto evaluate = [&] { return evaluateModel(*model, data, options, {}, model.get()); };
        const auto first = evaluate();
        LAPIDARY_VERIFY_OK(first);
        QCOMPARE(first->samples, std::size_t(21));
        QVERIFY2(*first->sqnrDb > 100, qPrintable(QString::number(*first->sqnrDb)));
        QVERIFY(first->inferenceSeconds > 0);
        const auto sent = device->transferred();
        QVERIFY(sent.chunksSent >= 22);
        const auto second = evaluate();
        LAPIDARY_VERIFY_OK(second);
        QCOMPARE(*second->sqnrDb, *first->sqnrDb);
        QCOMPARE(device->transferred().chunksSent, sent.chunksSent);
        QCOMPARE(device->transferred().chunkBytes, sent.chunkBytes);
        QCOMPARE(sent.bytesSentTwice, std::uint64_t(0));
    }

    /// Single runs, for comparisons in turns: two models stay loaded, over one connection.
    void turns() {
        const auto device = deviceAt(execAddress(ownAgent(), "turns"));
        const auto small = network(1, 8, 16), large = network(6, 32, 32);
        ProfileOptions options;
        options.threads = 1;
        auto a = device->prepare(*small, options, {});
        LAPIDARY_VERIFY_OK(a);
        auto b = device->prepare(*large, options, {});
        LAPIDARY_VERIFY_OK(b);
        QVERIFY((*b)->firstRunMs() > 0);
        options.maxSeconds = 1;
        options.minRuns = 8;
        options.maxRuns = 30;
        const auto compared =
            compareInterleaved([&] { return (*a)->run({}); }, [&] { return (*b)->run({}); }, options, {});
        LAPIDARY_VERIFY_OK(compared);
        QVERIFY2(compared->ratio > 3, qPrintable(QString::number(compared->ratio)));
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < 10; ++i)
            LAPIDARY_VERIFY_OK((*a)->run({}));
        const auto took = std::chrono::steady_clock::now() - began;
        QVERIFY2(took < std::chrono::seconds(2), "ten runs need no ten connections");
        options.cores = {0};
        QCOMPARE(device->prepare(*small, options, {}).error().code, std::string("device.provider_options"));
    }

    void badModel() {
        ModelBuilder b;
        b.input("x", {1, 4}).node("NoSuchOperator", {"x"}, {"y"}, {}, "odd").output("y");
        const auto device = deviceAt(execAddress(ownAgent(), "bad"));
        const auto profile = device->profile(*b.build(), shortProfile(), {});
        QVERIFY(!profile.ok());
        QCOMPARE(profile.error().code, std::string("runtime.load"));
        QVERIFY(profile.error().message.find("NoSuchOperator") != std::string::npos);
        QCOMPARE(device->info().state, DeviceState::Ready);
    }

    void noSuchProgram() {
        const auto device = deviceAt("exec:/no/such/lapidary-agent --stdio");
        const auto status = device->refresh({});
        QVERIFY(!status.ok());
        QVERIFY2(status.error().message.find("127") != std::string::npos, status.error().message.c_str());
        QVERIFY(!status.error().hint.empty());
        QCOMPARE(device->info().state, DeviceState::Offline);
        QVERIFY(!device->info().stateReason.empty());
    }

    void cancel() {
        const auto device = deviceAt(execAddress(ownAgent(), "cancel"));
        auto options = shortProfile(false);
        options.maxSeconds = 60;
        options.minRuns = options.maxRuns = 100'000;
        std::stop_source stop;
        const auto progress = Progress::root();
        std::chrono::steady_clock::time_point asked;
        std::jthread canceller([&] {
            while (progress.snapshot().label != "Timing")
                std::this_thread::sleep_for(Milliseconds(5));
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        const auto profile = device->profile(*network(4, 32, 24), options, {stop.get_token(), progress});
        canceller.join();
        const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - asked).count();
        QVERIFY(!profile.ok());
        QVERIFY(isCancelled(profile.error()));
        QVERIFY2(took < 1000, qPrintable(QString::number(took))); // with the end of the program
    }

    void overTcp() {
        const TempDir folder;
        AgentProgram agent(ownAgent(), {QStringLiteral("--tcp"), QStringLiteral("0"), QStringLiteral("--cache"),
                                        QString::fromStdString(folder.path().string())});
        const auto listening = agent.said("listening on ");
        QVERIFY2(listening.starts_with("127.0.0.1 port "), listening.c_str());
        const auto address = "tcp://127.0.0.1:" + listening.substr(listening.rfind(' ') + 1);
        const auto key = agent.said("pairing key: ");
        QCOMPARE(deviceAt(address)->refresh({}).error().code, std::string("link.key"));
        const auto stranger = deviceAt(address, PairingKey::random()->text());
        QCOMPARE(stranger->refresh({}).error().code, std::string("link.pairing"));
        QCOMPARE(stranger->info().state, DeviceState::Error);
        const auto device = deviceAt(address, key);
        const auto profile = device->profile(*network(3, 16, 12), shortProfile(), {});
        const auto problem = problemOfProfile(profile, 3);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void pulledStick() {
        stick(ownAgent(), runProgram({"uname", "-m"}, {}, Milliseconds(5000), {})->output.substr(0, 6));
    }

    /// Another architecture, from the first greeting to times of layers.
    void pulledStickArm64() {
        std::string reason;
        const auto words = arm64Agent(reason);
        if (words.isEmpty())
            QSKIP(reason.c_str());
        stick(words, "aarch64");
    }

    /// The agent dies in the middle of a run; the link starts another and the job ends.
    void diesInARun() {
        const auto pidFile = m_dir / "pid";
        const auto command =
            "exec:echo $$ > '" + pidFile.string() + "'; exec " + execAddress(ownAgent(), "dies").substr(5);
        const auto device = deviceAt(command);
        const auto progress = Progress::root();
        auto options = shortProfile(false);
        options.maxSeconds = 1.5;
        options.minRuns = 1;
        options.relativeWidth = 1e-6;
        options.maxRuns = 4000;
        std::jthread killer([&] {
            while (progress.snapshot().label != "Timing")
                std::this_thread::sleep_for(Milliseconds(5));
            ::kill(pid_t(std::stoi(readFile(pidFile))), SIGKILL);
        });
        const auto profile = device->profile(*network(4, 32, 24), options, {{}, progress});
        LAPIDARY_VERIFY_OK(profile);
        killer.join();
    }

    void deploy() {
        const FakeSsh ssh;
        const auto files = [](const std::string&) -> Result<AgentFiles> {
            return AgentFiles{LAPIDARY_AGENT, LAPIDARY_RUNTIME};
        };
        std::vector<std::string> steps;
        const auto step = [&](const DeployStep& done) {
            if (!done.detail.empty())
                steps.push_back(done.name + ": " + done.detail);
        };
        const auto info = deployAgent(*AgentAddress::parse("ssh://pi@board"), files, step, {});
        LAPIDARY_VERIFY_OK(info);
        QCOMPARE(steps.size(), std::size_t(5));
        const auto target = ssh.home() / agentFolderOnDevice;
        QVERIFY(readFile(target / "lapidary-agent") == readFile(LAPIDARY_AGENT));
        steps.clear();
        LAPIDARY_VERIFY_OK(deployAgent(*AgentAddress::parse("ssh://pi@board"), files, step, {}));
        QVERIFY2(steps[2].find("already there") != std::string::npos, steps[2].c_str());
        const auto device = deviceAt("ssh://pi@board");
        const auto problem = problemOfProfile(device->profile(*network(2, 8, 8), shortProfile(), {}), 2);
        QVERIFY2(problem.empty(), problem.c_str());

        const auto refused = deployAgent(*AgentAddress::parse("ssh://other@board"), files, {}, {});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("deploy.connect"));
        QVERIFY2(refused.error().message.find("Connect over ssh") != std::string::npos &&
                     refused.error().hint.find("ssh-copy-id") != std::string::npos,
                 refused.error().toString().c_str());
        const auto missing = [](const std::string&) -> Result<AgentFiles> {
            return AgentFiles{"/no/such/file", LAPIDARY_RUNTIME};
        };
        QCOMPARE(deployAgent(*AgentAddress::parse("ssh://pi@board"), missing, {}, {}).error().code,
                 std::string("deploy.copy"));
    }
};

QTEST_GUILESS_MAIN(AgentTest)
#include "tst_agent.moc"
