// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace lapidary {

/// What the two ends of a TCP link must share: 128 random bits, shown to people as "ABCDE-FGHIJ-…" (base 32, 26 letters
/// and digits). It never travels. Case and dashes do not matter when it is typed.
class PairingKey {
public:
    static Result<PairingKey> random();
    /// Fails with "link.key" if it is no such key.
    static Result<PairingKey> parse(const std::string& text);
    /// The key in this file; makes one at first use (mode 0600). Fails with "link.key".
    static Result<PairingKey> fromFile(const std::filesystem::path& file);

    std::string text() const;
    /// The 32 bytes that TLS takes: SHA-256 of a label and the key.
    std::string secret() const;

private:
    std::string m_bytes; ///< 16
};

} // namespace lapidary
