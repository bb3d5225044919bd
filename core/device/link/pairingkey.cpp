// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/pairingkey.h"

#include "base/sha256.h"
#include "device/link/fdstream.h"
#include "device/link/hexbytes.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

namespace lapidary {

namespace {

constexpr std::size_t keyBytes = 16;
constexpr std::size_t keyLetters = 26;
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"; // RFC 4648

Diagnostic fileProblem(const std::filesystem::path& file, int error) {
    return errorDiagnostic("link.key", std::string("The pairing key cannot be kept: ") + std::strerror(error))
        .inFile(file.string());
}

} // namespace

Result<PairingKey> PairingKey::random() {
    PairingKey key;
    key.m_bytes.resize(keyBytes);
    if (::getrandom(key.m_bytes.data(), keyBytes, 0) != ssize_t(keyBytes))
        return errorDiagnostic("link.key", "The system gives no random numbers");
    return key;
}

Result<PairingKey> PairingKey::parse(const std::string& text) {
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    std::size_t letters = 0;
    for (const char c : text) {
        if (c == '-' || c == ' ' || c == '\n' || c == '\r')
            continue;
        const char upper = c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c;
        const auto value = alphabet.find(upper);
        if (value == std::string_view::npos || ++letters > keyLetters)
            return errorDiagnostic("link.key", "This is no pairing key",
                                   "It has 26 letters and digits; the agent prints it at its start.");
        bits = (bits << 5 | unsigned(value)) & 0xfff;
        count += 5;
        if (count >= 8) {
            count -= 8;
            bytes += char(bits >> count & 0xff);
        }
    }
    if (letters != keyLetters)
        return errorDiagnostic("link.key", "This pairing key is too short",
                               "It has 26 letters and digits; the agent prints it at its start.");
    PairingKey key;
    key.m_bytes = bytes.substr(0, keyBytes);
    return key;
}

Result<PairingKey> PairingKey::fromFile(const std::filesystem::path& file) {
    UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (fd) {
        std::string text(200, '\0');
        const auto count = ::read(fd.get(), text.data(), text.size());
        text.resize(std::size_t(std::max<ssize_t>(0, count)));
        return parse(text);
    }
    if (errno != ENOENT)
        return fileProblem(file, errno);
    auto key = random();
    if (!key)
        return key;
    fd = UniqueFd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    const auto text = key->text() + "\n";
    if (!fd || ::write(fd.get(), text.data(), text.size()) != ssize_t(text.size()))
        return fileProblem(file, errno);
    return key;
}

std::string PairingKey::text() const {
    std::string text;
    unsigned bits = 0;
    int count = 0;
    std::size_t letters = 0;
    const auto put = [&](unsigned value) {
        if (letters > 0 && letters % 5 == 0)
            text += '-';
        text += alphabet[value & 31];
        ++letters;
    };
    for (const char c : m_bytes) {
        bits = (bits << 8 | static_cast<unsigned char>(c)) & 0xffff;
        count += 8;
        while (count >= 5) {
            count -= 5;
            put(bits >> count);
        }
    }
    if (count > 0)
        put(bits << (5 - count));
    return text;
}

std::string PairingKey::secret() const {
    return fromHex(sha256("lapidary link pairing 1\n" + m_bytes));
}

} // namespace lapidary
