// SPDX-License-Identifier: GPL-3.0-or-later
// Peers that do not keep to the protocol, on either side: the session ends or the request is refused, nothing hangs,
// nothing is written outside of the cache.
#include "loopbackagent.h"
#include "rawpeer.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class HostilePeersTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void versionMismatch_data() {
        QTest::addColumn<int>("low");
        QTest::addColumn<int>("high");
        QTest::addColumn<bool>("fits");
        QTest::newRow("same") << 1 << 1 << true;
        QTest::newRow("newer that knows ours") << 1 << 9 << true;
        QTest::newRow("too new") << 7 << 9 << false;
        QTest::newRow("too old") << 0 << 0 << false;
        QTest::newRow("nonsense") << 5 << 1 << false;
    }
    void versionMismatch() {
        QFETCH(int, low);
        QFETCH(int, high);
        QFETCH(bool, fits);
        LoopbackAgent agent;
        RawPeer peer(agent);
        peer.sendHello(low, high);
        const auto answer = peer.receive();
        QVERIFY(answer.has_value());
        QCOMPARE(int(answer->type), fits ? welcomeType : problemType);
        if (fits)
            return;
        QCOMPARE(RawPeer::problemCode(*answer), std::string("link.version"));
        QVERIFY(!peer.receive().has_value());
        QTRY_COMPARE(agent.lastSession().ok() ? std::string() : agent.lastSession().error().code,
                     std::string("link.version"));
    }

    void agentOfAnotherVersion() {
        for (const int protocol : {0, 2, 99}) {
            auto [mine, other] = streamPair();
            std::jthread fake(
                [other = std::move(other), protocol]() mutable { RawPeer::answerHello(*other, protocol); });
            const auto client = AgentClient::connect(std::move(mine), quickTiming(), {});
            QVERIFY(!client.ok());
            QCOMPARE(client.error().code, std::string("link.version"));
            QVERIFY(!client.error().hint.empty());
        }
    }

    void beforeTheGreeting() {
        LoopbackAgent agent;
        RawPeer peer(agent);
        for (int type = 2; type < 30; ++type)
            if (type != goodbyeType)
                peer.send(type, "x");
        peer.sendHello(1, 1);
        const auto answer = peer.receive();
        QVERIFY(answer.has_value());
        QCOMPARE(int(answer->type), welcomeType);
    }

    /// After the greeting, garbage in any message ends the session with a reason.
    void garbageMessages() {
        for (int type = 2; type < 40; ++type) {
            if (type == pingType || type == goodbyeType)
                continue;
            LoopbackAgent agent;
            RawPeer peer(agent);
            peer.greet();
            peer.send(type, "\xff\xff\xff garbage");
            const auto answer = peer.receive();
            QVERIFY2(answer.has_value(), qPrintable(QString::number(type)));
            QCOMPARE(int(answer->type), problemType);
            QCOMPARE(RawPeer::problemCode(*answer), std::string("link.protocol"));
            QVERIFY(!peer.receive().has_value());
        }
    }

    void pathsInHashes() {
        LoopbackAgent agent;
        RawPeer peer(agent);
        peer.greet();
        peer.sendOffer("../../../../../../../../tmp/x", 5000, 1);
        const auto answer = peer.receive();
        QVERIFY(answer.has_value());
        QCOMPARE(int(answer->type), problemType);
        QVERIFY(!peer.receive().has_value());
        LoopbackAgent other;
        RawPeer second(other);
        second.greet();
        second.sendProfile("../../etc/passwd");
        const auto refused = second.receive();
        QVERIFY(refused.has_value());
        QCOMPARE(RawPeer::problemCode(*refused), std::string("agent.no_model"));
        second.sendProfile(std::string(32, '/'));
        QCOMPARE(RawPeer::problemCode(*second.receive()), std::string("agent.no_model"));
    }

    void tooLarge() {
        LoopbackAgent agent;
        RawPeer peer(agent);
        peer.greet();
        peer.sendOffer(std::string(32, 'h'), std::uint64_t(1) << 50, 1u << 30);
        QCOMPARE(RawPeer::problemCode(*peer.receive()), std::string("agent.too_large"));
        peer.sendOffer(std::string(32, 'h'), 70'000, 1); // the session goes on, but this is impossible
        QCOMPARE(RawPeer::problemCode(*peer.receive()), std::string("link.protocol"));
    }

    void silentAfterGreeting() {
        LoopbackAgent agent;
        RawPeer peer(agent);
        peer.greet();
        QTRY_COMPARE_WITH_TIMEOUT(agent.lastSession().ok() ? std::string() : agent.lastSession().error().code,
                                  std::string("link.silent"), 3000);
    }

    /// Bytes that trickle in are not a frame on its way.
    void trickle() {
        LoopbackAgent agent;
        RawPeer peer(agent);
        peer.greet();
        std::jthread drip([&](const std::stop_token& stop) {
            const auto frame = encodeFrame(9, 1, std::string(60'000, 'x'));
            for (std::size_t i = 0; i < frame.size() && !stop.stop_requested(); ++i) {
                if (!peer.write(frame.substr(i, 1)).ok())
                    return;
                std::this_thread::sleep_for(Milliseconds(20));
            }
        });
        QTRY_COMPARE_WITH_TIMEOUT(agent.lastSession().ok() ? std::string() : agent.lastSession().error().code,
                                  std::string("link.silent"), 3000);
    }

    /// The peer is gone in the middle of a run: the run is cancelled and the agent free again.
    void vanishesInARun() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(50'000);
        agent.runner.runTime = Milliseconds(1);
        const OutgoingObject model(agent.runner.expected);
        AgentLink link(agent.opener(), quickPatience());
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
        agent.runner.runTime = Milliseconds(60'000);
        const int before = agent.runner.started;
        {
            RawPeer peer(agent);
            peer.greet();
            peer.sendProfile(model.hash());
            QTRY_COMPARE(agent.runner.started.load(), before + 1);
        }
        agent.runner.runTime = Milliseconds(1);
        QTRY_VERIFY(link.profile(model, {}, {}).ok());
    }

    /// Agents that answer with nonsense: the client ends with a diagnostic.
    void lyingAgents() {
        const OutgoingObject model(someModel(50'000));
        for (int type = 2; type < 30; ++type) {
            if (type == pingType)
                continue;
            auto [mine, other] = streamPair();
            std::jthread fake([other = std::move(other), type]() mutable {
                RawPeer::answerHello(*other, 1);
                for (int i = 0; i < 3; ++i)
                    (void)other->write(encodeFrame(std::uint8_t(type), std::uint32_t(i + 1), "\xff garbage"),
                                       Milliseconds(1000));
                while (other->read(10'000, Milliseconds(1000)).ok()) {
                }
            });
            const auto client = AgentClient::connect(std::move(mine), quickTiming(), {});
            LAPIDARY_VERIFY_OK(client);
            TransferCount count;
            const auto status = (*client)->send(model, count, {});
            QVERIFY2(!status.ok(), qPrintable(QString::number(type)));
            QVERIFY2(
                status.error().code == "link.protocol" || status.error().code == "link.silent",
                qPrintable(QStringLiteral("%1: %2").arg(type).arg(QString::fromStdString(status.error().toString()))));
        }
    }
};

QTEST_GUILESS_MAIN(HostilePeersTest)
#include "tst_hostilepeers.moc"
