// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/gzip.h"

#include <algorithm>
#include <limits>
#include <zlib.h>

namespace lapidary {

namespace {

/// Deflate cannot expand a byte to more than this.
constexpr std::uint64_t maxExpansion = 1032;

class Inflater {
public:
    explicit Inflater(const Blob& packed) : m_packed(packed.bytes()) {
        m_ready = inflateInit2(&m_stream, 15 + 16) == Z_OK;
    }
    ~Inflater() {
        if (m_ready)
            inflateEnd(&m_stream);
    }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    /// Fills `out` as far as the data reaches; returns the bytes written.
    Result<std::size_t> read(std::span<std::byte> out) {
        if (!m_ready)
            return errorDiagnostic("dataset.gzip", "The gzip reader could not start: out of memory.");
        std::size_t written = 0;
        while (written < out.size() && !m_ended) {
            refill();
            const auto room = std::min<std::size_t>(out.size() - written, std::numeric_limits<uInt>::max());
            m_stream.next_out = reinterpret_cast<Bytef*>(out.data() + written);
            m_stream.avail_out = uInt(room);
            const int code = inflate(&m_stream, Z_NO_FLUSH);
            written += room - m_stream.avail_out;
            if (auto status = after(code); !status)
                return status;
        }
        return written;
    }

private:
    void refill() {
        if (m_stream.avail_in > 0)
            return;
        const auto part = std::min<std::size_t>(m_packed.size() - m_at, std::numeric_limits<uInt>::max());
        m_stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(m_packed.data() + m_at));
        m_stream.avail_in = uInt(part);
        m_at += part;
    }

    Status after(int code) {
        if (code == Z_STREAM_END) {
            // A gzip file may hold several members; anything else behind the end is ignored, as gzip itself does.
            refill();
            if (m_stream.avail_in >= 2 && m_stream.next_in[0] == 0x1f && m_stream.next_in[1] == 0x8b)
                inflateReset(&m_stream);
            else
                m_ended = true;
            return {};
        }
        if (code == Z_OK)
            return {};
        if (code == Z_BUF_ERROR && m_at >= m_packed.size())
            return errorDiagnostic("dataset.gzip", "The gzip file ends too early.", "Fetch the file again.");
        return errorDiagnostic("dataset.gzip", "The gzip file is damaged.", "Fetch the file again.");
    }

    z_stream m_stream{};
    std::span<const std::byte> m_packed;
    std::size_t m_at = 0;
    bool m_ready = false;
    bool m_ended = false;
};

} // namespace

bool isGzip(const Blob& bytes) {
    return bytes.size() >= 18 && bytes.bytes()[0] == std::byte(0x1f) && bytes.bytes()[1] == std::byte(0x8b);
}

Result<std::vector<std::byte>> gunzipStart(const Blob& packed, std::size_t count) {
    std::vector<std::byte> start(count);
    Inflater inflater(packed);
    auto read = inflater.read(start);
    if (!read)
        return read.error();
    start.resize(*read);
    return start;
}

Result<Blob> gunzip(const Blob& packed, std::uint64_t size) {
    const auto tooSmall = [&](std::uint64_t got) {
        return errorDiagnostic("dataset.size", "The file should hold " + std::to_string(size) +
                                                   " bytes when unpacked, but holds only " + std::to_string(got) + ".");
    };
    if (size / maxExpansion > packed.size())
        return tooSmall(packed.size() * maxExpansion);
    std::vector<std::byte> bytes(size);
    Inflater inflater(packed);
    auto read = inflater.read(bytes);
    if (!read)
        return read.error();
    if (*read < size)
        return tooSmall(*read);
    std::byte more;
    auto rest = inflater.read(std::span(&more, 1));
    if (!rest)
        return rest.error();
    if (*rest > 0)
        return errorDiagnostic("dataset.size",
                               "The file holds more than the " + std::to_string(size) + " bytes its header promises.");
    return Blob(std::move(bytes));
}

} // namespace lapidary
