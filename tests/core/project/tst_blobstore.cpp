// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sha256.h"
#include "project/blobstore.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Bytes that do not compress.
std::string noise(std::size_t bytes, std::uint64_t seed) {
    std::string text(bytes, '\0');
    std::uint64_t state = seed;
    for (auto& byte : text) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        byte = char(state >> 56);
    }
    return text;
}

std::span<const std::byte> bytesOf(const std::string& text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::uint64_t bytesOnDisk(const std::filesystem::path& folder) {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            sum += entry.file_size();
    return sum;
}

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

class BlobStoreTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void roundTrip_data() {
        QTest::addColumn<int>("size");
        for (const int size : {0, 1, 16383, 16384, 16385, 65536, (1 << 20) + 1, 2500000})
            QTest::addRow("%d bytes", size) << size;
    }
    void roundTrip() {
        QFETCH(int, size);
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto data = noise(std::size_t(size), 1);
        const auto address = store.put(bytesOf(data));
        LAPIDARY_VERIFY_OK(address);
        QVERIFY(store.contains(*address));
        const auto again = store.get(*address);
        LAPIDARY_VERIFY_OK(again);
        QVERIFY(*again == data);
        const auto second = store.put(bytesOf(data));
        LAPIDARY_VERIFY_OK(second);
        QCOMPARE(*second, *address);
    }

    void zerosOfAnySizeAreSmall() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const std::string zeros(3 << 20, '\0');
        const auto address = store.put(bytesOf(zeros));
        LAPIDARY_VERIFY_OK(address);
        QVERIFY(*store.get(*address) == zeros);
        QVERIFY2(bytesOnDisk(dir / "blobs") < 4096, "every chunk is the same");
    }

    /// A change in the middle, even one that moves everything behind it, costs the chunks around it.
    void similarBlobsShareChunks_data() {
        QTest::addColumn<int>("grow");
        QTest::newRow("replaced") << 0;
        QTest::newRow("inserted") << 37;
    }
    void similarBlobsShareChunks() {
        QFETCH(int, grow);
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto first = noise(4 << 20, 2);
        auto second = first;
        second.replace(2 << 20, 1000, noise(std::size_t(1000 + grow), 3));
        const auto one = store.put(bytesOf(first));
        LAPIDARY_VERIFY_OK(one);
        const auto alone = bytesOnDisk(dir / "blobs");
        QVERIFY(alone >= first.size());
        const auto two = store.put(bytesOf(second));
        LAPIDARY_VERIFY_OK(two);
        QVERIFY(*one != *two);
        const auto added = bytesOnDisk(dir / "blobs") - alone;
        QVERIFY2(added < 1200000, qPrintable(QString::number(added)));
        QVERIFY(*store.get(*one) == first);
        QVERIFY(*store.get(*two) == second);
    }

    void damageIsFound_data() {
        QTest::addColumn<QString>("how");
        for (const char* how : {"flip", "truncate", "empty", "swap"})
            QTest::newRow(how) << how;
    }
    /// Every file of the store damaged in turn: never wrong bytes, always "blob.corrupt"; putting the data again mends
    /// it.
    void damageIsFound() {
        QFETCH(QString, how);
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto data = noise(300000, 4);
        const auto address = store.put(bytesOf(data));
        LAPIDARY_VERIFY_OK(address);
        const auto files = filesIn(dir / "blobs");
        QVERIFY(files.size() >= 3);
        for (std::size_t i = 0; i < files.size(); ++i) {
            const auto good = readFile(files[i]);
            auto bad = good;
            if (how == "flip")
                bad[bad.size() / 2] = char(bad[bad.size() / 2] ^ 1);
            else if (how == "truncate")
                bad.resize(bad.size() - 1);
            else if (how == "empty")
                bad.clear();
            else
                bad = readFile(files[(i + 1) % files.size()]);
            writeFile(files[i], bad);
            const auto got = store.get(*address);
            QVERIFY2(!got.ok(), files[i].c_str());
            QVERIFY2(got.error().code == "blob.corrupt" || (how == "empty" && got.error().code == "blob.missing"),
                     got.error().code.c_str());
            QVERIFY(store.put(bytesOf(data)).ok());
            const auto mended = store.get(*address);
            LAPIDARY_VERIFY_OK(mended);
            QVERIFY(*mended == data);
        }
    }

    void missingChunksAndAddresses() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto data = noise(100000, 5);
        const auto address = store.put(bytesOf(data));
        LAPIDARY_VERIFY_OK(address);
        for (const std::string& wrong :
             {std::string(), std::string("x"), std::string("../../etc/passwd"), std::string(64, 'a')}) {
            QVERIFY(!store.contains(wrong));
            const auto got = store.get(wrong);
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, std::string("blob.missing"));
        }
        for (const auto& file : filesIn(dir / "blobs")) {
            const auto bytes = readFile(file);
            std::filesystem::remove(file);
            const auto got = store.get(*address);
            QVERIFY(!got.ok());
            QCOMPARE(got.error().code, std::string("blob.missing"));
            QVERIFY(!got.error().hint.empty());
            writeFile(file, bytes);
        }
        QVERIFY(store.get(*address).ok());
    }

    /// An ordinary chunk is not a list of chunks.
    void addressOfAChunkIsRefused() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto data = noise(1000, 6);
        QVERIFY(store.put(bytesOf(data)).ok());
        const auto got = store.get(sha256(data));
        QVERIFY(!got.ok());
        QCOMPARE(got.error().code, std::string("blob.corrupt"));
    }

    void garbageCollection() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto first = noise(1 << 20, 7);
        auto second = first;
        second.replace(1 << 19, 1000, noise(1000, 8));
        const auto third = noise(1 << 18, 9);
        const auto one = store.put(bytesOf(first));
        const auto alone = bytesOnDisk(dir / "blobs");
        const auto two = store.put(bytesOf(second));
        const auto three = store.put(bytesOf(third));
        LAPIDARY_VERIFY_OK(three);
        const auto nothing = store.collectGarbage({*one, *two, *three});
        LAPIDARY_VERIFY_OK(nothing);
        QCOMPARE(*nothing, std::size_t(0));
        const auto removed = store.collectGarbage({*one});
        LAPIDARY_VERIFY_OK(removed);
        QVERIFY(*removed > 2);
        QCOMPARE(bytesOnDisk(dir / "blobs"), alone);
        QVERIFY(*store.get(*one) == first);
        QVERIFY(!store.contains(*two));
        QVERIFY(!store.contains(*three));
    }

    /// Nothing is thrown away when it is not known what is needed.
    void garbageCollectionRefusesUnknownAddresses() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto data = noise(50000, 10);
        const auto address = store.put(bytesOf(data));
        LAPIDARY_VERIFY_OK(address);
        for (const std::string& wrong : {std::string(), std::string("nonsense"), std::string(64, 'b')})
            QVERIFY(!store.collectGarbage({*address, wrong}).ok());
        QVERIFY(*store.get(*address) == data);
    }

    /// A file that another writer is about to rename stays; what a killed one left long ago goes.
    void garbageCollectionAndTemporaryFiles() {
        const TempDir dir;
        BlobStore store(dir / "blobs");
        const auto address = store.put(bytesOf(noise(1000, 11)));
        LAPIDARY_VERIFY_OK(address);
        const auto folder = filesIn(dir / "blobs").front().parent_path();
        writeFile(folder / "0123.zst.AbCdEf", "being written");
        writeFile(folder / "4567.zst.GhIjKl", "left behind");
        std::filesystem::last_write_time(folder / "4567.zst.GhIjKl",
                                         std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
        QVERIFY(store.collectGarbage({*address}).ok());
        QVERIFY(std::filesystem::exists(folder / "0123.zst.AbCdEf"));
        QVERIFY(!std::filesystem::exists(folder / "4567.zst.GhIjKl"));
    }

    void severalThreadsPutTheSame() {
        const TempDir dir;
        const auto data = noise(1 << 20, 12);
        std::vector<std::string> addresses(4);
        std::vector<std::thread> threads;
        for (auto& address : addresses)
            threads.emplace_back([&] {
                BlobStore store(dir / "blobs");
                if (auto put = store.put(bytesOf(data)))
                    address = *put;
            });
        for (auto& thread : threads)
            thread.join();
        BlobStore store(dir / "blobs");
        for (const auto& address : addresses) {
            QVERIFY(!address.empty());
            QCOMPARE(address, addresses.front());
        }
        QVERIFY(*store.get(addresses.front()) == data);
        for (const auto& file : filesIn(dir / "blobs"))
            QCOMPARE(file.extension().string(), std::string(".zst"));
    }

    void aFolderThatCannotBeMade() {
        const TempDir dir;
        writeFile(dir / "blobs", "a file where the folder should be");
        BlobStore store(dir / "blobs");
        const auto put = store.put(bytesOf(noise(10, 13)));
        QVERIFY(!put.ok());
        QCOMPARE(put.error().code, std::string("blob.write"));
        QVERIFY(!put.error().hint.empty());
    }
};

QTEST_GUILESS_MAIN(BlobStoreTest)
#include "tst_blobstore.moc"
