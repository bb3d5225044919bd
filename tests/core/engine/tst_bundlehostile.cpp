// SPDX-License-Identifier: GPL-3.0-or-later
// Bundles that are damaged, changed, or made to do harm.
#include "bundlebench.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace fs = std::filesystem;

class HostileBundleTest : public TestCase {
    Q_OBJECT

private:
    TempDir m_dir;
    fs::path m_good;
    int m_next = 0;

    fs::path copy() {
        const auto place = m_dir / ("copy" + std::to_string(m_next++));
        fs::copy(m_good, place, fs::copy_options::recursive);
        return place;
    }

    /// A copy whose bundle.json says something else, with a checksum that agrees.
    fs::path said(const std::string& from, const std::string& to) {
        const auto place = copy();
        auto text = readFile(place / "bundle.json");
        const auto at = text.find(from);
        if (at == std::string::npos)
            qFatal("bundle.json does not say %s", from.c_str());
        writeFile(place / "bundle.json", text.replace(at, from.size(), to));
        signAgain(place, "bundle.json");
        return place;
    }

private Q_SLOTS:
    void initTestCase() {
        m_good = m_dir / "good";
        const auto data = writePictures(m_dir / "data", R"({"resize": {"width": 16, "height": 16}, "scale": 0.1})");
        LAPIDARY_VERIFY_OK(writeBundle(*bundleSourceOf(smallClassifier(16), data), m_good));
        QCOMPARE(firstFailure(verifyBundle(m_good)), std::string());
    }

    void damagedFilesAreNamed() {
        for (const char* name :
             {"model.onnx", "golden/001.ppm", "golden/002.output-0.npy", "classes.txt", "bundle.json"}) {
            const auto place = copy();
            auto bytes = readFile(place / name);
            bytes[bytes.size() / 2] ^= 1;
            writeFile(place / name, bytes);
            const auto failure = firstFailure(verifyBundle(place));
            QVERIFY2(failure.starts_with(std::string("files ") + name + ": The file is not what"), failure.c_str());
            fs::remove(place / name);
            QVERIFY(
                firstFailure(verifyBundle(place)).starts_with(std::string("files ") + name + ": The file is missing"));
        }
    }

    void noBundle() {
        fs::create_directories(m_dir / "empty");
        QVERIFY(firstFailure(verifyBundle(m_dir / "empty")).starts_with("bundle.no_sums"));
        QVERIFY(firstFailure(verifyBundle(m_dir / "nowhere")).starts_with("bundle.no_sums"));
        const auto place = copy();
        writeFile(place / "SHA256SUMS", "not a list\n");
        QVERIFY(firstFailure(verifyBundle(place)).starts_with("bundle.sums"));
    }

    void namesOutside() {
        writeFile(m_dir / "secret", "s");
        for (const std::string name :
             {"../secret", "/etc/hostname", "golden/../../secret", "./x", ".hidden", "a\\b", "golden//x"}) {
            const auto place = copy();
            writeFile(place / "SHA256SUMS", readFile(place / "SHA256SUMS") + sha256("s") + "  " + name + "\n");
            const auto failure = firstFailure(verifyBundle(place));
            QVERIFY2(failure.starts_with("bundle.outside"), (name + ": " + failure).c_str());
        }
        for (const auto& place :
             {said("\"golden/000.ppm\"", "\"../secret\""), said("\"golden/001.input-0.npy\"", "\"/etc/passwd\""),
              said("\"model.onnx\"", "\"../good/model.onnx\"")}) {
            const auto failure = firstFailure(verifyBundle(place));
            QVERIFY2(failure.starts_with("description bundle.json"), failure.c_str());
        }
        // A dataset file of its own making, with the right checksum: it is not opened.
        const auto place = copy();
        writeFile(place / "golden.json", R"({"lapidary_dataset": 1, "kind": "image-folder", "root": "../data"})");
        signAgain(place, "golden.json");
        QVERIFY(firstFailure(verifyBundle(place)).starts_with("preprocessing golden.json: It is not what"));
    }

    void links() {
        const auto place = copy();
        fs::rename(place / "golden/000.ppm", m_dir / "elsewhere.ppm");
        fs::create_symlink(m_dir / "elsewhere.ppm", place / "golden/000.ppm");
        QVERIFY(firstFailure(verifyBundle(place)).starts_with("files golden/000.ppm: This is a link"));
        const auto other = copy();
        fs::rename(other / "golden", m_dir / "goldens");
        fs::create_directory_symlink(m_dir / "goldens", other / "golden");
        QVERIFY(firstFailure(verifyBundle(other)).starts_with("files golden/000"));
        const auto extra = copy();
        fs::create_symlink("/etc/hostname", extra / "golden/more");
        const auto result = verifyBundle(extra);
        QCOMPARE(firstFailure(result), std::string());
        QVERIFY(std::any_of(result->checks.begin(), result->checks.end(), [](const auto& check) {
            return check.state == BundleCheck::State::Skipped && check.text.find("golden/more") != std::string::npos;
        }));
    }

    void arraysThatLie() {
        const std::string name = "golden/000.output-0.npy";
        const auto with = [&](const std::string& bytes) {
            const auto place = copy();
            writeFile(place / name, bytes);
            signAgain(place, name);
            return firstFailure(verifyBundle(place));
        };
        const auto good = readFile(m_good / name);
        QVERIFY(with(good.substr(0, good.size() - 4)).find("needs") != std::string::npos);
        QVERIFY(with(good.substr(0, 20)).find("ends inside its header") != std::string::npos);
        QVERIFY(with("nothing of the kind").find("not a NumPy") != std::string::npos);
        auto huge = good;
        const auto at = huge.find("(1, 6)");
        QVERIFY(at != std::string::npos);
        QVERIFY(with(huge.replace(at, 6, "(9999999999999999999,)").substr(0, good.size()))
                    .starts_with("inference " + name));
        auto other = good;
        other[other.size() - 1] ^= 0x40; // the exponent of the last number
        QVERIFY(with(other).find("differs from the recorded output by") != std::string::npos);
    }

    void picturesThatLie() {
        const auto place = copy();
        writeFile(place / "golden/000.ppm", "P6\n90000 90000\n255\nxyz");
        signAgain(place, "golden/000.ppm");
        QVERIFY(firstFailure(verifyBundle(place)).starts_with("preprocessing golden/000.ppm"));
        const auto other = copy();
        writeFile(other / "golden/000.ppm", ppm(61, 47, 99));
        signAgain(other, "golden/000.ppm");
        const auto failure = firstFailure(verifyBundle(other));
        QVERIFY2(failure.starts_with("preprocessing golden/000.ppm: The input differs"), failure.c_str());
    }

    void descriptionsThatLie() {
        QVERIFY(
            firstFailure(verifyBundle(said("\"lapidary_bundle\": 1", "\"lapidary_bundle\": 2"))).find("Use a newer") ==
            std::string::npos);
        QVERIFY(firstFailure(verifyBundle(said("\"lapidary_bundle\": 1", "\"lapidary_bundle\": 2"))).find("format 2") !=
                std::string::npos);
        QVERIFY(firstFailure(verifyBundle(said("\"scores\"", "\"marks\"")))
                    .find("'scores' float32 ?x6 instead of 'marks'") != std::string::npos);
        const auto contract = firstFailure(verifyBundle(said("\"scale\": 0.1", "\"scale\": 0.2")));
        QVERIFY2(contract.starts_with("preprocessing golden.json"), contract.c_str());
        QVERIFY(firstFailure(verifyBundle(said("\"golden/003.output-1.npy\"", "\"golden/009.npy\"")))
                    .starts_with("description golden/009.npy"));
        QVERIFY(firstFailure(verifyBundle(said("{", "["))).starts_with("description bundle.json"));
    }

    void cancelled() {
        std::stop_source stop;
        stop.request_stop();
        const auto result = verifyBundle(m_good, {}, Work{stop.get_token(), {}});
        QVERIFY(!result.ok() && isCancelled(result.error()));
    }
};

QTEST_GUILESS_MAIN(HostileBundleTest)
#include "tst_bundlehostile.moc"
