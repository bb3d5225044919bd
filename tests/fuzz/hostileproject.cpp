// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/hostileproject.h"

#include "base/sha256.h"
#include "tests/core/project/projectfiles.h"

#include <QSqlDatabase>
#include <QSqlQuery>

#include <array>
#include <charconv>
#include <zstd.h>

namespace lapidary::test {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t mostText = 1 << 16;
constexpr std::array tables = {"variants", "runs", "datasets", "settings"};

std::string_view nextWord(std::string_view& line) {
    const auto end = line.find(' ');
    const auto word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
}

QString identifier(std::string_view word) {
    QString name;
    for (const char c : word)
        if ((c >= 'a' && c <= 'z') || c == '_')
            name += QLatin1Char(c);
    return name;
}

qlonglong number(std::string_view word) {
    qlonglong value = 0;
    (void)std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
}

QVariant valueOf(std::string_view text) {
    const bool bytes = text.starts_with("x'") && text.ends_with("'") && text.size() > 2;
    if (bytes)
        return QByteArray::fromHex(QByteArray(text.data() + 2, qsizetype(text.size() - 3)));
    qlonglong whole = 0;
    const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), whole);
    if (!text.empty() && problem == std::errc() && rest == text.data() + text.size())
        return whole;
    if (text == "null")
        return {};
    auto plain = QString::fromUtf8(text.data(), qsizetype(text.size()));
    plain.replace(QStringLiteral("\\n"), QStringLiteral("\n"));
    return plain.replace(QStringLiteral("\\\\"), QStringLiteral("\\"));
}

/// Nothing here may read or write another file, or run long before Lapidary sees it.
void runLine(QSqlDatabase& database, std::string_view line) {
    QSqlQuery query(database);
    if (line.starts_with("CREATE VIEW ") || line.starts_with("CREATE TRIGGER ")) {
        query.exec(QString::fromUtf8(line.data(), qsizetype(line.size())));
        return;
    }
    const auto verb = nextWord(line);
    if (verb == "version") {
        query.exec(QStringLiteral("PRAGMA user_version = %1").arg(int(number(line))));
        return;
    }
    const auto table = identifier(nextWord(line));
    if (std::find(tables.begin(), tables.end(), table) == tables.end())
        return;
    if (verb == "drop") {
        query.exec(QStringLiteral("DROP TABLE ") + table);
    } else if (verb == "delete") {
        query.exec(QStringLiteral("DELETE FROM %1 WHERE rowid = %2").arg(table).arg(number(line)));
    } else if (verb == "set") {
        const auto column = identifier(nextWord(line));
        const auto id = number(nextWord(line));
        query.prepare(QStringLiteral("UPDATE %1 SET %2 = ? WHERE rowid = %3").arg(table, column).arg(id));
        query.addBindValue(valueOf(line));
        query.exec();
    }
}

fs::path chunkFile(const fs::path& project, const std::string& address) {
    return project / "blobs" / address.substr(0, 2) / (address.substr(2) + ".zst");
}

} // namespace

void HostileProject::makeSound() {
    auto project = Project::create(m_sound);
    if (!project)
        qFatal("%s", project.error().toString().c_str());
    const auto source = addVariantOf(**project, "source");
    const auto child = addVariantOf(**project, "child", source);
    addVariantOf(**project, "grandchild", child);
    DatasetRecord data;
    data.role = "evaluation";
    (void)(*project)->addDataset(data);
    RunRecord run;
    run.variant = child;
    run.kind = "profile";
    run.key = "k";
    (void)(*project)->addRun(run);
    (void)(*project)->setSetting("view", Json(1));
    m_list = (*project)->variant(source)->blob;
    m_chunk = sha256(std::string("model of source"));
    m_blobFiles = filesBelow(m_sound / "blobs").size();
    project->reset();
    runSql(m_sound / "project.db", QStringLiteral("PRAGMA journal_mode=DELETE"));
}

void HostileProject::runLines(std::string_view lines) const {
    const auto name = QStringLiteral("hostile");
    {
        auto database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), name);
        database.setDatabaseName(QString::fromStdString((m_spoilt / "project.db").string()));
        database.open();
        QSqlQuery(database).exec(QStringLiteral("PRAGMA synchronous=OFF"));
        while (!lines.empty()) {
            const auto end = std::min(lines.find('\n'), lines.size());
            runLine(database, lines.substr(0, end));
            lines.remove_prefix(std::min(end + 1, lines.size()));
        }
        database.close();
    }
    QSqlDatabase::removeDatabase(name);
}

void HostileProject::putList(std::string_view list) const {
    std::string packed(ZSTD_compressBound(list.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), list.data(), list.size(), 1));
    const auto address = sha256(std::string(list));
    const auto file = chunkFile(m_spoilt, address);
    fs::create_directories(file.parent_path());
    writeFile(file, packed);
    runLines("set variants blob 1 " + address);
}

fs::path HostileProject::spoil(std::string_view input) {
    if (m_list.empty())
        makeSound();
    fs::remove_all(m_spoilt);
    fs::copy(m_sound, m_spoilt, fs::copy_options::recursive);
    if (input.empty())
        return m_spoilt;
    const auto rest = input.substr(1, mostText);
    switch (input.front()) {
    case 'd':
        writeFile(m_spoilt / "project.db", std::string(rest));
        break;
    case 't':
        runLines(rest);
        break;
    case 'l':
        putList(rest);
        break;
    case 'b':
    case 'c':
        writeFile(chunkFile(m_spoilt, input.front() == 'b' ? m_list : m_chunk), std::string(rest));
        break;
    default:
        break;
    }
    return m_spoilt;
}

} // namespace lapidary::test
