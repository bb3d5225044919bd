// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/testsupport.h"

#include <string_view>

namespace lapidary::test {

/// A small project that is spoilt as some bytes say; makes the sound one once. The first byte of the input chooses how:
///   d  the rest is project.db
///   t  lines: "set TABLE COLUMN ID VALUE", "drop TABLE", "delete TABLE ID", "version N", and statements that begin
///   with
///      CREATE VIEW or CREATE TRIGGER; in a value \n and \\ stand for what they say, x'..' for bytes
///   l  the rest is the list of chunks of the first variant, stored under its right address
///   b  the rest is the file of the first variant's list; c: of its first chunk
class HostileProject {
public:
    /// The spoilt project's folder, valid until the next call.
    std::filesystem::path spoil(std::string_view input);
    std::size_t blobFiles() const { return m_blobFiles; } ///< of the sound project

private:
    void makeSound();
    void runLines(std::string_view lines) const;
    void putList(std::string_view list) const;

    TempDir m_dir;
    std::filesystem::path m_sound = m_dir / "sound", m_spoilt = m_dir / "spoilt";
    std::string m_list, m_chunk; // addresses
    std::size_t m_blobFiles = 0;
};

} // namespace lapidary::test
