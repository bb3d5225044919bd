// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/blob.h"

namespace lapidary {

Blob::Blob(std::vector<std::byte> bytes) {
    auto owner = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
    m_bytes = *owner;
    m_owner = std::move(owner);
}

Blob::Blob(std::string bytes) {
    auto owner = std::make_shared<const std::string>(std::move(bytes));
    m_bytes = std::as_bytes(std::span(owner->data(), owner->size()));
    m_owner = std::move(owner);
}

Blob::Blob(std::shared_ptr<const void> owner, std::span<const std::byte> bytes)
    : m_owner(std::move(owner)), m_bytes(bytes) {}

Blob Blob::slice(std::size_t offset, std::size_t size) const { return Blob(m_owner, m_bytes.subspan(offset, size)); }

} // namespace lapidary
