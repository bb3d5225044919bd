// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/fdstream.h"

#include <functional>
#include <optional>

namespace lapidary {

struct TcpAddress {
    std::string host = "127.0.0.1";
    int port = 0;
};
/// "[HOST:]PORT", "HOST" with `defaultPort` > 0, IPv6 in brackets. Nothing if the port is no number from 0 to 65535.
std::optional<TcpAddress> parseTcpAddress(const std::string& text, int defaultPort = 0);

inline constexpr int defaultAgentPort = 5577;

/// Fails with "link.connect" (refused, no such host, no answer within `patience`), "base.cancelled".
Result<UniqueFd> connectTcp(const TcpAddress& address, Milliseconds patience, const std::function<bool()>& stopped);

struct Listener {
    UniqueFd fd;
    int port = 0; ///< the one the system chose, if 0 was asked for
};
/// Fails with "link.listen".
Result<Listener> listenTcp(const TcpAddress& address);
/// The next peer, or an invalid descriptor if none came within `wait`.
UniqueFd acceptTcp(const Listener& listener, Milliseconds wait);

} // namespace lapidary
