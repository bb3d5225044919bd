// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/fdstream.h"
#include "loopbackagent.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

using Clock = std::chrono::steady_clock;

class LinkTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void handshake() {
        LoopbackAgent agent;
        AgentLink link(agent.opener(), quickPatience());
        const auto info = link.contact({});
        LAPIDARY_VERIFY_OK(info);
        QCOMPARE(info->protocol, linkProtocol);
        QCOMPARE(info->architecture, std::string("test64"));
        QCOMPARE(info->cores, 3);
        QCOMPARE(info->window, std::size_t(4));
        const auto capabilities = info->capabilities();
        QCOMPARE(capabilities.at("precisions"), std::string("float32, int8 (in the test)"));
        QCOMPARE(capabilities.at("governor"), std::string("none"));
        QTRY_VERIFY(agent.lastSession().ok());
    }

    void profile() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(700'000);
        const OutgoingObject model(agent.runner.expected);
        AgentLink link(agent.opener(), quickPatience());
        ProfileOptions options;
        options.perNode = true;
        options.threads = 2;
        const auto result = link.profile(model, options, {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(result->profile.threads, 2);
        QCOMPARE(result->profile.timing.median, 2.0);
        QCOMPARE(result->profile.runsMs.size(), std::size_t(7));
        QCOMPARE(result->kernels.size(), std::size_t(1000));
        QCOMPARE(result->kernels[999].node, std::string("node999"));
        QCOMPARE(result->kernels[999].microseconds, 999.0);
        QCOMPARE(result->profile.environment.at("cpu"), std::string("Loopback"));
        const auto first = link.transferred();
        QCOMPARE(first.chunksSent, model.chunks().size());
        QCOMPARE(first.chunksStored, model.chunks().size());
        QVERIFY2(first.chunkBytes < model.size() * 85 / 100, "it was compressed");
        LAPIDARY_VERIFY_OK(link.profile(model, options, {}));
        QCOMPARE(link.transferred().chunksSent, first.chunksSent);
    }

    /// Everything the device knows it got stays known when its power fails, and is not sent again.
    void restartBetween() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(700'000);
        const OutgoingObject model(agent.runner.expected);
        AgentLink link(agent.opener(), quickPatience());
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
        const auto sent = link.transferred().chunksSent;
        agent.restart();
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
        QCOMPARE(link.transferred().chunksSent, sent);
    }

    void runs() {
        LoopbackAgent agent;
        const OutgoingObject model(someModel(50'000));
        AgentLink link(agent.opener(), quickPatience());
        const auto input = makeTensor<float>({2, 100'000}, std::vector<float>(200'000, 0.25f));
        std::vector<std::size_t> taken;
        const auto status = link.run(
            model, 1, 3,
            [&](std::size_t) {
                return Result<std::vector<TensorPtr>>({input, makeScalar<std::int64_t>(7)});
            },
            [&](std::size_t index, AgentOutputs outputs) -> Status {
                if (outputs.tensors.size() != 2 || !tensorsDiffer(*outputs.tensors[0], *input).empty())
                    return errorDiagnostic("test", "other outputs");
                taken.push_back(index);
                return {};
            },
            {});
        LAPIDARY_VERIFY_OK(status);
        QCOMPARE(taken, (std::vector<std::size_t>{0, 1, 2}));
        QVERIFY2(link.transferred().chunksSent <= model.chunks().size() + 4, "the same inputs travel once");
    }

    /// A failure of the model is told and leaves the agent as it was; it does not make the link try again.
    void failuresOfTheModel() {
        LoopbackAgent agent;
        agent.runner.expected = "another";
        const OutgoingObject model(someModel(50'000));
        AgentLink link(agent.opener(), quickPatience());
        const auto result = link.profile(model, {}, {});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("runtime.load"));
        QCOMPARE(agent.connections(), 1);
        agent.runner.dies = true;
        const auto thrown = link.profile(model, {}, {});
        QCOMPARE(thrown.error().code, std::string("agent.failed"));
        QVERIFY(thrown.error().message.find("the runtime threw") != std::string::npos);
        agent.runner.dies = false;
        agent.runner.expected = someModel(50'000);
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
    }

    void cancelARun() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(50'000);
        agent.runner.runTime = Milliseconds(60'000);
        const OutgoingObject model(agent.runner.expected);
        AgentLink link(agent.opener(), quickPatience());
        std::stop_source stop;
        Clock::time_point asked;
        std::jthread canceller([&] {
            while (agent.runner.started == 0)
                std::this_thread::sleep_for(Milliseconds(1));
            std::this_thread::sleep_for(Milliseconds(50));
            asked = Clock::now();
            stop.request_stop();
        });
        const auto result = link.profile(model, {}, {stop.get_token(), {}});
        const auto took = std::chrono::duration_cast<Milliseconds>(Clock::now() - asked).count();
        QVERIFY(!result.ok());
        QVERIFY(isCancelled(result.error()));
        QVERIFY2(took < 200, qPrintable(QStringLiteral("%1 ms").arg(took)));
        QCOMPARE(agent.runner.ended.load(), 0);
        agent.runner.runTime = Milliseconds(1);
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
    }

    void progressOfARun() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(50'000);
        agent.runner.runTime = Milliseconds(800);
        const OutgoingObject model(agent.runner.expected);
        AgentLink link(agent.opener(), quickPatience());
        const auto progress = Progress::root();
        double last = 0;
        std::atomic<bool> done = false;
        std::jthread watcher([&] {
            while (!done) {
                last = std::max(last, progress.snapshot().fraction);
                std::this_thread::sleep_for(Milliseconds(10));
            }
        });
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {{}, progress}));
        done = true;
        watcher.join();
        QVERIFY2(last > 0.45 && last < 1, qPrintable(QString::number(last)));
    }

    void oneAtATime() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(50'000);
        agent.runner.runTime = Milliseconds(60'000);
        const OutgoingObject model(agent.runner.expected);
        AgentLink first(agent.opener(), quickPatience());
        AgentLink second(agent.opener(), quickPatience());
        std::stop_source stop;
        std::jthread working([&] { (void)first.profile(model, {}, {stop.get_token(), {}}); });
        QTRY_COMPARE(agent.runner.started.load(), 1);
        const auto refused = second.contact({});
        QVERIFY(!refused.ok());
        QCOMPARE(refused.error().code, std::string("agent.busy"));
        stop.request_stop();
        working.join();
        QTRY_VERIFY(second.contact({}).ok());
    }

    void nobodyThere() {
        std::vector<ByteStreamPtr> others;
        AgentLink link(
            [&](const Work&) -> Result<ByteStreamPtr> {
                auto [mine, other] = streamPair();
                others.push_back(std::move(other));
                return std::move(mine);
            },
            quickPatience());
        const auto began = Clock::now();
        const auto info = link.contact({});
        QVERIFY(!info.ok());
        QCOMPARE(info.error().code, std::string("link.silent"));
        QVERIFY(!info.error().hint.empty());
        QVERIFY(Clock::now() - began < std::chrono::seconds(4));
    }

    /// What a shell says instead of an agent is shown.
    void anotherProgram() {
        std::vector<ByteStreamPtr> others;
        AgentLink link(
            [&](const Work&) -> Result<ByteStreamPtr> {
                auto [mine, other] = streamPair();
                (void)other->write("BusyBox v1.36 login: ", Milliseconds(100));
                others.push_back(std::move(other));
                return std::move(mine);
            },
            quickPatience());
        const auto info = link.contact({});
        QVERIFY(!info.ok());
        QVERIFY2(info.error().message.find("BusyBox") != std::string::npos, info.error().message.c_str());
    }

    void cannotConnect() {
        int attempts = 0;
        AgentLink link(
            [&](const Work&) -> Result<ByteStreamPtr> {
                ++attempts;
                return errorDiagnostic("link.connect", "refused");
            },
            quickPatience());
        QCOMPARE(link.contact({}).error().code, std::string("link.connect"));
        QCOMPARE(attempts, 1);
    }
};

QTEST_GUILESS_MAIN(LinkTest)
#include "tst_link.moc"
