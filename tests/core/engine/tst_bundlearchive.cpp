// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles as one file: what is written, and archives that are damaged or made to do harm.
#include "bundlebench.h"
#include "engine/bundlearchive.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTest>

#include <zip.h>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

namespace {

struct Member {
    std::string name, bytes;
    zip_uint32_t mode = 0100644;
    zip_int32_t method = ZIP_CM_STORE;
};

/// An archive as someone else would make it.
fs::path zipped(const fs::path& path, const std::vector<Member>& members, bool encrypted = false) {
    auto* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const auto& member : members) {
        auto* source = zip_source_buffer(zip, member.bytes.data(), member.bytes.size(), 0);
        const auto at = zip_uint64_t(zip_file_add(zip, member.name.c_str(), source, ZIP_FL_ENC_UTF_8));
        zip_set_file_compression(zip, at, member.method, 0);
        zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_UNIX, member.mode << 16);
        if (encrypted)
            zip_file_set_encryption(zip, at, ZIP_EM_TRAD_PKWARE, "secret");
    }
    if (zip_close(zip) != 0)
        qFatal("%s", zip_strerror(zip));
    return path;
}

std::vector<Member> membersOf(const fs::path& folder, zip_int32_t method = ZIP_CM_STORE, const std::string& top = {}) {
    std::vector<Member> members;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            members.push_back(
                {top + entry.path().lexically_relative(folder).string(), readFile(entry.path()), 0100644, method});
    return members;
}

std::size_t temporaryFolders() {
    std::size_t count = 0;
    for (const auto& entry : fs::directory_iterator(fs::temp_directory_path()))
        count += entry.path().filename().string().starts_with("lapidary-bundle-") ? 1 : 0;
    return count;
}

/// Names of one length, so that an archive can be changed in place.
std::string renamed(std::string bytes, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = bytes.find(from, at)) != std::string::npos; at += to.size())
        bytes.replace(at, from.size(), to);
    return bytes;
}

} // namespace

class BundleArchiveTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;
    fs::path m_folder, m_archive;
    std::optional<BundleSource> m_source;

    std::string failureOf(const std::vector<Member>& members, bool encrypted = false) {
        return firstFailure(verifyBundle(zipped(m_dir / "made.zip", members, encrypted)));
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("LAPIDARY_CACHE", QByteArray::fromStdString((m_dir / "cache").string()));
        fs::create_directories(m_dir / "temporary");
        qputenv("TMPDIR", QByteArray::fromStdString((m_dir / "temporary").string()));
        m_folder = m_dir / "folder";
        m_archive = m_dir / "one.zip";
        const auto data = writePictures(m_dir / "data", R"({"resize": {"width": 16, "height": 16}, "scale": 0.1})");
        m_source = *bundleSourceOf(smallClassifier(16), data);
        m_source->name = "small one/2";
        LAPIDARY_VERIFY_OK(writeBundle(*m_source, m_folder));
    }
    void cleanup() { QCOMPARE(temporaryFolders(), std::size_t(0)); }

    void holdsWhatTheFolderHolds() {
        const auto written = writeBundle(*m_source, m_archive);
        LAPIDARY_VERIFY_OK(written);
        QCOMPARE(written->bytes, std::uint64_t(fs::file_size(m_archive)));
        QCOMPARE(firstFailure(verifyBundle(m_archive)), std::string());
        auto unpacked = UnpackedArchive::open(m_archive);
        LAPIDARY_VERIFY_OK(unpacked);
        QCOMPARE((*unpacked)->folder().filename().string(), std::string("small-one-2"));
        std::size_t files = 0;
        for (const auto& member : membersOf(m_folder)) {
            QCOMPARE(readFile((*unpacked)->folder() / member.name), member.bytes);
            ++files;
        }
        QCOMPARE(membersOf((*unpacked)->folder()).size(), files);
        QCOMPARE(written->files, files);
        unpacked->reset();
        if (const auto unzip = QStandardPaths::findExecutable(QStringLiteral("unzip")); !unzip.isEmpty())
            QCOMPARE(QProcess::execute(unzip, {QStringLiteral("-tqq"), QString::fromStdString(m_archive.string())}), 0);
    }

    void sameBytesWhereverAndWhenever() {
        LAPIDARY_VERIFY_OK(writeBundle(*m_source, m_dir / "a.zip"));
        qputenv("TZ", "Pacific/Kiritimati");
        tzset();
        LAPIDARY_VERIFY_OK(writeBundle(*m_source, m_dir / "other name.ZIP"));
        qunsetenv("TZ");
        tzset();
        QVERIFY(readFile(m_dir / "a.zip") == readFile(m_dir / "other name.ZIP"));
    }

    void replacesOnlyBundles() {
        const auto place = m_dir / "again.zip";
        LAPIDARY_VERIFY_OK(writeBundle(*m_source, place));
        QCOMPARE(writeBundle(*m_source, place).error().code, std::string("bundle.exists"));
        LAPIDARY_VERIFY_OK(writeBundle(*m_source, place, {.goldens = 1, .replace = true}));
        QCOMPARE(firstFailure(verifyBundle(place)), std::string());
        zipped(place, {{"notes.txt", "mine"}});
        QCOMPARE(writeBundle(*m_source, place, {.replace = true}).error().code, std::string("bundle.exists"));
        fs::create_directories(m_dir / "folder.zip");
        QCOMPARE(writeBundle(*m_source, m_dir / "folder.zip").error().code, std::string("bundle.exists"));
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(isCancelled(writeBundle(*m_source, m_dir / "never.zip", {}, Work{stop.get_token(), {}}).error()));
        QVERIFY(isCancelled(packArchive(m_folder, "x", m_dir / "never.zip", Work{stop.get_token(), {}}).error()));
        QVERIFY(isCancelled(verifyBundle(m_archive, {}, Work{stop.get_token(), {}}).error()));
        QVERIFY(!fs::exists(m_dir / "never.zip"));
    }

    void packedByOthers() {
        QCOMPARE(failureOf(membersOf(m_folder, ZIP_CM_DEFLATE)), std::string());
        QCOMPARE(failureOf(membersOf(m_folder, ZIP_CM_DEFLATE, "my folder/")), std::string());
        const auto zip = QStandardPaths::findExecutable(QStringLiteral("zip"));
        if (zip.isEmpty())
            QSKIP("There is no program zip here");
        QProcess process; // -fz: sizes in 64 bits
        process.setWorkingDirectory(QString::fromStdString(m_dir.path().string()));
        process.start(
            zip, {QStringLiteral("-qr"), QStringLiteral("-fz"), QStringLiteral("info.zip"), QStringLiteral("folder")});
        QVERIFY(process.waitForFinished() && process.exitCode() == 0);
        QCOMPARE(firstFailure(verifyBundle(m_dir / "info.zip")), std::string()); // also with entries for folders
    }

    void changedInside() {
        auto members = membersOf(m_folder);
        for (auto& member : members)
            if (member.name == "golden/001.ppm")
                member.bytes[member.bytes.size() / 2] ^= 1;
        QVERIFY(failureOf(members).starts_with("files golden/001.ppm: The file is not what"));
        QVERIFY(failureOf({{"readme", "hello"}}).starts_with("bundle.no_sums"));
    }

    void namesOutside() {
        for (const std::string& name :
             std::vector<std::string>{"../evil", "a/../../evil", "/evil", "a\\..\\evil", ".hidden", "C:evil"}) {
            const auto failure = failureOf({{name, "x"}});
            QVERIFY2(failure.starts_with("bundle.outside"), (name + ": " + failure).c_str());
        }
        QVERIFY(!fs::exists(m_dir / "temporary/evil") && !fs::exists(m_dir / "evil"));
    }

    void linksAndSpecialFiles() {
        QVERIFY(failureOf({{"golden", "/etc", 0120777}, {"golden/passwd", "x"}}).starts_with("bundle.link"));
        QVERIFY(failureOf({{"pipe", "", 0010644}}).starts_with("bundle.link"));
        QVERIFY(failureOf({{"a", "1"}, {"a/b", "2"}}).starts_with("file.write"));
    }

    void bombs() {
        const auto failure = failureOf({{"zeros", std::string(std::size_t(8) << 20, '\0'), 0100644, ZIP_CM_DEFLATE}});
        QVERIFY2(failure.starts_with("bundle.size"), failure.c_str());
        std::vector<Member> many;
        for (int i = 0; i < 10001; ++i)
            many.push_back({"f" + std::to_string(i), {}});
        QVERIFY(failureOf(many).starts_with("bundle.size"));
        // A size that is a lie: both the header and the directory say that less comes out.
        auto bytes = readFile(zipped(m_dir / "lie.zip", {{"x", std::string(70000, 'x'), 0100644, ZIP_CM_DEFLATE}}));
        writeFile(m_dir / "lie.zip", renamed(bytes, std::string("\x70\x11\x01\x00", 4), std::string("\x10\0\0\0", 4)));
        const auto lie = firstFailure(verifyBundle(m_dir / "lie.zip"));
        QVERIFY2(lie.starts_with("bundle.archive") || lie.starts_with("bundle.size"), lie.c_str());
    }

    void damaged() {
        const auto good = readFile(m_archive);
        const auto with = [&](const std::string& bytes) {
            writeFile(m_dir / "damaged.zip", bytes);
            return firstFailure(verifyBundle(m_dir / "damaged.zip"));
        };
        for (const auto& bytes : {good.substr(0, good.size() / 2), std::string("no archive"), std::string()}) {
            const auto failure = with(bytes);
            QVERIFY2(failure.starts_with("bundle.archive"), failure.c_str());
            QVERIFY(verifyBundle(m_dir / "damaged.zip").error().hint.starts_with("Copy it once more"));
        }
        auto flipped = good;
        flipped[flipped.find("P6\n") + 40] ^= 1; // inside a stored picture: its CRC tells
        QVERIFY2(with(flipped).starts_with("bundle.archive"), with(flipped).c_str());
        const auto twice = zipped(m_dir / "twice.zip", {{"name-1", "a"}, {"name-2", "b"}});
        QVERIFY(with(renamed(readFile(twice), "name-2", "name-1")).find("two files of one name") != std::string::npos);
        QVERIFY(failureOf({{"x", "hello"}}, true).find("encrypted") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(BundleArchiveTest)
#include "tst_bundlearchive.moc"
