// SPDX-License-Identifier: GPL-3.0-or-later
// The link over a pseudo-terminal, which is what a serial line is to both programs: raw bytes, hang-ups, leftovers.
#include "device/link/serialport.h"
#include "loopbackagent.h"
#include "pseudoterminal.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class SerialLinkTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void everyByteValue() {
        PseudoTerminal terminal;
        auto line = openSerial({terminal.name(), 921600});
        LAPIDARY_VERIFY_OK(line);
        std::string all;
        for (int i = 0; i < 1024; ++i)
            all += char(i);
        LAPIDARY_VERIFY_OK((*line)->write(all, Milliseconds(1000)));
        QCOMPARE(terminal.read(all.size()), all);
        terminal.write(all);
        std::string back;
        while (back.size() < all.size()) {
            const auto part = (*line)->read(4096, Milliseconds(2000));
            LAPIDARY_VERIFY_OK(part);
            QVERIFY(!part->empty());
            back += *part;
        }
        QVERIFY(back == all);
    }

    void job() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(500'000);
        const OutgoingObject model(agent.runner.expected);
        PseudoTerminal terminal;
        std::jthread device([&] { (void)agent.server().serve(terminal.takeDeviceEnd()); });
        AgentLink link([&](const Work&) { return openSerial({terminal.name(), 921600}); }, quickPatience());
        const auto profile = link.profile(model, {}, {});
        LAPIDARY_VERIFY_OK(profile);
        QCOMPARE(link.transferred().bytesSentTwice, std::uint64_t(0));
        QCOMPARE(link.transferred().chunksStored, model.chunks().size());
    }

    /// The line still holds what an earlier session left: half a frame, and a whole one of another numbering.
    void leftovers() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(100'000);
        const OutgoingObject model(agent.runner.expected);
        PseudoTerminal terminal;
        auto end = terminal.takeDeviceEnd();
        LAPIDARY_VERIFY_OK(end->write(encodeFrame(4, 9, std::string(5000, 'x')).substr(0, 3000), Milliseconds(1000)));
        std::jthread device([&] { (void)agent.server().serve(std::move(end)); });
        AgentLink link([&](const Work&) { return openSerial({terminal.name(), 921600}); }, quickPatience());
        LAPIDARY_VERIFY_OK(link.profile(model, {}, {}));
    }

    /// The cable is pulled: the terminal hangs up.
    void hangUp() {
        auto terminal = std::make_unique<PseudoTerminal>();
        auto line = openSerial({terminal->name(), 115200});
        LAPIDARY_VERIFY_OK(line);
        std::jthread puller([&] {
            std::this_thread::sleep_for(Milliseconds(50));
            terminal.reset();
        });
        const auto bytes = (*line)->read(10, Milliseconds(5000));
        QVERIFY(!bytes.ok());
        QCOMPARE(bytes.error().code, std::string("link.closed"));
    }
};

QTEST_GUILESS_MAIN(SerialLinkTest)
#include "tst_seriallink.moc"
