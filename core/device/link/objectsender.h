// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "device/link/channel.h"
#include "device/link/outgoingobject.h"

#include <unordered_set>

namespace lapidary {

/// What a link sent, over all its connections.
struct TransferCount {
    std::uint64_t chunkBytes = 0; ///< of chunks, compressed, that went out
    std::size_t chunksSent = 0;
    std::size_t chunksStored = 0;           ///< the other side said it has them
    std::size_t needed = std::size_t(-1);   ///< chunks the other side lacked when it was last asked
    std::uint64_t bytesSentTwice = 0;       ///< of chunks the other side had said it has; stays 0
    std::unordered_set<std::string> stored; ///< hashes of the latter
};

/// Sends the parts of an object that the other side lacks, with at most `window` chunks unanswered, and waits until it
/// has checked the whole. Progress says how much of it is there and how long the rest will take. Fails as the channel
/// does, and with what the agent answers.
Status sendObject(Channel& channel, std::uint64_t request, const OutgoingObject& object, std::size_t window,
                  TransferCount& count, const Work& work);

} // namespace lapidary
