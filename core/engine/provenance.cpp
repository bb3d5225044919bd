// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/provenance.h"

#include "base/cpufeatures.h"
#include "device/hostenvironment.h"
#include "runtime/session.h"

namespace lapidary {

namespace {

std::string textOf(const Json& json) {
    return json.isNull() ? std::string("none") : json.isString() ? json.toString() : json.dump();
}

void compare(std::vector<Difference>& found, const char* kind, std::string what, const Json& recorded,
             const Json& now) {
    if (!recorded.isNull() && recorded != now)
        found.push_back({kind, std::move(what), textOf(recorded), textOf(now)});
}

void compareData(std::vector<Difference>& found, const VariantRecord& variant, const Json& recorded, const Json& now) {
    const auto hash = recorded.isObject() ? recorded["hash"].toString() : variant.dataHash;
    if (hash.empty() || hash == now["hash"].toString())
        return;
    const auto file = recorded["path"].toString();
    found.push_back({"data", file.empty() ? "calibration data" : file, hash, now["hash"].toString("missing")});
}

Json processorJson() {
    auto facts = hostEnvironment();
    Json json;
    json.set("name", facts["cpu"]);
    json.set("features", facts["cpu_features"]);
    json.set("int8_products_saturate", int8ProductsSaturate());
    return json;
}

} // namespace

Result<std::shared_ptr<const CalibrationData>>
NotedCalibration::calibrate(const Model& model, const CalibrationRequest& request, const Work& work) {
    m_used = true;
    return m_inner->calibrate(model, request, work);
}

Result<std::shared_ptr<const CalibrationData>> NotedCalibration::calibrateWatched(const Model& model,
                                                                                  const CalibrationRequest& request,
                                                                                  const ValueWatcher& watcher,
                                                                                  const Work& work) {
    m_used = true;
    return m_inner->calibrateWatched(model, request, watcher, work);
}

Result<StreamResult> NotedCalibration::stream(const std::vector<StreamedModel>& models, const StreamConsumer& consume,
                                              const Work& work) {
    m_used = true;
    return m_inner->stream(models, consume, work);
}

Result<std::map<NodeId, UsedKernel>> NotedCalibration::usedKernels(const Model& model, const Work& work) {
    m_used = true;
    return m_inner->usedKernels(model, work);
}

Json Difference::toJson() const {
    Json json;
    json.set("kind", kind);
    json.set("what", what);
    json.set("recorded", recorded);
    json.set("now", now);
    return json;
}

std::string Difference::toString() const {
    if (kind == "parent" || kind == "source")
        return what;
    if (kind == "data") {
        const auto data = what == "evaluation data" ? what : "calibration data " + what;
        return now == "missing" ? data + " is missing"
                                : data + " has changed (" + recorded.substr(0, 12) + ", now " + now.substr(0, 12) + ")";
    }
    const auto subject = kind == what ? what : kind + " " + what;
    return subject + ": made with " + recorded + ", this is " + now;
}

Json provenanceNow(const Engine& engine, const Recipe& recipe, const NotedCalibration* calibration, bool withUnused) {
    Json json;
    const auto versions = versionText(); // "lapidary 0.1.0, onnxruntime …"
    json.set("lapidary", versions.substr(0, versions.find(',')).substr(std::string("lapidary ").size()));
    json.set("runtime", "onnxruntime " + runtimeVersion());
    Json passes = Json::Object();
    for (const auto& step : recipe.steps)
        if (const auto pass = engine.passes().find(step.pass); step.enabled && pass)
            passes.set(step.pass, step.version != 0 ? step.version : (*pass)->info().version);
        else if (step.enabled)
            passes.set(step.pass, nullptr);
    json.set("passes", std::move(passes));
    json.set("processor", processorJson());
    if (calibration && (withUnused || calibration->used())) {
        Json data;
        data.set("path", calibration->data().path);
        data.set("name", calibration->data().name);
        data.set("hash", calibration->dataHash());
        data.set("samples", calibration->sampleCount());
        json.set("data", std::move(data));
    }
    return json;
}

std::vector<Difference> differencesSince(const VariantRecord& variant, const Json& now) {
    std::vector<Difference> found;
    const Json& then = variant.provenance;
    compareData(found, variant, then["data"], now["data"]);
    for (const auto& [id, version] : then["passes"].object())
        compare(found, "pass", id, version, now["passes"][id]);
    if (then.isNull()) {
        compare(found, "lapidary", "lapidary", variant.versions.empty() ? Json() : Json(variant.versions),
                versionText());
        return found;
    }
    compare(found, "lapidary", "lapidary", then["lapidary"], now["lapidary"]);
    compare(found, "runtime", "runtime", then["runtime"], now["runtime"]);
    const auto& processor = then["processor"];
    for (const auto& [feature, value] : processor.object())
        if (feature != "name")
            compare(found, "processor", feature, value, now["processor"][feature]);
    compare(found, "processor", "name", processor["name"], now["processor"]["name"]);
    return found;
}

} // namespace lapidary
