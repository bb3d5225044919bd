// SPDX-License-Identifier: GPL-3.0-or-later
#include "serving.h"

#include "device/link/agentserver.h"
#include "device/link/cachefiles.h"
#include "device/link/serialport.h"
#include "device/link/tcpsocket.h"
#include "device/link/tlsstream.h"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <list>
#include <thread>
#include <unistd.h>

namespace lapidary::agent {

namespace {

std::atomic<bool> endAsked = false;
extern "C" void onSignal(int) {
    endAsked = true;
}

constexpr Milliseconds acceptWait{200};
constexpr Milliseconds handshakePatience{10'000};
constexpr std::size_t mostPeers = 8; ///< greeted at once; one of them is served

void log(const Status& status) {
    if (!status)
        std::fprintf(stderr, "lapidary-agent: a session ended: %s\n", status.error().toString().c_str());
}

/// Asks for a stop when a signal came.
class SignalWatch {
public:
    SignalWatch() {
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            std::signal(signal, onSignal);
        m_thread = std::jthread([this](const std::stop_token& own) {
            while (!own.stop_requested() && !endAsked)
                std::this_thread::sleep_for(Milliseconds(100));
            m_source.request_stop();
        });
    }
    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::jthread m_thread;
};

/// The runtime and its libraries must not write into the stream: they get standard error for an output.
Status serveStdio(AgentServer& server, const std::stop_token& stop) {
    UniqueFd in(::dup(STDIN_FILENO)), out(::dup(STDOUT_FILENO));
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    return server.serve(std::make_unique<FdStream>(std::move(in), std::move(out)), stop);
}

Status serveSerial(AgentServer& server, const Options& options, const std::stop_token& stop) {
    const auto address = parseSerialAddress(options.serial);
    if (!address)
        return errorDiagnostic("agent.usage", "'" + options.serial + "' is no serial line",
                               "Write --serial /dev/ttyGS0@921600.");
    bool opened = false;
    while (!stop.stop_requested()) {
        auto line = openSerial(*address);
        if (!line && !opened)
            return line.status();
        if (!line) { // unplugged; it may come back
            std::this_thread::sleep_for(Milliseconds(300));
            continue;
        }
        opened = true;
        const auto status = server.serve(std::move(*line), stop);
        if (!status && status.error().code != "link.silent")
            log(status);
        if (options.once && (status.ok() || status.error().code != "link.silent"))
            return status;
    }
    return {};
}

struct Peer {
    std::atomic<bool> ended = false;
    std::jthread thread;
};

Status serveTcp(AgentServer& server, const Options& options, const std::stop_token& stop) {
    const auto address = parseTcpAddress(options.tcp);
    if (!address)
        return errorDiagnostic("agent.usage", "'" + options.tcp + "' is no port",
                               "Write --tcp 5577 or --tcp 0.0.0.0:5577.");
    if (auto status = makePrivateFolder(options.cache); !status)
        return status;
    const auto key = PairingKey::fromFile(options.cache / "pairing.key");
    if (!key)
        return key.status();
    const auto listener = listenTcp(*address);
    if (!listener)
        return listener.status();
    std::fprintf(stderr, "lapidary-agent: listening on %s port %d\npairing key: %s\n", address->host.c_str(),
                 listener->port, key->text().c_str());
    std::atomic<bool> served = false;
    std::list<Peer> peers;
    while (!stop.stop_requested() && !(options.once && served)) {
        peers.remove_if([](const Peer& peer) { return peer.ended.load(); });
        auto socket = acceptTcp(*listener, acceptWait);
        if (!socket || peers.size() >= mostPeers)
            continue;
        auto& peer = peers.emplace_back();
        peer.thread = std::jthread([&, socket = std::move(socket)]() mutable {
            auto stream = startTls(std::move(socket), TlsRole::Server, *key, handshakePatience);
            const auto status = stream ? server.serve(std::move(*stream), stop) : stream.status();
            log(status);
            served = served || status.ok();
            peer.ended = true;
        });
    }
    return {};
}

} // namespace

Status serve(const Options& options) {
    const auto cache = ObjectCache::open(options.cache);
    if (!cache)
        return cache.status();
    const SignalWatch watch;
    const auto runner = makeRuntimeRunner();
    AgentServerOptions settings;
    settings.software = "lapidary-agent " LAPIDARY_VERSION;
    AgentServer server(*runner, **cache, settings);
    if (options.stdio)
        return serveStdio(server, watch.token());
    return options.serial.empty() ? serveTcp(server, options, watch.token())
                                  : serveSerial(server, options, watch.token());
}

} // namespace lapidary::agent
