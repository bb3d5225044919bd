// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testsupport.h"

#include <QRegularExpression>
#include <QTest>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace lapidary::test {

void failOnWarnings() {
    // Every window and menu that shows on the offscreen platform says what goes nowhere there.
    QTest::failOnWarning(QRegularExpression(
        QStringLiteral("^(?!This plugin does not support (propagateSizeHints|raise|grabbing the keyboard))")));
}

void TestCase::init() {
    failOnWarnings();
}

TempDir::TempDir() : m_path(std::filesystem::canonical(m_dir.path().toStdString())) {}

std::filesystem::path assetsFolder() {
    const char* variable = std::getenv("LAPIDARY_ASSETS");
    if (variable && *variable)
        return variable;
    std::error_code error;
    const auto beside = std::filesystem::path(LAPIDARY_SOURCE_DIR) / ".." / "shared" / "assets";
    auto found = std::filesystem::canonical(beside, error);
    return error ? std::filesystem::path() : found;
}

void writeFile(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), std::streamsize(bytes.size()));
    file.close();
    if (!file)
        qFatal("cannot write %s", path.c_str());
}

std::string readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace lapidary::test
