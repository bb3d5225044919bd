// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/fdstream.h"

#include <string>

namespace lapidary::test {

/// A pseudo-terminal: name() is opened as if it were a serial line, the other end plays the device.
class PseudoTerminal {
public:
    PseudoTerminal();

    const std::string& name() const { return m_name; }
    void write(const std::string& bytes) const;
    /// Waits for that many bytes, 5 s at most.
    std::string read(std::size_t size) const;
    /// The device's end as a stream.
    ByteStreamPtr takeDeviceEnd();

private:
    UniqueFd m_master;
    UniqueFd m_line; ///< keeps the line up while nobody else has it open
    std::string m_name;
};

} // namespace lapidary::test
