// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/tcpsocket.h"
#include "device/link/tlsstream.h"
#include "loopbackagent.h"

#include <QTest>

#include <sys/socket.h>
#include <unistd.h>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr Milliseconds patience{3'000};

/// Accepts one connection and does the server's side of TLS.
class TlsPeer {
public:
    explicit TlsPeer(const PairingKey& key) {
        auto listener = listenTcp({"127.0.0.1", 0});
        if (!listener)
            qFatal("%s", listener.error().toString().c_str());
        m_listener = std::move(*listener);
        m_thread = std::jthread([this, key] {
            auto socket = acceptTcp(m_listener, patience);
            if (!socket)
                return;
            auto stream = startTls(std::move(socket), TlsRole::Server, key, patience);
            m_status = stream.status();
            if (stream)
                m_stream = std::move(*stream);
        });
    }
    ByteStreamPtr take() {
        m_thread.join();
        return std::move(m_stream);
    }
    const Status& status() const { return m_status; }
    Result<UniqueFd> connect() const { return connectTcp({"127.0.0.1", m_listener.port}, patience, {}); }

private:
    Listener m_listener;
    Status m_status;
    ByteStreamPtr m_stream;
    std::jthread m_thread;
};

Result<ByteStreamPtr> connectWith(const TlsPeer& peer, const PairingKey& key) {
    auto socket = peer.connect();
    return socket ? startTls(std::move(*socket), TlsRole::Client, key, patience)
                  : Result<ByteStreamPtr>(socket.status());
}

} // namespace

class TlsLinkTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void sameKey() {
        TlsPeer peer(m_key);
        auto client = connectWith(peer, m_key);
        LAPIDARY_VERIFY_OK(client);
        auto server = peer.take();
        LAPIDARY_VERIFY_OK(peer.status());
        std::string received;
        const auto bytes = someModel(2'000'000);
        std::jthread writer([&] { (void)server->write(bytes, patience); });
        while (received.size() < bytes.size()) {
            const auto part = (*client)->read(100'000, patience);
            LAPIDARY_VERIFY_OK(part);
            QVERIFY(!part->empty());
            received += *part;
        }
        QVERIFY(received == bytes);
        writer.join();
        const auto nothing = (*client)->read(10, Milliseconds(20));
        LAPIDARY_VERIFY_OK(nothing);
        QVERIFY(nothing->empty());
        server.reset();
        QCOMPARE((*client)->read(10, patience).error().code, std::string("link.closed"));
    }

    void otherKey() {
        TlsPeer peer(m_key);
        const auto client = connectWith(peer, *PairingKey::random());
        QVERIFY(!client.ok());
        QVERIFY2(client.error().code == "link.pairing", client.error().toString().c_str());
        QVERIFY(!peer.take());
        QVERIFY(!peer.status().ok());
        QVERIFY2(peer.status().error().code == "link.pairing", peer.status().error().toString().c_str());
    }

    /// Someone who speaks the protocol in plain text, or nothing at all, gets nowhere.
    void noTls() {
        TlsPeer peer(m_key);
        auto socket = peer.connect();
        LAPIDARY_VERIFY_OK(socket);
        FdStream plain(std::move(*socket));
        LAPIDARY_VERIFY_OK(plain.write(encodeFrame(1, 0, "hello, this is no TLS at all"), patience));
        QVERIFY(!peer.take());
        QCOMPARE(peer.status().error().code, std::string("link.tls"));
    }

    void silentPeer() {
        TlsPeer peer(m_key);
        const auto socket = peer.connect();
        LAPIDARY_VERIFY_OK(socket);
        QVERIFY(!peer.take());
        QCOMPARE(peer.status().error().code, std::string("link.stalled"));
    }

    void interrupted() {
        TlsPeer peer(m_key);
        auto client = connectWith(peer, m_key);
        LAPIDARY_VERIFY_OK(client);
        const auto server = peer.take();
        std::jthread waker([&] {
            std::this_thread::sleep_for(Milliseconds(50));
            (*client)->interrupt();
        });
        const auto began = std::chrono::steady_clock::now();
        QVERIFY(!(*client)->read(10, Milliseconds(10'000)).ok());
        QVERIFY(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
    }

    /// A whole job over TLS.
    void job() {
        LoopbackAgent agent;
        agent.runner.expected = someModel(500'000);
        const OutgoingObject model(agent.runner.expected);
        std::list<TlsPeer> peers;
        std::list<std::jthread> sessions;
        AgentLink link(
            [&](const Work&) {
                auto& peer = peers.emplace_back(m_key);
                auto client = connectWith(peer, m_key);
                if (!client)
                    return client;
                sessions.emplace_back(
                    [&agent, stream = peer.take()]() mutable { (void)agent.server().serve(std::move(stream)); });
                return client;
            },
            quickPatience());
        const auto profile = link.profile(model, {}, {});
        LAPIDARY_VERIFY_OK(profile);
        QCOMPARE(link.transferred().bytesSentTwice, std::uint64_t(0));
    }

private:
    const PairingKey m_key = *PairingKey::random();
};

QTEST_GUILESS_MAIN(TlsLinkTest)
#include "tst_tlslink.moc"
