// SPDX-License-Identifier: GPL-3.0-or-later
#include "clibench.h"

#include "clidata.h"

#include <QTest>

#include <algorithm>

namespace lapidary::test {

const std::filesystem::path& sampleFolder() {
    static const auto folder = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample";
    return folder;
}

QString text(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

std::vector<std::string> filesIn(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

Json CliBench::good(const QStringList& arguments) {
    const auto result = runCli(arguments + QStringList{QStringLiteral("--json")});
    std::string problem = result.err;
    const auto json = result.json(&problem);
    if (result.exitCode != 0 || json.isNull())
        QTest::qFail(problem.c_str(), __FILE__, __LINE__);
    return json;
}

void CliBench::bad(const QStringList& arguments, const std::string& word, bool hint) {
    const auto result = runCli(arguments + QStringList{QStringLiteral("--json")});
    QCOMPARE(result.exitCode, 1);
    QCOMPARE(result.out, std::string());
    QVERIFY2(result.err.starts_with("error: "), result.err.c_str());
    const auto reason = result.err.substr(0, result.err.find('\n'));
    QVERIFY2(reason.find(word) != std::string::npos, result.err.c_str());
    QVERIFY2(!hint || result.err.find("\nhint: ") != std::string::npos, result.err.c_str());
}

void CliBench::initTestCase() {
    qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
    qputenv("LAPIDARY_PLUGIN_PATH", LAPIDARY_TEST_PLUGIN_DIR);
    qputenv("LAPIDARY_CONFIG", QByteArray::fromStdString((m_dir / "config").string()));
    writeDataset(m_dir / "data", 200);
    m_data = file("data/data.json");
}

} // namespace lapidary::test
