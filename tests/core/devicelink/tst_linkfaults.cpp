// SPDX-License-Identifier: GPL-3.0-or-later
// Every fault at every message of a job, in either direction: the job ends well, and no chunk that the device had said
// it has is sent again.
#include "loopbackagent.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class LinkFaultsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        LoopbackAgent agent;
        agent.runner.expected = m_bytes;
        AgentLink link(agent.opener(), quickPatience());
        LAPIDARY_VERIFY_OK(link.profile(m_model, options(), {}));
        m_clientWrites = agent.clientWrites;
        QTRY_VERIFY(agent.agentWrites > 0);
        m_agentWrites = agent.agentWrites;
        m_chunkBytes = link.transferred().chunkBytes;
        QVERIFY2(m_model.chunks().size() > 8, "more chunks than the window holds");
        QVERIFY(m_clientWrites > int(m_model.chunks().size()));
    }

    void everyMessage_data() {
        QTest::addColumn<int>("fault");
        QTest::addColumn<bool>("ofClient");
        for (const auto fault : allFaults)
            for (const bool ofClient : {true, false})
                QTest::addRow("%s, %s", faultName(fault), ofClient ? "workbench" : "agent") << int(fault) << ofClient;
    }
    void everyMessage() {
        QFETCH(int, fault);
        QFETCH(bool, ofClient);
        const int writes = ofClient ? m_clientWrites : m_agentWrites;
        // Some faults take their time to be noticed: a few messages stand for all.
        const bool slow = Fault(fault) == Fault::Silence || Fault(fault) == Fault::Lose || Fault(fault) == Fault::Delay;
        const int step = slow ? 6 : 1;
        for (int at = 0; at < writes; at += step) {
            LoopbackAgent agent;
            agent.runner.expected = m_bytes;
            const FaultPlan plan{at, Fault(fault)};
            agent.plan(ofClient ? plan : FaultPlan(), ofClient ? FaultPlan() : plan);
            AgentLink link(agent.opener(), quickPatience());
            const auto result = link.profile(m_model, options(), {});
            const auto where = QStringLiteral("message %1: %2").arg(at).arg(QString::fromStdString(problemOf(result)));
            // A greeting that never comes through is nobody there, not a device that went away.
            if (!result.ok() && agent.connections() == 1 && at < 1)
                continue;
            QVERIFY2(result.ok(), qPrintable(where));
            QCOMPARE(result->kernels.size(), std::size_t(1000));
            const auto count = link.transferred();
            QVERIFY2(count.bytesSentTwice == 0, qPrintable(where));
            QVERIFY2(count.chunksSent <= m_model.chunks().size() + 5,
                     qPrintable(where)); // the window and the one that broke
            QVERIFY2(agent.connections() <= 2, qPrintable(where));
        }
    }

    /// A line so bad that it breaks within every sixth message: each connection brings the transfer further.
    void againAndAgain() {
        LoopbackAgent agent;
        agent.runner.expected = m_bytes;
        for (int i = 0; i < 4; ++i)
            agent.plan({5, Fault::CutWithin}, {});
        AgentLink link(agent.opener(), quickPatience());
        const auto result = link.profile(m_model, options(), {});
        LAPIDARY_VERIFY_OK(result);
        QCOMPARE(agent.connections(), 5);
        QCOMPARE(link.transferred().bytesSentTwice, std::uint64_t(0));
    }

    /// A device that breaks the connection at the same point each time is not asked for ever.
    void noUse() {
        LoopbackAgent agent;
        agent.runner.expected = m_bytes;
        for (int i = 0; i < 50; ++i)
            agent.plan({1, Fault::Cut}, {});
        AgentLink link(agent.opener(), quickPatience());
        const auto result = link.profile(m_model, options(), {});
        QVERIFY(!result.ok());
        QVERIFY2(result.error().message.find("5 times in a row") != std::string::npos, result.error().message.c_str());
        QCOMPARE(agent.connections(), 5);
    }

    void staysAway() {
        LoopbackAgent agent;
        agent.runner.expected = m_bytes;
        agent.plan({10, Fault::Cut}, {});
        auto patience = quickPatience();
        patience.away = Milliseconds(700);
        auto open = agent.opener();
        int opened = 0;
        AgentLink link(
            [&](const Work& work) -> Result<ByteStreamPtr> {
                return opened++ == 0 ? open(work)
                                     : Result<ByteStreamPtr>(errorDiagnostic("link.serial", "it is not there"));
            },
            patience);
        const auto result = link.profile(m_model, options(), {});
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code, std::string("link.serial"));
        QVERIFY2(result.error().message.find("away") != std::string::npos, result.error().message.c_str());
        QVERIFY(opened > 2);
    }

    void cancelWhileAway() {
        LoopbackAgent agent;
        agent.runner.expected = m_bytes;
        agent.plan({10, Fault::Cut}, {});
        auto open = agent.opener();
        int opened = 0;
        std::stop_source stop;
        AgentLink link(
            [&](const Work& work) -> Result<ByteStreamPtr> {
                if (opened++ == 0)
                    return open(work);
                stop.request_stop();
                return errorDiagnostic("link.serial", "it is not there");
            },
            quickPatience());
        const auto result = link.profile(m_model, options(), {stop.get_token(), {}});
        QVERIFY(!result.ok());
        QVERIFY(isCancelled(result.error()));
    }

private:
    static ProfileOptions options() {
        ProfileOptions options;
        options.perNode = true;
        return options;
    }

    const std::string m_bytes = someModel(400'000);
    const OutgoingObject m_model{m_bytes};
    int m_clientWrites = 0, m_agentWrites = 0;
    std::uint64_t m_chunkBytes = 0;
};

QTEST_GUILESS_MAIN(LinkFaultsTest)
#include "tst_linkfaults.moc"
