// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/samplecache.h"
#include "testsupport.h"

#include <QTest>

#include <fstream>
#include <set>
#include <thread>

using namespace lapidary;
namespace fs = std::filesystem;

namespace {

Pixels pixels(int seed, int side = 16) {
    std::vector<std::byte> bytes(std::size_t(side) * std::size_t(side) * 3);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = std::byte(std::uint8_t(i * 31 + std::size_t(seed) * 7));
    return {side, side, PixelOrder::Rgb, Blob(std::move(bytes))};
}

ContentKey key(int number) {
    return contentKey(std::as_bytes(std::span(&number, 1)));
}

std::vector<fs::path> filesIn(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    return files;
}

bool same(const std::optional<Pixels>& a, const Pixels& b) {
    return a && a->width == b.width && a->order == b.order &&
           std::equal(a->data.bytes().begin(), a->data.bytes().end(), b.data.bytes().begin(), b.data.bytes().end());
}

} // namespace

class TestSampleCache : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void storesAndFinds() {
        const test::TempDir folder;
        SampleCache cache(folder.path(), 1 << 20);
        QVERIFY(!cache.find(key(1)));
        cache.store(key(1), pixels(1));
        QVERIFY(same(cache.find(key(1)), pixels(1)));
        QVERIFY(!cache.find(key(2)));
        QVERIFY(same(SampleCache(folder.path(), 1 << 20).find(key(1)), pixels(1)));
    }

    void everyDamagedByteIsFound() {
        const test::TempDir folder;
        SampleCache cache(folder.path(), 1 << 20);
        cache.store(key(1), pixels(1, 2));
        const fs::path file = filesIn(folder.path()).front();
        const std::string good = test::readFile(file);
        for (std::size_t i = 0; i < good.size(); ++i) {
            if (i >= 20 && i < 24)
                continue; // reserved
            std::string bad = good;
            bad[i] = char(bad[i] ^ 0x10);
            test::writeFile(file, bad);
            QVERIFY2(!cache.find(key(1)), std::to_string(i).c_str());
            QVERIFY(!fs::exists(file));
        }
        for (const std::size_t length : {std::size_t(0), std::size_t(10), good.size() - 1}) {
            test::writeFile(file, good.substr(0, length));
            QVERIFY(!cache.find(key(1)));
        }
        cache.store(key(1), pixels(1, 2));
        QVERIFY(same(cache.find(key(1)), pixels(1, 2)));
    }

    void oldestGoesFirst() {
        const test::TempDir folder;
        const std::uint64_t one = 16 * 16 * 3 + 40;
        SampleCache cache(folder.path(), 10 * one);
        for (int i = 0; i < 10; ++i) {
            cache.store(key(i), pixels(i));
            for (const fs::path& file : filesIn(folder.path()))
                if (fs::last_write_time(file) > fs::file_time_type::clock::now() - std::chrono::minutes(1))
                    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(20 - i));
        }
        QCOMPARE(filesIn(folder.path()).size(), std::size_t(10));
        QVERIFY(cache.find(key(0))); // used again: no longer the oldest
        cache.store(key(10), pixels(10));
        QVERIFY(filesIn(folder.path()).size() <= 10);
        QVERIFY(cache.find(key(0)));
        QVERIFY(!cache.find(key(1)));
        QVERIFY(cache.find(key(10)));
    }

    void cannotWrite() {
        const test::TempDir folder;
        test::writeFile(folder / "file", "not a folder");
        SampleCache cache(folder / "file", 1 << 20);
        cache.store(key(1), pixels(1));
        QVERIFY(!cache.find(key(1)));
    }

    void manyThreads() {
        const test::TempDir folder;
        SampleCache cache(folder.path(), 1 << 22);
        std::atomic<int> wrong = 0;
        std::vector<std::jthread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 50; ++i) {
                    cache.store(key(i), pixels(i));
                    wrong += !same(cache.find(key(i)), pixels(i));
                }
            });
        threads.clear();
        QCOMPARE(wrong.load(), 0);
        QCOMPARE(filesIn(folder.path()).size(), std::size_t(50));
    }

    void contentKeysDiffer() {
        std::set<std::string> seen;
        std::vector<std::byte> bytes(100);
        for (std::size_t length = 0; length <= 100; ++length)
            seen.insert(contentKey(std::span(bytes).first(length)).hex());
        for (std::size_t i = 0; i < 100; ++i) {
            bytes[i] = std::byte(1);
            seen.insert(contentKey(bytes).hex());
            bytes[i] = std::byte(0);
        }
        seen.insert(contentKey(bytes, 1).hex());
        QCOMPARE(seen.size(), std::size_t(202));
    }
};

QTEST_GUILESS_MAIN(TestSampleCache)
#include "tst_samplecache.moc"
