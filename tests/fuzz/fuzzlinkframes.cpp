// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever comes, in whatever pieces: frames or a diagnostic, memory within bounds, and the same frames however it is
// cut.
#include "device/link/frame.h"

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

/// A text of what the decoder gives for these bytes, fed in pieces of this size.
std::string decoded(std::string_view bytes, std::size_t piece) {
    FrameDecoder decoder;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        decoder.feed(bytes.substr(at, piece));
        while (true) {
            const auto frame = decoder.next();
            if (!frame) {
                require(!frame.error().code.empty() && !frame.error().message.empty(), "a failure says what is wrong");
                require(!decoder.next().ok(), "a failure stays");
                return text + frame.error().code;
            }
            if (!*frame)
                break;
            require((*frame)->payload.size() <= maxFramePayload, "payloads are bounded");
            text += std::to_string((*frame)->type) + ":" + std::to_string((*frame)->number) + ":" + (*frame)->payload +
                    "\n";
        }
    }
    return text;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)decoded(bytes, 1);
    (void)decoded(bytes, 7);
    // Behind a good frame the cutting cannot matter: nothing is hunted for any more.
    const std::string inStep = encodeFrame(1, 0, "x") + std::string(bytes);
    require(decoded(inStep, inStep.size()) == decoded(inStep, 3), "the same bytes give the same frames");
    return 0;
}
