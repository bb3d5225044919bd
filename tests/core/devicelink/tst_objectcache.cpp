// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/hexbytes.h"
#include "device/link/incomingobject.h"
#include "loopbackagent.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;
namespace fs = std::filesystem;

namespace {

std::unique_ptr<ObjectCache> openCache(const fs::path& folder, CacheLimits limits = {}) {
    auto cache = ObjectCache::open(folder, limits);
    if (!cache)
        qFatal("%s", cache.error().toString().c_str());
    return std::move(*cache);
}

/// Lists the object's chunks; the indices that are wanted.
Result<std::vector<std::uint32_t>> announce(IncomingObject& incoming, const OutgoingObject& object) {
    std::string hashes;
    std::vector<std::uint32_t> sizes, wanted;
    for (const auto& chunk : object.chunks()) {
        hashes += chunk.hash;
        sizes.push_back(chunk.size);
    }
    const auto bitmap = incoming.addPage(0, hashes, sizes);
    if (!bitmap)
        return bitmap.status();
    for (std::uint32_t i = 0; i < sizes.size(); ++i)
        if ((*bitmap)[i / 8] >> (i % 8) & 1)
            wanted.push_back(i);
    return wanted;
}

/// Brings the whole object in; how many chunks were wanted.
Result<std::size_t> bring(ObjectCache& cache, const OutgoingObject& object) {
    auto incoming = IncomingObject::begin(cache, object.hash(), object.size(), std::uint32_t(object.chunks().size()));
    if (!incoming)
        return incoming.status();
    const auto wanted = announce(*incoming, object);
    if (!wanted)
        return wanted.status();
    for (const auto index : *wanted) {
        const auto packed = compressChunk(object.chunk(index));
        if (auto status = incoming->addChunk(index, !packed.empty(), packed.empty() ? object.chunk(index) : packed);
            !status)
            return status;
    }
    if (!incoming->complete())
        return errorDiagnostic("test", "not complete");
    if (auto status = cache.assemble(object.hash(), incoming->chunks(), {}); !status)
        return status;
    return wanted->size();
}

std::size_t filesIn(const fs::path& folder) {
    return std::size_t(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

} // namespace

class ObjectCacheTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void cutting() {
        const auto bytes = someModel(3'000'000);
        const OutgoingObject object(bytes);
        std::string again;
        for (std::size_t i = 0; i < object.chunks().size(); ++i) {
            const auto chunk = object.chunk(i);
            QVERIFY(chunk.size() <= largestLinkChunk);
            QVERIFY(i + 1 == object.chunks().size() || chunk.size() >= smallestLinkChunk);
            const auto packed = compressChunk(chunk);
            QVERIFY2(!packed.empty() && packed.size() < chunk.size(), "six bits a byte can be packed");
            QCOMPARE(decompressChunk(packed, chunk.size()), std::string(chunk));
            QVERIFY(decompressChunk(packed, chunk.size() - 1).empty());
            again += chunk;
        }
        QVERIFY(again == bytes);
        QVERIFY(decompressChunk("garbage", 100).empty());
    }

    void wholeObject() {
        const TempDir folder;
        auto cache = openCache(folder / "cache");
        const OutgoingObject object(someModel(1'000'000));
        const auto wanted = bring(*cache, object);
        LAPIDARY_VERIFY_OK(wanted);
        QCOMPARE(*wanted, object.chunks().size());
        const auto file = cache->object(object.hash());
        QVERIFY(file.has_value());
        QVERIFY(readFile(*file) == someModel(1'000'000));
        QCOMPARE(filesIn(folder / "cache" / "chunks"), std::size_t(0));
        QCOMPARE(filesIn(folder / "cache" / "objects"), std::size_t(2));
        QVERIFY2(!openCache(folder / "other")->object(object.hash()), "another cache has nothing");
        QVERIFY(openCache(folder / "cache")->object(object.hash()).has_value());
    }

    /// A variant that differs in one place sends the chunks around that place, also after a restart.
    void variantsShare() {
        const TempDir folder;
        auto bytes = someModel(2'000'000);
        const OutgoingObject first(bytes);
        LAPIDARY_VERIFY_OK(bring(*openCache(folder / "cache"), first));
        bytes.replace(1'000'000, 100, someModel(150, 9));
        const OutgoingObject second(bytes);
        auto cache = openCache(folder / "cache");
        const auto wanted = bring(*cache, second);
        LAPIDARY_VERIFY_OK(wanted);
        QVERIFY2(*wanted <= 4, qPrintable(QString::number(*wanted)));
        QVERIFY(*wanted >= 1);
        QVERIFY(readFile(*cache->object(second.hash())) == bytes);
    }

    /// A repeated chunk (zeros) is sent once.
    void repeatedChunks() {
        const TempDir folder;
        const OutgoingObject zeros(std::string(1'000'000, '\0'));
        QVERIFY(zeros.chunks().size() > 10);
        auto cache = openCache(folder / "cache");
        const auto wanted = bring(*cache, zeros);
        LAPIDARY_VERIFY_OK(wanted);
        QVERIFY2(*wanted <= 2, qPrintable(QString::number(*wanted)));
        QCOMPARE(readFile(*cache->object(zeros.hash())), std::string(1'000'000, '\0'));
    }

    void chunksSurviveARestart() {
        const TempDir folder;
        const OutgoingObject object(someModel(1'000'000));
        {
            auto cache = openCache(folder / "cache");
            auto incoming =
                IncomingObject::begin(*cache, object.hash(), object.size(), std::uint32_t(object.chunks().size()));
            LAPIDARY_VERIFY_OK(incoming);
            LAPIDARY_VERIFY_OK(announce(*incoming, object));
            for (std::uint32_t i = 0; i < 5; ++i)
                LAPIDARY_VERIFY_OK(incoming->addChunk(i, false, object.chunk(i)));
        }
        auto cache = openCache(folder / "cache");
        const auto wanted = bring(*cache, object);
        LAPIDARY_VERIFY_OK(wanted);
        QCOMPARE(*wanted, object.chunks().size() - 5);
    }

    /// A chunk that rotted on the disk is noticed, forgotten, and wanted again.
    void damagedChunk() {
        const TempDir folder;
        const OutgoingObject object(someModel(500'000));
        auto cache = openCache(folder / "cache");
        auto incoming =
            IncomingObject::begin(*cache, object.hash(), object.size(), std::uint32_t(object.chunks().size()));
        LAPIDARY_VERIFY_OK(incoming);
        LAPIDARY_VERIFY_OK(announce(*incoming, object));
        for (std::uint32_t i = 0; i < object.chunks().size(); ++i)
            LAPIDARY_VERIFY_OK(incoming->addChunk(i, false, object.chunk(i)));
        writeFile(folder / "cache" / "chunks" / toHex(object.chunks()[3].hash),
                  std::string(object.chunks()[3].size, 'x'));
        const auto status = cache->assemble(object.hash(), incoming->chunks(), {});
        QVERIFY(!status.ok());
        QCOMPARE(status.error().code, std::string("agent.cache"));
        QVERIFY(!cache->object(object.hash()));
        const auto wanted = bring(*cache, object);
        LAPIDARY_VERIFY_OK(wanted);
        QCOMPARE(*wanted, std::size_t(1));
    }

    void liesAreRefused() {
        const TempDir folder;
        auto cache = openCache(folder / "cache");
        const OutgoingObject object(someModel(300'000));
        const auto count = std::uint32_t(object.chunks().size());
        const auto begin = [&](std::string hash, std::uint64_t size, std::uint32_t chunks) {
            return IncomingObject::begin(*cache, std::move(hash), size, chunks).status();
        };
        QVERIFY(!begin("../../etc/passwd", 10, 1).ok());
        QVERIFY(!begin(object.hash(), 0, 1).ok());
        QVERIFY(!begin(object.hash(), 300'000, 0).ok());
        QVERIFY(!begin(object.hash(), 300'000, 1).ok());
        QVERIFY(!begin(object.hash(), 300'000, 300'000).ok());
        QCOMPARE(begin(object.hash(), std::uint64_t(1) << 60, 1u << 31).error().code, std::string("agent.too_large"));
        auto incoming = IncomingObject::begin(*cache, object.hash(), object.size(), count);
        LAPIDARY_VERIFY_OK(incoming);
        QVERIFY2(!incoming->addChunk(0, false, object.chunk(0)).ok(), "before the list");
        QVERIFY(!incoming->addPage(1, std::string(32, 'a'), {5000}).ok());
        QVERIFY(!incoming->addPage(0, std::string(31, 'a'), {5000}).ok());
        QVERIFY(!incoming->addPage(0, std::string(32, 'a'), {0}).ok());
        QVERIFY(!incoming->addPage(0, std::string(32, 'a'), {1u << 30}).ok());
        auto other = IncomingObject::begin(*cache, object.hash(), object.size(), count);
        LAPIDARY_VERIFY_OK(other);
        LAPIDARY_VERIFY_OK(announce(*other, object));
        QVERIFY(!other->addChunk(count, false, object.chunk(0)).ok());
        QVERIFY(!other->addChunk(1, false, object.chunk(0)).ok());
        QVERIFY(!other->addChunk(0, true, "no zstd").ok());
        LAPIDARY_VERIFY_OK(other->addChunk(0, false, object.chunk(0)));
        QVERIFY2(!other->addChunk(0, false, object.chunk(0)).ok(), "twice");
        QCOMPARE(filesIn(folder / "cache" / "chunks"), std::size_t(1));
    }

    /// The whole must have the announced hash, even if every chunk has its own.
    void anotherWhole() {
        const TempDir folder;
        auto cache = openCache(folder / "cache");
        const OutgoingObject object(someModel(100'000));
        auto incoming =
            IncomingObject::begin(*cache, std::string(32, 'h'), object.size(), std::uint32_t(object.chunks().size()));
        LAPIDARY_VERIFY_OK(incoming);
        LAPIDARY_VERIFY_OK(announce(*incoming, object));
        for (std::uint32_t i = 0; i < object.chunks().size(); ++i)
            LAPIDARY_VERIFY_OK(incoming->addChunk(i, false, object.chunk(i)));
        const auto status = cache->assemble(std::string(32, 'h'), incoming->chunks(), {});
        QVERIFY(!status.ok());
        QCOMPARE(status.error().code, std::string("link.hash"));
        QCOMPARE(filesIn(folder / "cache" / "objects"), std::size_t(0));
    }

    void oldObjectsGiveWay() {
        const TempDir folder;
        CacheLimits limits;
        limits.totalBytes = 2'500'000;
        auto cache = openCache(folder / "cache", limits);
        std::vector<std::string> hashes;
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            const OutgoingObject object(someModel(1'000'000, seed));
            hashes.push_back(object.hash());
            LAPIDARY_VERIFY_OK(bring(*cache, object));
            fs::last_write_time(*cache->object(object.hash()),
                                fs::file_time_type::clock::now() - std::chrono::hours(24 - int(seed)));
        }
        QVERIFY(!cache->object(hashes[0]));
        QVERIFY(cache->object(hashes[1]) && cache->object(hashes[2]));
        QCOMPARE(cache->makeRoom(3'000'000).error().code, std::string("agent.full"));
    }
};

QTEST_GUILESS_MAIN(ObjectCacheTest)
#include "tst_objectcache.moc"
