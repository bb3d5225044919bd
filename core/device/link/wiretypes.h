// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/link/agentinfo.h"
#include "link.pb.h"

#include <string_view>

namespace lapidary {

/// Between our types and the messages. Texts of the other side are cut to a length and freed of control characters.

Diagnostic problemOf(const wire::Problem& message);
wire::Problem problemMessage(std::uint64_t request, const Diagnostic& problem);

AgentInfo agentInfo(const wire::Welcome& message);
void fillCapabilities(wire::Capabilities& message, const AgentInfo& info);

wire::ProfileRequest profileRequest(std::uint64_t request, const std::string& model, const ProfileOptions& options);
/// Numbers outside of what makes sense are brought to the nearest that does.
ProfileOptions profileOptions(const wire::ProfileRequest& message);

std::string cleanText(std::string_view text, std::size_t most);

/// "link.protocol" if the payload is no such message.
template <typename Message>
Result<Message> parseMessage(std::string_view payload) {
    Message message;
    if (!message.ParseFromArray(payload.data(), int(payload.size())))
        return errorDiagnostic("link.protocol",
                               "The other side does not keep to the protocol: a message cannot be read");
    return message;
}

inline Diagnostic protocolProblem(const std::string& what) {
    return errorDiagnostic("link.protocol", "The other side does not keep to the protocol: " + what);
}

} // namespace lapidary
