// SPDX-License-Identifier: GPL-3.0-or-later
// An agent that says anything after its welcome: sending, profiling and running end with a result or a diagnostic, and
// what the results hold are numbers and clean texts.
#include "device/link/agentclient.h"
#include "tests/fuzz/scriptedstream.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

using namespace lapidary;

namespace {

void require(bool condition, const char* what) {
    if (condition)
        return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

/// A welcome for the hello in this frame: the nonce is its last field.
std::string welcome(std::string_view frame) {
    const auto at = frame.find('\x20', frameHeaderBytes + 4 + 2 + 8);
    const auto nonce = at == std::string_view::npos ? std::string() : std::string(frame.substr(at + 1));
    return encodeFrame(2, 0, "\x08\x01\x18" + nonce + "\x28\x08");
}

std::unique_ptr<AgentClient> connected(const std::uint8_t* data, std::size_t size) {
    auto client = AgentClient::connect(std::make_unique<fuzz::ScriptedStream>(data, size, welcome), {}, {});
    return client ? std::move(*client) : nullptr;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const OutgoingObject model(std::string(70'000, 'm'));
    if (const auto client = connected(data, size)) {
        TransferCount count;
        const auto status = client->send(model, count, {});
        require(count.bytesSentTwice == 0, "nothing is sent twice");
        require(status.ok() || !status.error().code.empty(), "a failure has a code");
    }
    if (const auto client = connected(data, size)) {
        const auto profile = client->profile(model.hash(), {}, {});
        if (profile) {
            for (const double ms : profile->profile.runsMs)
                require(std::isfinite(ms) && ms >= 0, "times are times");
            for (const auto& kernel : profile->kernels)
                require(std::isfinite(kernel.microseconds) && kernel.node.size() <= 1000, "kernels are kernels");
        }
    }
    if (const auto client = connected(data, size)) {
        const auto outputs = client->run(model.hash(), 1, {}, {});
        if (outputs)
            for (const auto& tensor : outputs->tensors)
                require(packedBytes(tensor->type, std::uint64_t(tensor->count())) == tensor->data.size(),
                        "outputs are whole");
    }
    return 0;
}
