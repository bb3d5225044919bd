// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

#include <QObject>
#include <QTemporaryDir>

#include <filesystem>
#include <string>

namespace lapidary::test {

/// Base of test classes: a Qt warning nobody announced with QTest::ignoreMessage fails the test function. A class with
/// an init() of its own calls failOnWarnings() there.
class TestCase : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
};

void failOnWarnings();

/// A folder that is gone when the object is.
class TempDir {
public:
    TempDir();
    std::filesystem::path path() const { return m_path; }
    std::filesystem::path operator/(const std::string& name) const { return m_path / name; }

private:
    QTemporaryDir m_dir;
    std::filesystem::path m_path;
};

/// Real models and images: LAPIDARY_ASSETS, or ../shared/assets beside the repository. Empty if there are none: QSKIP
/// then.
std::filesystem::path assetsFolder();

void writeFile(const std::filesystem::path& path, const std::string& bytes);
std::string readFile(const std::filesystem::path& path);

/// Deep comparison of everything a model says, ids and the places where weights are stored left out. Empty if equal,
/// otherwise the first difference ("node Conv_3: attribute pads").
std::string modelsDiffer(const Model& a, const Model& b);
inline bool modelsEqual(const Model& a, const Model& b) {
    return modelsDiffer(a, b).empty();
}
std::string graphsDiffer(const Graph& a, const Graph& b);
std::string tensorsDiffer(const Tensor& a, const Tensor& b);

/// What a Result or a Status fails with; empty: it does not.
template <typename T>
std::string problemOf(const T& result) {
    return result.ok() ? std::string() : result.error().toString();
}

} // namespace lapidary::test

/// Fails the test function with the diagnostic if `result` (a Result or a Status) is a failure.
#define LAPIDARY_VERIFY_OK(result)                                                                                     \
    do {                                                                                                               \
        const std::string problemFound = lapidary::test::problemOf(result);                                            \
        QVERIFY2(problemFound.empty(), problemFound.c_str());                                                          \
    } while (false)
#define LAPIDARY_REQUIRE_ASSETS()                                                                                      \
    if (lapidary::test::assetsFolder().empty())                                                                        \
    QSKIP("No real models here: set LAPIDARY_ASSETS")
