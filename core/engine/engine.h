// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/cost.h"
#include "pass/runner.h"
#include "plugin/pluginmanager.h"

#include <filesystem>

namespace lapidary {

/// A model with everything that is known about it without running it. Immutable, shared between threads.
struct AnalysedModel {
    ModelPtr model;
    ShapeTable shapes; ///< batch 1
    CostReport cost;
    ModelTotals totals;
    Diagnostics problems;        ///< what the reader and the verifier found
    std::uint64_t fileBytes = 0; ///< of the file it was read from, external data included; 0: made in memory
};
using AnalysedModelPtr = std::shared_ptr<const AnalysedModel>;

/// Plugins, devices and the engines that passes are given. Make one per process at start, on the main thread; const members
/// may be called from any thread.
class Engine {
public:
    explicit Engine(const QStringList& pluginFolders = PluginManager::standardFolders());

    const PluginManager& plugins() const { return m_plugins; }
    const PassRegistry& passes() const { return m_plugins.passes(); }
    /// Asks every backend, and adds the devices the user saved (saveddevices.h); sorted by id with the host first and
    /// estimates last.
    std::vector<std::shared_ptr<Device>> devices() const;
    /// One of devices(), or any device by its address ("exec:lapidary-agent --stdio"). Fails with "device.unknown" and the
    /// ids there are, "device.address".
    Result<std::shared_ptr<Device>> device(const std::string& id) const;
    /// Contacts the device at an address, with a pairing key if it needs one, and brings its info() up to date.
    Status refreshDevice(const std::string& address, const std::string& pairingKey, const Work& work) const;
    /// Tells of devices that come, go or change, on all backends that notice, until the watch is destroyed. The listener is called
    /// from threads of the backends, never twice at the same time.
    std::unique_ptr<DeviceWatch> watchDevices(DeviceListener listener) const;

    /// ONNX's inference, and ONNX Runtime's where that knows too little.
    static ShapeInference shapeInference();

    static Result<AnalysedModelPtr> open(const std::filesystem::path& file, const Work& work = {});
    static Result<AnalysedModelPtr> analyse(ModelPtr model, const Work& work = {});

    /// What one step would do. `scope`: chosen nodes; empty: the step's own patterns. Follows a slider.
    Result<PassPreview> preview(const AnalysedModel& model, const RecipeStep& step, const std::set<NodeId>& scope,
                                std::uint64_t seed = 0) const;
    Result<RunReport> apply(ModelPtr model, const Recipe& recipe, CalibrationProvider* calibration,
                            const Work& work = {}) const;

private:
    PluginManager m_plugins;
};

/// "lapidary 0.1.0, onnxruntime 1.30.0" for records.
std::string versionText();
/// Where preprocessed data may be cached; LAPIDARY_CACHE or the user's cache folder.
std::filesystem::path cacheFolder();

} // namespace lapidary
