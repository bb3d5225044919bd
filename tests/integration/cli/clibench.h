// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clirunner.h"
#include "tests/support/testsupport.h"

namespace lapidary::test {

const std::filesystem::path& sampleFolder(); ///< of the resources
QString text(const std::filesystem::path& path);
std::vector<std::string> filesIn(const std::filesystem::path& folder); ///< names, sorted

/// Base of the tests of lapidary-cli: a folder, settings and caches of their own, and 200 samples of data.
class CliBench : public TestCase {
    Q_OBJECT

protected:
    QString file(const std::string& name) const { return text(m_dir / name); }
    /// Runs with --json; the test fails unless it succeeds and prints one object.
    static Json good(const QStringList& arguments);
    /// Exit code 1, nothing on stdout, a reason with `word` in one line and perhaps a hint on stderr.
    static void bad(const QStringList& arguments, const std::string& word, bool hint = false);

    const std::filesystem::path sample = sampleFolder();
    const QString fashion = text(sample / "fashion.onnx");
    TempDir m_dir;
    QString m_data; ///< the description of the data

private Q_SLOTS:
    void initTestCase();
};

} // namespace lapidary::test

#define VERIFY_FIELDS(object, ...)                                                                                     \
    for (const char* key : {__VA_ARGS__})                                                                              \
    QVERIFY2((object).contains(key), key)
