// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/devicedata.h"
#include "device/latency/siliconprofile.h"
#include "onnx/onnxshapes.h"
#include "plugin/plugininterface.h"

#include <QObject>

#include <algorithm>
#include <cstdio>

namespace lapidary {

namespace {

std::string amount(double value, const char* unit) {
    const char* prefixes[] = {"", "k", "M", "G", "T"};
    int prefix = 0;
    for (; value >= 1000 && prefix < 4; ++prefix)
        value /= 1000;
    char text[48];
    std::snprintf(text, sizeof text, "%.4g %s%s", value, prefixes[prefix], unit);
    return text;
}

/// Silicon known from its data sheet only: nothing runs, everything it says is an estimate. Immutable.
class SiliconDevice final : public Device {
public:
    explicit SiliconDevice(SiliconProfile silicon) : m_silicon(std::move(silicon)) {}

    DeviceInfo info() const override {
        DeviceInfo info;
        info.id = "estimate:" + m_silicon.id;
        info.name = m_silicon.name;
        info.kind = "estimate";
        info.stateReason = "estimates from data sheets, nothing is measured";
        auto& facts = info.capabilities;
        for (const auto& precision : m_silicon.precisions()) {
            facts["precisions"] += (facts["precisions"].empty() ? "" : ", ") + precision;
            facts["peak_" + precision] = amount(m_silicon.peakOperations.at(precision), "op/s");
        }
        facts["bandwidth"] = m_silicon.bandwidth > 0
                                 ? amount(m_silicon.bandwidth, "B/s") + " (" + m_silicon.bandwidthOf + ")"
                                 : "not published";
        if (m_silicon.onChipBytes > 0)
            facts["on_chip"] = std::to_string(std::int64_t(m_silicon.onChipBytes) / 1024) + " KiB";
        facts["sparsity"] = m_silicon.sparsity.empty() ? "no gain known" : m_silicon.sparsity;
        facts["weight_compression"] =
            m_silicon.weightCompression.empty() ? "no gain known" : m_silicon.weightCompression;
        for (std::size_t i = 0; i < m_silicon.sources.size(); ++i)
            facts["source_" + std::to_string(i + 1)] = m_silicon.sources[i];
        return info;
    }

    Result<Profile> profile(const Model& model, const ProfileOptions& options, const Work& work) override {
        if (auto status = work.check(); !status)
            return status;
        if (options.batch != 1)
            return errorDiagnostic("device.batch", "Estimates are for batch 1");
        const auto shapes = inferOnnxShapes(model);
        if (!shapes)
            return shapes.status();
        return rooflineProfile(m_silicon, *model.graph, *shapes);
    }

private:
    SiliconProfile m_silicon;
};

/// A file that cannot be read is a device in error, so that its reason is seen.
class BrokenSilicon final : public Device {
public:
    BrokenSilicon(std::string id, Diagnostic problem) : m_id(std::move(id)), m_problem(std::move(problem)) {}
    DeviceInfo info() const override {
        return {"estimate:" + m_id, m_id, "estimate", DeviceState::Error, m_problem.toString(), {}};
    }
    Result<Profile> profile(const Model&, const ProfileOptions&, const Work&) override { return m_problem; }

private:
    std::string m_id;
    Diagnostic m_problem;
};

class SiliconBackend final : public DeviceBackend {
public:
    std::string id() const override { return "silicon"; }
    std::vector<std::shared_ptr<Device>> discover() override {
        std::vector<std::filesystem::path> files;
        std::error_code problem;
        for (std::filesystem::directory_iterator it(deviceDataFolder() / "silicon", problem), end;
             !problem && it != end; it.increment(problem))
            if (it->path().extension() == ".json")
                files.push_back(it->path());
        std::sort(files.begin(), files.end());
        std::vector<std::shared_ptr<Device>> devices;
        for (const auto& file : files) {
            if (auto silicon = SiliconProfile::read(file))
                devices.push_back(std::make_shared<SiliconDevice>(std::move(*silicon)));
            else
                devices.push_back(std::make_shared<BrokenSilicon>(file.stem().string(), silicon.error()));
        }
        return devices;
    }
};

} // namespace

class SiliconPlugin final : public QObject, public Plugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID LAPIDARY_PLUGIN_IID FILE "silicon.json")
    Q_INTERFACES(lapidary::Plugin)

public:
    std::vector<std::shared_ptr<DeviceBackend>> deviceBackends() override {
        return {std::make_shared<SiliconBackend>()};
    }
};

} // namespace lapidary

#include "siliconplugin.moc"
