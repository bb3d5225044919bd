// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "onnx/wirereader.h"
#include "tensor/blob.h"

#include <functional>
#include <vector>

namespace lapidary::wire {

/// Builds one message. Fields are given in ascending order; fields kept from the file (`unknown`) are woven in by
/// number, and one that has been given anew is dropped. Large blobs are referred to, not copied.
class Writer {
public:
    explicit Writer(std::string_view unknown = {});

    void integer(std::uint32_t field, std::uint64_t value);
    void number(std::uint32_t field, float value);
    void text(std::uint32_t field, std::string_view value);
    void blob(std::uint32_t field, const Blob& value);
    void message(std::uint32_t field, Writer&& child);
    /// The same, leaving an empty text or a zero away.
    void textIf(std::uint32_t field, std::string_view value) {
        if (!value.empty())
            text(field, value);
    }
    void integerIf(std::uint32_t field, std::uint64_t value) {
        if (value != 0)
            integer(field, value);
    }
    /// Writes what is left of the kept fields. To be called once, last.
    void finish();

    std::uint64_t size() const { return m_size; }
    /// The message's bytes, piece by piece. `take` returns false to stop; then so does this.
    bool forEachPiece(const std::function<bool(Bytes)>& take) const;
    std::string toString() const;

private:
    struct Piece {
        std::string text;
        Blob blob; ///< used if `text` is empty
    };
    struct Kept {
        std::uint32_t number;
        std::string_view raw;
    };

    void advance(std::uint32_t field);
    void append(std::string_view bytes);
    void varint(std::uint64_t value);

    std::vector<Piece> m_pieces;
    std::vector<Kept> m_kept;
    std::size_t m_nextKept = 0;
    std::uint64_t m_size = 0;
};

void appendVarint(std::string& out, std::uint64_t value);

} // namespace lapidary::wire
