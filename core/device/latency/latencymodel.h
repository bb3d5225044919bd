// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "device/latency/latencyfit.h"
#include "device/profile.h"

#include <map>
#include <mutex>

namespace lapidary {

/// Where the number of an estimate comes from, best first.
enum class EstimateBasis {
    Table,   ///< this very layer was measured on the device
    Family,  ///< interpolated between measured layers of the same kind
    Related, ///< from layers of other kinds: little better than a guess
    Unknown  ///< nothing known; milliseconds are 0
};
std::string_view basisName(EstimateBasis basis); ///< "table", "family", "related", "unknown"

/// A predicted time. Always to be shown as an estimate, with its error.
struct LatencyEstimate {
    double ms = 0;
    double relativeError = 0; ///< one standard deviation, as a share: 0.1 is ± 10 %
    EstimateBasis basis = EstimateBasis::Unknown;
};

/// Predicted times of a whole graph.
struct GraphLatency {
    struct Layer {
        NodeId node;
        LatencyEstimate estimate;
        bool fused = false; ///< expected to be done by the kernel of what it reads: no time of its own
    };
    std::vector<Layer> layers; ///< in graph order; nodes that only name constants are left out
    double ms = 0;
    double errorMs = 0;                    ///< one standard deviation; layers of one family are taken to err together
    std::size_t unknown = 0;               ///< layers with nothing known about them: `ms` is too low by theirs
    Json toJson(const Graph& graph) const; ///< estimate: true, ms, error_ms, unknown, nodes[]
};

/// What one device takes for layers, learned from its profiles: a table of the shapes seen and an interpolation over
/// all others of their kind. Every profile with times per node makes it better; a shape measured again moves its entry
/// towards the newer time. For one device with one number of threads; batch 1. Thread-safe.
class LatencyModel {
public:
    LatencyModel(std::string device, int threads) : m_device(std::move(device)), m_threads(threads) {}
    LatencyModel(const LatencyModel&) = delete;
    LatencyModel& operator=(const LatencyModel&) = delete;

    const std::string& device() const { return m_device; }
    int threads() const { return m_threads; }
    std::size_t shapesKnown() const;

    /// Learns from a profile of `graph` with times per node. Returns how many layers it had times for. Fails with
    /// "latency.profile" if it is an estimate, has no times per node, has another batch than 1 or is of another device
    /// or number of threads.
    Result<std::size_t> learn(const Graph& graph, const ShapeTable& shapes, const Profile& profile);

    LatencyEstimate estimate(const LayerFeatures& layer) const;
    GraphLatency estimate(const Graph& graph, const ShapeTable& shapes) const;
    /// True if most nodes of this operator behind one of that operator had no kernel of their own.
    bool usuallyFused(const Graph& graph, const Node& node) const;

    Json toJson() const;
    /// Fails with "latency.format" and what is wrong.
    static Result<std::unique_ptr<LatencyModel>> fromJson(const Json& json);

private:
    struct Entry {
        LatencySample sample;
        double work = 1; ///< to turn the sample back into milliseconds
        int measured = 0;
        bool layer = false;
        std::string family;
    };
    struct Seen {
        int fused = 0, alone = 0;
    };
    void add(const LayerFeatures& layer, double ms);
    std::shared_ptr<const LatencyFit> fitOf(const std::string& family,
                                            bool layer) const; ///< null: no samples; lock held

    std::string m_device;
    int m_threads;
    mutable std::mutex m_mutex;
    std::map<std::string, Entry> m_table;                                    ///< by signature
    std::map<std::string, Seen> m_fusions;                                   ///< by "operator < producer's operator"
    mutable std::map<std::string, std::shared_ptr<const LatencyFit>> m_fits; ///< made at first use
};

} // namespace lapidary
