// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/datasetspec.h"
#include "data/imagepipeline.h"

#include <memory>

namespace lapidary {

/// Where samples come from, before preprocessing. Immutable; any thread.
class SampleSource {
public:
    virtual ~SampleSource() = default;
    virtual std::size_t size() const = 0;
    virtual bool labelled() const = 0;
    virtual std::int64_t label(std::size_t index) const = 0; ///< as the data says it, without offset
    virtual std::string sampleName(std::size_t index) const = 0;
    /// Identifies the list of samples and, for data in one file, its contents.
    virtual std::string fingerprint() const = 0;
    /// Class names the source itself knows (folders); empty otherwise.
    virtual std::vector<std::string> classes() const { return {}; }

    enum class Form {
        Encoded, ///< encodedSample() gives an image file
        Pixels,  ///< pixelSample()
        Numbers  ///< numberSample(), of numberShape(): not images
    };
    virtual Form form() const = 0;
    virtual Result<Blob> encodedSample(std::size_t index) const;
    virtual Result<Pixels> pixelSample(std::size_t index) const;
    virtual Status numberSample(std::size_t index, float* out) const;
    virtual Shape numberShape() const { return {}; }
};

Result<std::unique_ptr<SampleSource>> openImageFolder(const DatasetSpec& spec);
Result<std::unique_ptr<SampleSource>> openImageList(const DatasetSpec& spec);
Result<std::unique_ptr<SampleSource>> openIdx(const DatasetSpec& spec);
Result<std::unique_ptr<SampleSource>> openCifar(const DatasetSpec& spec);
Result<std::unique_ptr<SampleSource>> openNpy(const DatasetSpec& spec);
/// By the kind of the specification.
Result<std::unique_ptr<SampleSource>> openSource(const DatasetSpec& spec);

} // namespace lapidary
