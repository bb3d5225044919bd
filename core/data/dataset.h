// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "data/preprocess.h"

#include <filesystem>
#include <memory>
#include <span>

namespace lapidary {

struct Pixels;

/// Preprocessed inputs stacked along the first axis, with labels as the model numbers them (label_offset applied).
struct Batch {
    TensorPtr input;                  ///< N x …, float
    std::vector<std::int64_t> labels; ///< N entries, or empty for unlabelled data
    std::size_t first = 0;            ///< index of the first sample asked for
    std::vector<std::size_t> indices; ///< N entries: which samples these are (unreadable ones are left out)
    std::size_t size() const { return input ? std::size_t(input->shape[0]) : 0; }
};

struct DatasetOptions {
    std::filesystem::path cacheFolder; ///< preprocessed samples are kept here by content hash; empty: no cache
    std::uint64_t cacheLimitBytes = std::uint64_t(4) << 30;
    /// Decoded samples (8 bits a channel) kept in memory while the dataset is open, so that the second variant
    /// evaluated on it reads no file.
    std::uint64_t memoryLimitBytes = std::uint64_t(192) << 20;
    std::size_t maxUnreadable = 10; ///< unreadable images are named and skipped up to this many
    int threads = 2;                ///< for decoding
};

/// A dataset file opened (DESIGN section 7: image-folder, image-list, idx, cifar, npy). Immutable; any thread; the same
/// order and bytes every time.
class Dataset {
public:
    virtual ~Dataset();
    virtual std::string name() const = 0;
    virtual std::size_t size() const = 0; ///< samples, "limit" applied
    virtual bool labelled() const = 0;
    virtual const std::vector<std::string>& classes() const = 0; ///< may be empty
    virtual const Preprocess& preprocess() const = 0;
    virtual Shape sampleShape() const = 0;                   ///< of one preprocessed sample without the batch axis
    virtual std::int64_t labelOffset() const { return 0; }   ///< what was added to the labels of the data
    virtual std::int64_t highestLabel() const { return -1; } ///< offset included; -1 for unlabelled data
    /// Hash of the dataset file, the list of samples and the preprocessing: identifies results.
    virtual std::string hash() const = 0;
    /// Samples [first, first + count), fewer at the end. Unreadable images are skipped and counted in problems().
    virtual Result<Batch> batch(std::size_t first, std::size_t count, const Work& work = {}) const = 0;
    /// The samples of these numbers in this order; Batch::first stays 0. Otherwise as batch().
    virtual Result<Batch> gather(std::span<const std::size_t> samples, const Work& work = {}) const;
    virtual Diagnostics problems() const = 0;
    /// The sample as people see it: path or index.
    virtual std::string sampleName(std::size_t index) const = 0;
    /// The sample as the model sees it, shaped but not scaled. Fails with "dataset.no_picture" where samples are numbers.
    virtual Result<Pixels> pixels(std::size_t index) const;
};

using DatasetPtr = std::shared_ptr<const Dataset>;

/// Fails with "dataset.format", "dataset.version", "dataset.missing" (file or folder), "dataset.labels",
/// "dataset.size".
Result<DatasetPtr> openDataset(const std::filesystem::path& jsonFile, const DatasetOptions& options = {});
/// The first `limit` samples of another dataset.
DatasetPtr limitedDataset(DatasetPtr dataset, std::size_t limit);

} // namespace lapidary
