// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"

#include <optional>

namespace lapidary {

struct SerialAddress {
    std::string device; ///< "/dev/ttyACM0"
    int baud = 921600;
};
/// "DEVICE[@BAUD]". Nothing if the rate is no number.
std::optional<SerialAddress> parseSerialAddress(const std::string& text);

/// Opens a serial line or a pseudo-terminal: raw, 8 bits, no parity, one stop bit, no flow control (the link's window
/// and checksums do that work). Takes it exclusively where the system can. Fails with "link.serial" (missing, no
/// permission, in use, a rate it cannot do) and a hint.
Result<ByteStreamPtr> openSerial(const SerialAddress& address);

} // namespace lapidary
