// SPDX-License-Identifier: GPL-3.0-or-later
// A workbench that says anything after its greeting: the agent's session ends, and the cache holds nothing but names
// made of hashes.
#include "device/link/agentserver.h"
#include "device/link/hexbytes.h"
#include "tests/fuzz/scriptedstream.h"

#include <cstdio>
#include <cstdlib>

using namespace lapidary;
namespace fs = std::filesystem;

namespace {

class NoRunner final : public ModelRunner {
public:
    AgentInfo info() override { return {}; }
    Result<AgentProfile> profile(const std::string&, const ProfileOptions& options, const Work&) override {
        if (options.maxRuns > 4000 || options.batch < 1 || !(options.maxSeconds <= 3600))
            std::abort();
        AgentProfile result;
        result.kernels.resize(3);
        return result;
    }
    Result<AgentOutputs> run(const std::string&, int, const std::vector<TensorPtr>& inputs, const Work&) override {
        return AgentOutputs{inputs, 0};
    }
};

const fs::path& cacheFolder() {
    static const fs::path folder = [] {
        std::string pattern = (fs::temp_directory_path() / "lapidary-fuzz-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            std::abort();
        std::atexit([] { fs::remove_all(cacheFolder()); });
        return fs::path(pattern);
    }();
    return folder;
}

void checkNames(const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder)) {
        auto name = entry.path().filename().string();
        if (name.ends_with(".list"))
            name.resize(64);
        if (!isHexHash(name)) {
            std::fprintf(stderr, "broken promise: a file called %s\n", name.c_str());
            std::abort();
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    CacheLimits limits;
    limits.objectBytes = 1 << 20;
    limits.totalBytes = 2 << 20;
    auto cache = ObjectCache::open(cacheFolder(), limits);
    if (!cache)
        std::abort();
    NoRunner runner;
    AgentServer server(runner, **cache, {});
    auto stream = std::make_unique<fuzz::ScriptedStream>(data, size);
    stream->say(1, std::string("\x08\x01\x10\x01\x20\x05", 6)); // protocol 1, nonce 5
    (void)server.serve(std::move(stream));
    checkNames(cacheFolder() / "objects");
    checkNames(cacheFolder() / "chunks");
    return 0;
}
