// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/activationcache.h"
#include "eval/activationfile.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

#include <fstream>
#include <thread>

using namespace lapidary;
using namespace lapidary::test;

namespace {

CachedValuesPtr values(int seed, std::int64_t width = 100) {
    auto made = std::make_shared<CachedValues>();
    made->indices = {std::size_t(seed), 7};
    made->labels = {3, -1};
    made->text = "text " + std::to_string(seed);
    made->shapes = {{-1, width}, {2}};
    made->runs.push_back({4,
                          2,
                          {makeTensor({2, width}, randomFloats(std::size_t(2 * width), std::uint64_t(seed))),
                           makeTensor<std::int64_t>({2}, {seed, 5})}});
    return made;
}

bool same(const CachedValuesPtr& a, const CachedValuesPtr& b) {
    if (!a || !b || a->indices != b->indices || a->labels != b->labels || a->text != b->text ||
        a->shapes != b->shapes || a->runs.size() != b->runs.size())
        return false;
    for (std::size_t r = 0; r < a->runs.size(); ++r) {
        const auto &x = a->runs[r], &y = b->runs[r];
        if (x.given != y.given || x.rows != y.rows || x.values.size() != y.values.size())
            return false;
        for (std::size_t i = 0; i < x.values.size(); ++i)
            if (contentHash(*x.values[i]) != contentHash(*y.values[i]))
                return false;
    }
    return true;
}

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    return files;
}

} // namespace

class TestActivationCache : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void givesBackWhatItGot() {
        ActivationCache cache({});
        QVERIFY(!cache.find("set", 0, 16));
        cache.store("set", 0, 16, values(1));
        QVERIFY(same(cache.find("set", 0, 16), values(1)));
        QVERIFY(cache.holds("set", 0, 16));
        for (const auto& [set, first, count] : {std::tuple("other", 0, 16), {"set", 16, 16}, {"set", 0, 15}})
            QVERIFY(!cache.find(set, std::size_t(first), std::size_t(count)));
        QCOMPARE(cache.usage().found, std::uint64_t(1));
        QVERIFY(cache.setName({"a", "bc"}) != cache.setName({"ab", "c"}));
    }

    void forgetsTheLeastRecentlyUsed() {
        const auto one = values(1)->bytes();
        ActivationCache cache({3 * one + one / 2, {}, 0});
        for (int i = 0; i < 3; ++i)
            cache.store("set", std::size_t(i), 1, values(i));
        QVERIFY(cache.find("set", 0, 1));
        cache.store("set", 3, 1, values(3));
        QVERIFY(!cache.holds("set", 1, 1));
        for (const std::size_t kept : {0, 2, 3})
            QVERIFY(cache.holds("set", kept, 1));
        QVERIFY(cache.usage().mostMemoryBytes <= cache.limits().memoryBytes);
        cache.store("set", 9, 1, values(9, 5000)); // larger than all of it: not kept, and nothing lost
        QVERIFY(!cache.holds("set", 9, 1) && cache.holds("set", 3, 1));
        cache.store("set", 3, 1, values(30)); // replaced, not counted twice
        QVERIFY(same(cache.find("set", 3, 1), values(30)));
        QVERIFY(cache.usage().memoryBytes <= 3 * one + one / 2);
    }

    void movesToTheDiskAndBack() {
        const TempDir folder;
        const auto one = values(1)->bytes();
        {
            ActivationCache cache({2 * one, folder.path(), std::uint64_t(1) << 24});
            for (int i = 0; i < 10; ++i)
                cache.store("set", std::size_t(i), 1, values(i));
            for (int i = 0; i < 10; ++i)
                QVERIFY(same(cache.find("set", std::size_t(i), 1), values(i)));
            QVERIFY(cache.usage().mostMemoryBytes <= 2 * one);
            cache.keep();
        }
        QCOMPARE(filesIn(folder.path()).size(), std::size_t(10));
        ActivationCache later({std::uint64_t(1) << 24, folder.path(), std::uint64_t(1) << 24});
        for (int i = 0; i < 10; ++i)
            QVERIFY(same(later.find("set", std::size_t(i), 1), values(i)));
        later.keep();
        QCOMPARE(later.usage().writtenBytes, std::uint64_t(0)); // it is there already
    }

    void keepsToTheLimitOfTheDisk() {
        const TempDir folder;
        const auto file = packValues(*values(1)).size();
        ActivationCache cache({0, folder.path(), 5 * file});
        for (int i = 0; i < 30; ++i)
            cache.store("set", std::size_t(i), 1, values(i));
        std::uintmax_t bytes = 0;
        for (const auto& path : filesIn(folder.path()))
            bytes += std::filesystem::file_size(path);
        QVERIFY(bytes > 0 && bytes <= 5 * file);
    }

    void damageIsAbsence() {
        const TempDir folder;
        ActivationCache({0, folder.path(), std::uint64_t(1) << 24}).store("set", 0, 1, values(1));
        const auto path = filesIn(folder.path()).at(0);
        const auto whole = readFile(path);
        for (std::size_t at = 0; at < whole.size(); at += 37) {
            std::string broken = whole;
            broken[at] = char(broken[at] ^ 0x20);
            std::vector<std::byte> bytes(broken.size()), cut;
            std::memcpy(bytes.data(), broken.data(), broken.size());
            cut.assign(bytes.begin(), bytes.begin() + std::ptrdiff_t(at));
            QVERIFY(!unpackValues(bytes));
            QVERIFY(!unpackValues(cut));
        }
        writeFile(path, whole.substr(0, whole.size() / 2));
        ActivationCache cache({std::uint64_t(1) << 24, folder.path(), std::uint64_t(1) << 24});
        QVERIFY(!cache.find("set", 0, 1));
        QVERIFY(!std::filesystem::exists(path));
    }

    void manyThreads() {
        const auto one = values(1)->bytes();
        ActivationCache cache({4 * one, {}, 0});
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&cache, &wrong, t] {
                    for (int i = 0; i < 200; ++i) {
                        const int at = (i * 7 + t) % 9;
                        cache.store("set", std::size_t(at), 1, values(at));
                        if (const auto found = cache.find("set", std::size_t((at + 1) % 9), 1))
                            wrong += !same(found, values((at + 1) % 9));
                    }
                });
        }
        QCOMPARE(wrong.load(), 0);
        QVERIFY(cache.usage().mostMemoryBytes <= 4 * one);
    }
};

QTEST_GUILESS_MAIN(TestActivationCache)
#include "tst_activationcache.moc"
