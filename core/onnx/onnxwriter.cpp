// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxwriter.h"

#include "base/sha256.h"
#include "onnx/outputfile.h"
#include "onnx/writecontext.h"

#include <algorithm>
#include <new>

namespace lapidary {

namespace {

using wire::Bytes;

/// Protobuf's own limit for one message.
constexpr std::uint64_t messageLimit = (std::uint64_t(2) << 30) - 1;
/// Blobs are hashed and written in steps of this many bytes, so that a stop is noticed in time.
constexpr std::size_t stepBytes = std::size_t(8) << 20;

struct Plan {
    wire::Writer message;
    ExternalLayout layout;
};

Result<Plan> plan(const Model& model, const std::string& dataName, const WriteOptions& options) {
    Plan result;
    result.layout.fileName = dataName;
    const auto build = [&]() -> Status {
        WriteContext context;
        if (options.keepExternal || result.layout.everything)
            context.external = &result.layout;
        result.message = writeModel(context, model);
        return context.missing ? Status(*context.missing) : Status();
    };
    if (auto status = build(); !status)
        return status;
    if (result.message.size() > options.externalAbove) {
        result.layout = {dataName, true, options.externalTensorBytes, 0, {}};
        if (auto status = build(); !status)
            return status;
    }
    if (result.message.size() > messageLimit)
        return errorDiagnostic("onnx.too_large", "The model is larger than 2 GiB even without its weights");
    return result;
}

class FileWriter {
public:
    FileWriter(const std::filesystem::path& path, const Work& work, std::uint64_t total)
        : m_file(path), m_work(work), m_total(std::max<std::uint64_t>(total, 1)) {}

    OutputFile& file() { return m_file; }

    Status add(Bytes bytes, Sha256& hash, std::uint64_t& done) {
        while (!bytes.empty()) {
            if (auto status = m_work.check(); !status)
                return status;
            const auto step = bytes.first(std::min(bytes.size(), stepBytes));
            hash.add(step);
            if (auto status = m_file.write(step); !status)
                return status;
            done += step.size();
            m_work.progress.set(double(done) / double(m_total));
            bytes = bytes.subspan(step.size());
        }
        return {};
    }

private:
    OutputFile m_file;
    const Work& m_work;
    std::uint64_t m_total;
};

Status writeMessage(FileWriter& target, const wire::Writer& message, Sha256& hash, std::uint64_t& done) {
    Status status = target.file().open();
    if (!status)
        return status;
    message.forEachPiece([&](Bytes bytes) {
        status = target.add(bytes, hash, done);
        return status.ok();
    });
    return status ? target.file().sync() : status;
}

Status writeData(FileWriter& target, const ExternalLayout& layout, Sha256& hash, std::uint64_t& done) {
    Status status = target.file().open();
    if (!status)
        return status;
    std::uint64_t at = 0;
    const std::vector<std::byte> padding(4096);
    for (const auto& part : layout.parts) {
        if (status = target.add(Bytes(padding).first(part.offset - at), hash, done); !status)
            return status;
        if (status = target.add(part.data.bytes(), hash, done); !status)
            return status;
        at = part.offset + part.data.size();
    }
    return target.file().sync();
}

Result<WrittenModel> writeFiles(const Model& model, const std::filesystem::path& path, const WriteOptions& options,
                                const Work& work) {
    const auto dataName = path.filename().string() + ".data";
    auto planned = plan(model, dataName, options);
    if (!planned)
        return planned.error();
    const auto total = planned->message.size() + planned->layout.end;
    FileWriter modelFile(path, work, total);
    FileWriter dataFile(path.parent_path() / dataName, work, total);
    Sha256 hash;
    std::uint64_t done = 0;
    if (auto status = writeMessage(modelFile, planned->message, hash, done); !status)
        return status;
    const bool hasData = !planned->layout.parts.empty();
    if (hasData) {
        if (auto status = writeData(dataFile, planned->layout, hash, done); !status)
            return status;
        if (auto status = dataFile.file().commit(); !status)
            return status;
    }
    if (auto status = modelFile.file().commit(); !status)
        return status;
    return WrittenModel{done, hash.finish()};
}

template <typename Work>
auto guarded(Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("onnx.too_large", "There is not enough memory to write this model");
    } catch (const std::exception& exception) {
        return errorDiagnostic("file.write", std::string("The model cannot be written: ") + exception.what());
    }
}

} // namespace

Result<WrittenModel> writeOnnx(const Model& model, const std::filesystem::path& path, const WriteOptions& options,
                               const Work& work) {
    return guarded([&] { return writeFiles(model, path, options, work); });
}

namespace {

Result<std::string> serialized(const Model& model, bool asFound) {
    return guarded([&]() -> Result<std::string> {
        WriteContext context;
        const auto message = writeModel(context, model);
        if (context.missing && !asFound)
            return *context.missing;
        if (message.size() > messageLimit)
            return errorDiagnostic("onnx.too_large", "The model is larger than 2 GiB",
                                   "Write it to a file: its weights then go to a second file.");
        return message.toString();
    });
}

} // namespace

Result<std::string> serializeOnnx(const Model& model) {
    return serialized(model, false);
}

Result<std::string> serializeOnnxAsFound(const Model& model) {
    return serialized(model, true);
}

Result<std::string> modelHash(const Model& model) {
    return guarded([&]() -> Result<std::string> {
        WriteContext context; // missing weights are hashed by what the file says about them
        Sha256 hash;
        writeModel(context, model).forEachPiece([&](Bytes bytes) {
            hash.add(bytes);
            return true;
        });
        return hash.finish();
    });
}

} // namespace lapidary
