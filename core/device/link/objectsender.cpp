// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/objectsender.h"

#include "device/link/incomingobject.h"
#include "device/link/wiretypes.h"

#include <cmath>
#include <cstdio>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;
constexpr Milliseconds lookAtStop{50};
constexpr std::chrono::minutes assemblyPatience{10};

class Sender {
public:
    Sender(Channel& channel, std::uint64_t request, const OutgoingObject& object, std::size_t window,
           TransferCount& count, const Work& work)
        : m_channel(channel), m_request(request), m_object(object), m_window(window), m_count(count), m_work(work) {}

    Status send() {
        wire::Offer offer;
        offer.set_request(m_request);
        offer.set_hash(m_object.hash());
        offer.set_size(m_object.size());
        offer.set_chunks(std::uint32_t(m_object.chunks().size()));
        if (auto status = m_channel.send(wire::OFFER, offer); !status)
            return status;
        const auto offered = await<wire::Offered>(wire::OFFERED);
        if (!offered)
            return offered.status();
        if (offered->complete())
            return {};
        if (auto status = listChunks(); !status)
            return status;
        if (auto status = sendChunks(); !status)
            return status;
        m_work.progress.label("Checking the model on the device");
        return await<wire::ObjectReady>(wire::OBJECT_READY).status();
    }

private:
    /// The next message, which must be of this type; progress of the other side is taken on the way.
    template <typename Message>
    Result<Message> await(int type) {
        const auto until = Clock::now() + assemblyPatience;
        while (Clock::now() < until) {
            if (auto status = m_work.check(); !status)
                return status;
            const auto frame = m_channel.receive(lookAtStop);
            if (!frame)
                return frame.status();
            if (!*frame || (*frame)->type == wire::PROGRESS || (*frame)->type == wire::WELCOME)
                continue;
            if ((*frame)->type == wire::PROBLEM) {
                const auto problem = parseMessage<wire::Problem>((*frame)->payload);
                return problem ? problemOf(*problem) : problem.error();
            }
            if ((*frame)->type != type)
                return protocolProblem("an answer of type " + std::to_string((*frame)->type));
            auto message = parseMessage<Message>((*frame)->payload);
            if (message && message->request() != m_request)
                return protocolProblem("an answer to another request");
            return message;
        }
        return errorDiagnostic("link.stalled", "The device does not come to an end with checking the model");
    }

    Status listChunks() {
        const auto& chunks = m_object.chunks();
        for (std::size_t first = 0; first < chunks.size(); first += chunksPerPage) {
            const auto size = std::min(chunksPerPage, chunks.size() - first);
            wire::ChunkList page;
            page.set_request(m_request);
            page.set_first(std::uint32_t(first));
            for (std::size_t i = first; i < first + size; ++i) {
                page.mutable_hashes()->append(chunks[i].hash);
                page.add_sizes(chunks[i].size);
            }
            if (auto status = m_channel.send(wire::CHUNK_LIST, page); !status)
                return status;
            const auto needs = await<wire::ChunkNeeds>(wire::CHUNK_NEEDS);
            if (!needs)
                return needs.status();
            if (needs->first() != first || needs->bitmap().size() != (size + 7) / 8)
                return protocolProblem("a list of needs that fits no page");
            for (std::size_t i = 0; i < size; ++i)
                if (needs->bitmap()[i / 8] >> (i % 8) & 1) {
                    m_needed.push_back(std::uint32_t(first + i));
                    m_bytes += chunks[first + i].size;
                }
        }
        m_count.needed = m_needed.size();
        return {};
    }

    Status sendChunks() {
        m_began = Clock::now();
        std::size_t acknowledged = 0;
        for (std::size_t sent = 0; acknowledged < m_needed.size();) {
            if (auto status = m_work.check(); !status)
                return status;
            if (sent < m_needed.size() && sent - acknowledged < m_window) {
                if (auto status = sendChunk(m_needed[sent++]); !status)
                    return status;
                continue;
            }
            const auto stored = await<wire::ChunkStored>(wire::CHUNK_STORED);
            if (!stored)
                return stored.status();
            if (stored->index() != m_needed[acknowledged])
                return protocolProblem("chunks acknowledged out of order");
            ++acknowledged;
            const auto& chunk = m_object.chunks()[stored->index()];
            m_count.stored.insert(chunk.hash);
            ++m_count.chunksStored;
            m_done += chunk.size;
            tell();
        }
        return {};
    }

    Status sendChunk(std::uint32_t index) {
        const auto bytes = m_object.chunk(index);
        const auto packed = compressChunk(bytes);
        wire::Chunk message;
        message.set_request(m_request);
        message.set_index(index);
        message.set_codec(packed.empty() ? wire::Chunk::PLAIN : wire::Chunk::ZSTD);
        message.set_data(packed.empty() ? std::string(bytes) : packed);
        m_count.chunkBytes += message.data().size();
        ++m_count.chunksSent;
        if (m_count.stored.count(m_object.chunks()[index].hash))
            m_count.bytesSentTwice += message.data().size();
        return m_channel.send(wire::CHUNK, message);
    }

    void tell() {
        const auto now = Clock::now();
        if (now - m_told < Milliseconds(200) && m_done < m_bytes)
            return;
        m_told = now;
        const double seconds = std::chrono::duration<double>(now - m_began).count();
        const double left = seconds * double(m_bytes - m_done) / double(std::max<std::uint64_t>(m_done, 1));
        char text[100];
        if (seconds > 1 && left >= 1)
            std::snprintf(text, sizeof text, "Sending the model: %.1f of %.1f MiB, %.0f s left",
                          double(m_done) / 1048576, double(m_bytes) / 1048576, std::ceil(left));
        else
            std::snprintf(text, sizeof text, "Sending the model: %.1f of %.1f MiB", double(m_done) / 1048576,
                          double(m_bytes) / 1048576);
        m_work.progress.label(text);
        m_work.progress.set(double(m_done) / double(m_bytes));
    }

    Channel& m_channel;
    const std::uint64_t m_request;
    const OutgoingObject& m_object;
    const std::size_t m_window;
    TransferCount& m_count;
    const Work& m_work;
    std::vector<std::uint32_t> m_needed;
    std::uint64_t m_bytes = 0, m_done = 0; ///< of the needed chunks, uncompressed
    Clock::time_point m_began, m_told;
};

} // namespace

Status sendObject(Channel& channel, std::uint64_t request, const OutgoingObject& object, std::size_t window,
                  TransferCount& count, const Work& work) {
    return Sender(channel, request, object, window, count, work).send();
}

} // namespace lapidary
