// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"

#include <atomic>

namespace lapidary::test {

/// What happens to a write (the link writes a frame at once) of one end of a connection.
enum class Fault {
    Cut,       ///< the connection ends instead
    CutWithin, ///< half of it goes out, then the connection ends
    Corrupt,   ///< one byte of it is another
    Lose,      ///< it goes nowhere
    Delay,     ///< it comes 300 ms late
    Silence,   ///< it and all that follow go nowhere, and nothing is heard; the connection stays
};
inline constexpr Fault allFaults[] = {Fault::Cut,  Fault::CutWithin, Fault::Corrupt,
                                      Fault::Lose, Fault::Delay,     Fault::Silence};
const char* faultName(Fault fault);

struct FaultPlan {
    int atWrite = -1; ///< the first write is 0; -1: nothing happens
    Fault fault = Fault::Cut;
};

/// A stream that misbehaves once, at a given write. Counts the writes into `writes`.
ByteStreamPtr makeFlaky(ByteStreamPtr inner, FaultPlan plan, std::atomic<int>& writes);

} // namespace lapidary::test
