// SPDX-License-Identifier: GPL-3.0-or-later
// The real agent over real TCP and TLS, on a network that loses packets, is slow, and is cut.
#include "agentnetworks.h"
#include "agentprogram.h"
#include "device/link/address.h"
#include "device/link/agentlink.h"
#include "onnx/onnxwriter.h"
#include "tests/support/testsupport.h"
#include "tunwire.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>

#include <set>

using namespace lapidary;
using namespace lapidary::test;

class AgentNetworkTest : public TestCase {
    Q_OBJECT

public:
    explicit AgentNetworkTest(std::string reason) : m_reason(std::move(reason)) {}

private:
    static constexpr double loss = 0.02;
    static constexpr Milliseconds delay{50}; // each way

    void begin() {
        m_wire = std::make_unique<TunWire>(7);
        QVERIFY2(m_wire->problem().empty(), m_wire->problem().c_str());
        m_folder = std::make_unique<TempDir>();
        m_agent = std::make_unique<AgentProgram>(
            ownAgent(),
            QStringList{QStringLiteral("--tcp"), QStringLiteral("%1:0").arg(QLatin1String(TunWire::farAddress)),
                        QStringLiteral("--cache"), QString::fromStdString(m_folder->path().string())},
            [wire = m_wire.get()] { wire->enterFar(); });
        const auto listening = m_agent->said("listening on ");
        m_address = "tcp://" + std::string(TunWire::farAddress) + ":" + listening.substr(listening.rfind(' ') + 1);
        m_key = m_agent->said("pairing key: ");
        QVERIFY2(!m_key.empty(), listening.c_str());
        m_wire->setQuality(loss, delay);
        m_connections = 0;
    }

    StreamOpener opener() {
        const auto address = AgentAddress::parse(m_address);
        return [this, address = address.value()](const Work& work) {
            ++m_connections;
            return address.open(m_key, work);
        };
    }

    /// A hand that mends the wire some time after it was cut.
    std::jthread mendAfter(Milliseconds time) {
        return std::jthread([this, time](const std::stop_token& stop) {
            while (!stop.stop_requested() && !m_wire->isCut())
                std::this_thread::sleep_for(Milliseconds(5));
            std::this_thread::sleep_for(time);
            m_wire->mend();
        });
    }

    /// Every part went out once, but those that were on the way when a connection broke: some of them went twice, and
    /// of some that arrived the answer did not.
    std::string problemOfCount(const TransferCount& count, std::size_t mayRepeat) const {
        if (count.bytesSentTwice != 0)
            return std::to_string(count.bytesSentTwice) + " bytes of finished chunks went out again";
        if (count.chunksStored > m_distinct || count.chunksStored + mayRepeat < m_distinct)
            return std::to_string(count.chunksStored) + " of " + std::to_string(m_distinct) + " chunks are stored";
        if (count.chunksSent < m_distinct || count.chunksSent > m_distinct + mayRepeat)
            return std::to_string(count.chunksSent) + " chunks went out, of " + std::to_string(m_distinct);
        return {};
    }

    std::string m_reason, m_address, m_key;
    std::unique_ptr<TunWire> m_wire;
    std::unique_ptr<TempDir> m_folder;
    std::unique_ptr<AgentProgram> m_agent;
    std::atomic<int> m_connections = 0;
    const std::string m_bytes = serializeOnnx(*network(4, 128, 8)).value();
    const OutgoingObject m_model{m_bytes};
    std::size_t m_distinct = 0;
    static constexpr std::size_t window = 32; // of the agent

private Q_SLOTS:
    void initTestCase() {
        if (!m_reason.empty())
            QSKIP(m_reason.c_str());
        const TunWire wire(1);
        if (!wire.problem().empty())
            QSKIP(wire.problem().c_str());
        std::set<std::string> hashes;
        for (const auto& chunk : m_model.chunks())
            hashes.insert(chunk.hash);
        m_distinct = hashes.size();
        QVERIFY2(m_distinct > 2 * window, "more chunks than may be on the way");
    }
    void init() {
        failOnWarnings();
        begin();
    }
    void cleanup() {
        m_agent.reset();
        m_wire.reset();
    }

    void lossAndDelay() {
        AgentLink link(opener(), {});
        const auto result = link.profile(m_model, shortProfile(), {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(result->kernels.size() >= 4);
        QCOMPARE(m_connections.load(), 1);
        const auto problem = problemOfCount(link.transferred(), 0);
        QVERIFY2(problem.empty(), problem.c_str());
        QVERIFY2(m_wire->lost() > 5, "the wire was a bad one");
        // Counted outside of the program as well: what the model needs, what TCP sent again, and headers.
        const auto went = double(m_wire->bytesToFar()), needed = double(link.transferred().chunkBytes);
        QVERIFY2(went > needed && went < 1.25 * needed + 100'000, qPrintable(QString::number(went / needed)));
        const auto before = m_wire->bytesToFar();
        LAPIDARY_VERIFY_OK(link.profile(m_model, shortProfile(false), {}));
        QVERIFY2(m_wire->bytesToFar() - before < 40'000, "the model does not travel again");
    }

    void cutInTransfer_data() {
        QTest::addColumn<int>("milliseconds");
        QTest::newRow("shorter than the patience of both") << 2'000;
        QTest::newRow("longer than both wait") << 13'000;
    }
    void cutInTransfer() {
        QFETCH(int, milliseconds);
        LinkPatience patience;
        patience.timing.silence = Milliseconds(4'000);
        patience.timing.heartbeat = Milliseconds(1'000);
        AgentLink link(opener(), patience);
        m_wire->cutAfter(std::int64_t(m_bytes.size() / 2));
        const auto hand = mendAfter(Milliseconds(milliseconds));
        QElapsedTimer clock;
        clock.start();
        const auto result = link.profile(m_model, shortProfile(), {});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY2(clock.elapsed() < milliseconds + 25'000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(result->kernels.size() >= 4);
        QVERIFY2(milliseconds < 4'000 ? m_connections == 1 : m_connections > 1,
                 qPrintable(QString::number(m_connections)));
        const auto problem = problemOfCount(link.transferred(), m_connections > 1 ? window + 1 : 0);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    void cutInARun() {
        LinkPatience patience;
        patience.timing.silence = Milliseconds(4'000);
        patience.timing.heartbeat = Milliseconds(1'000);
        AgentLink link(opener(), patience);
        auto options = shortProfile(false);
        options.maxSeconds = 1.5;
        options.minRuns = 1;
        options.relativeWidth = 1e-9; // never exact enough: the time is used up
        options.maxRuns = 100'000;
        const auto progress = Progress::root();
        std::jthread knife([&](const std::stop_token& stop) {
            while (!stop.stop_requested() && progress.snapshot().label != "Timing")
                std::this_thread::sleep_for(Milliseconds(5));
            m_wire->cut();
        });
        const auto hand = mendAfter(Milliseconds(6'000));
        const auto result = link.profile(m_model, options, {{}, progress});
        LAPIDARY_VERIFY_OK(result);
        QVERIFY(m_connections > 1);
        QVERIFY(!result->profile.runsMs.empty());
        const auto problem = problemOfCount(link.transferred(), 0);
        QVERIFY2(problem.empty(), problem.c_str());
    }

    /// The work fails when the device stays away, and what it had received counts for whoever comes next.
    void cutForGood() {
        LinkPatience patience;
        patience.timing.silence = Milliseconds(3'000);
        patience.timing.heartbeat = Milliseconds(1'000);
        patience.away = Milliseconds(3'000);
        AgentLink link(opener(), patience);
        m_wire->cutAfter(std::int64_t(m_bytes.size() / 2));
        QElapsedTimer clock;
        clock.start();
        const auto result = link.profile(m_model, shortProfile(), {});
        QVERIFY2(clock.elapsed() < 30'000, qPrintable(QString::number(clock.elapsed())));
        QVERIFY(!result.ok());
        QVERIFY2(result.error().message.find("away") != std::string::npos, result.error().toString().c_str());
        const auto first = link.transferred();
        QVERIFY2(first.chunksStored > 5 && first.chunksStored < m_distinct, "it was in the middle");
        m_wire->mend();
        AgentLink next(opener(), {});
        Status reached = next.contact({}).status();
        for (int i = 0; i < 20 && !reached; ++i) { // the agent has not given up the first one yet
            QTest::qWait(500);
            reached = next.contact({}).status();
        }
        LAPIDARY_VERIFY_OK(reached);
        LAPIDARY_VERIFY_OK(next.profile(m_model, shortProfile(), {}));
        const auto second = next.transferred();
        QVERIFY2(second.chunksSent <= m_distinct - first.chunksStored, "only what was lacking");
    }

    void cancelWhileCut() {
        AgentLink link(opener(), {});
        m_wire->cutAfter(std::int64_t(m_bytes.size() / 2));
        std::stop_source stop;
        std::atomic<std::chrono::steady_clock::time_point> asked{};
        std::jthread hand([&] {
            while (!m_wire->isCut())
                std::this_thread::sleep_for(Milliseconds(5));
            std::this_thread::sleep_for(Milliseconds(1'000));
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        const auto result = link.profile(m_model, shortProfile(), {stop.get_token(), {}});
        const auto took = std::chrono::steady_clock::now() - asked.load();
        QVERIFY(!result.ok());
        QVERIFY2(isCancelled(result.error()), result.error().toString().c_str());
        QVERIFY2(took < Milliseconds(2'000),
                 qPrintable(QString::number(std::chrono::duration_cast<Milliseconds>(took).count())));
    }
};

int main(int argc, char** argv) {
    auto reason = TunWire::isolate();
    QCoreApplication app(argc, argv);
    AgentNetworkTest test(std::move(reason));
    return QTest::qExec(&test, argc, argv);
}

#include "tst_agentnetwork.moc"
