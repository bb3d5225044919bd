// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/project.h"
#include "tests/support/testsupport.h"

#include <QVariant>

namespace lapidary::test {

inline std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

/// A record with its blob in the store; its model is the text "model of NAME".
VariantRecord recordOf(Project& project, const std::string& name, VariantId parent = 0);
VariantId addVariantOf(Project& project, const std::string& name, VariantId parent = 0);

/// Runs one statement on a database behind the project's back.
void runSql(const std::filesystem::path& file, const QString& sql);
/// Every line a statement, lines that begin with "--" left out.
void runSqlFile(const std::filesystem::path& file, const std::string& text);
QVariant scalar(const std::filesystem::path& file, const QString& sql);

/// The file of a chunk or a list of chunks.
std::filesystem::path blobFile(const Project& project, const std::string& address);
std::vector<std::filesystem::path> filesBelow(const std::filesystem::path& folder); ///< sorted

} // namespace lapidary::test
