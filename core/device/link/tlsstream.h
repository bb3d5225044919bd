// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/fdstream.h"
#include "device/link/pairingkey.h"

namespace lapidary {

enum class TlsRole { Client, Server };

/// TLS 1.3 over a connected socket, with the pairing key as an external pre-shared key and a fresh Diffie-Hellman
/// exchange (psk_dhe_ke, RFC 8446 section 4.2.9): both sides prove that they know the key, no certificate is involved,
/// and a recorded session cannot be read later by someone who learns the key. Fails with "link.pairing" (the keys
/// differ), "link.tls" (the other side speaks no TLS 1.3), "link.stalled" (no answer within `patience`), "link.closed".
Result<ByteStreamPtr> startTls(UniqueFd socket, TlsRole role, const PairingKey& key, Milliseconds patience);

} // namespace lapidary
