// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/testsupport.h"

#include <QByteArray>

namespace lapidary::test {

/// A program "ssh", the first in PATH while this lives. It knows the host "pi@board" and runs its commands on this
/// computer, in a home of its own; others are refused as sshd refuses a key.
class FakeSsh {
public:
    FakeSsh();
    ~FakeSsh();
    FakeSsh(const FakeSsh&) = delete;
    FakeSsh& operator=(const FakeSsh&) = delete;

    std::filesystem::path home() const { return m_dir / "home"; }
    /// A command that contains `words` does `shell` instead; nothing else changes. Empty: none does.
    void instead(const std::string& words, const std::string& shell);

private:
    void write(const std::string& exception) const;

    TempDir m_dir;
    QByteArray m_path;
};

} // namespace lapidary::test
