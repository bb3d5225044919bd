// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/activationfile.h"

#include "data/contentkey.h"

#include <cstring>

namespace lapidary {

namespace {

constexpr std::uint64_t magic = 0x31544341504c; // "LPACT1"
constexpr std::size_t headerBytes = 3 * sizeof(std::uint64_t);
constexpr std::size_t alignment = 16; // so that tensors are used where they lie

class Packer {
public:
    explicit Packer(std::size_t expected) { m_bytes.reserve(expected); }

    void number(std::uint64_t number) { raw(std::as_bytes(std::span(&number, 1))); }
    template <typename T>
    void numbers(const std::vector<T>& list) {
        number(list.size());
        for (const auto item : list)
            number(std::uint64_t(item));
    }
    void bytes(std::span<const std::byte> bytes) {
        number(bytes.size());
        m_bytes.resize((m_bytes.size() + alignment - 1) / alignment * alignment);
        raw(bytes);
    }
    std::vector<std::byte> take() { return std::move(m_bytes); }

private:
    void raw(std::span<const std::byte> bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
    std::vector<std::byte> m_bytes;
};

/// Reads what Packer wrote; anything that does not fit makes it fail once and for all.
class Unpacker {
public:
    Unpacker(const Blob& bytes, std::size_t at) : m_bytes(bytes), m_at(at) {}

    std::uint64_t number() {
        std::uint64_t number = 0;
        if (!fits(sizeof number))
            return 0;
        std::memcpy(&number, m_bytes.bytes().data() + m_at, sizeof number);
        m_at += sizeof number;
        return number;
    }
    std::size_t count() { ///< of items of at least eight bytes
        const auto count = number();
        if (count > m_bytes.size() / sizeof(std::uint64_t))
            m_good = false;
        return m_good ? std::size_t(count) : 0;
    }
    template <typename T>
    std::vector<T> numbers() {
        std::vector<T> list(count());
        for (auto& item : list)
            item = T(number());
        return list;
    }
    Blob bytes() {
        const auto size = number();
        m_at = (m_at + alignment - 1) / alignment * alignment;
        if (!fits(size))
            return {};
        const Blob part = m_bytes.slice(m_at, std::size_t(size));
        m_at += std::size_t(size);
        return part;
    }
    bool good() const { return m_good; }

private:
    bool fits(std::uint64_t size) {
        m_good = m_good && m_at <= m_bytes.size() && size <= m_bytes.size() - m_at;
        return m_good;
    }
    const Blob& m_bytes;
    std::size_t m_at;
    bool m_good = true;
};

TensorPtr unpackTensor(Unpacker& in) {
    const auto type = DataType(std::int32_t(in.number()));
    auto shape = in.numbers<std::int64_t>();
    Blob data = in.bytes();
    const auto elements = elementCount(shape);
    if (!in.good() || !elements || packedBytes(type, std::uint64_t(*elements)) != data.size())
        return nullptr;
    return makeTensor(type, std::move(shape), std::move(data));
}

} // namespace

std::vector<std::byte> packValues(const CachedValues& values) {
    Packer out(std::size_t(values.bytes()) + 4096);
    out.number(magic);
    out.number(0);
    out.number(0);
    out.numbers(values.indices);
    out.numbers(values.labels);
    out.number(values.shapes.size());
    for (const Shape& shape : values.shapes)
        out.numbers(shape);
    out.bytes(std::as_bytes(std::span(values.text)));
    out.number(values.runs.size());
    for (const auto& run : values.runs) {
        out.number(run.given);
        out.number(run.rows);
        out.number(run.values.size());
        for (const TensorPtr& tensor : run.values) {
            out.number(std::uint64_t(tensor->type));
            out.numbers(tensor->shape);
            out.bytes(tensor->data.bytes());
        }
    }
    auto bytes = out.take();
    const ContentKey key = contentKey(std::span(bytes).subspan(headerBytes));
    std::memcpy(bytes.data() + sizeof magic, &key.low, sizeof key.low);
    std::memcpy(bytes.data() + 2 * sizeof magic, &key.high, sizeof key.high);
    return bytes;
}

CachedValuesPtr unpackValues(std::vector<std::byte> bytes) {
    if (bytes.size() < headerBytes)
        return nullptr;
    const Blob blob(std::move(bytes));
    Unpacker header(blob, 0);
    ContentKey key;
    const bool ours = header.number() == magic;
    key.low = header.number();
    key.high = header.number();
    if (!ours || contentKey(blob.bytes().subspan(headerBytes)) != key)
        return nullptr;
    Unpacker in(blob, headerBytes);
    auto values = std::make_shared<CachedValues>();
    values->indices = in.numbers<std::size_t>();
    values->labels = in.numbers<std::int64_t>();
    values->shapes.resize(in.count());
    for (Shape& shape : values->shapes)
        shape = in.numbers<std::int64_t>();
    const Blob text = in.bytes();
    values->text.assign(reinterpret_cast<const char*>(text.bytes().data()), text.size());
    values->runs.resize(in.count());
    for (auto& run : values->runs) {
        run.given = in.number();
        run.rows = in.number();
        run.values.resize(in.count());
        for (TensorPtr& tensor : run.values)
            if (!(tensor = unpackTensor(in)))
                return nullptr;
    }
    return in.good() ? values : nullptr;
}

} // namespace lapidary
