// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantsweep.h"

#include "device/hostenvironment.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

QString say(const char* text) {
    return QCoreApplication::translate("lapidary::VariantSweep", text);
}

QString valueText(const ParamSpec& spec, const Json& value) {
    if (spec.type == ParamType::Choice)
        for (const auto& option : spec.options)
            if (option.key == value.toString())
                return QString::fromStdString(option.label);
    if (value.isBool())
        return value.toBool() ? say(QT_TRANSLATE_NOOP("lapidary::VariantSweep", "on"))
                              : say(QT_TRANSLATE_NOOP("lapidary::VariantSweep", "off"));
    if (value.isNumber())
        return QLocale::c().toString(value.toDouble(), 'g', 6);
    return QString::fromStdString(value.toString());
}

Result<ApplyRequest> requestFor(const Pass& pass, const VariantSweep& sweep, const Json& value) {
    ParamSet params = sweep.params;
    params.insert_or_assign(sweep.parameter, value);
    const auto& schema = pass.info().schema;
    auto complete = schema.complete(params);
    if (!complete)
        return complete.status();
    RecipeStep step;
    step.pass = sweep.pass;
    step.params = schema.nonDefault(*complete);
    step.nodes = sweep.nodes;
    ApplyRequest request;
    request.parent = sweep.parent;
    request.recipe.steps = {step};
    request.recipe.seed = 1;
    request.name = sweepName(pass.info(), *schema.find(sweep.parameter), value).toStdString();
    return request;
}

/// The variant that the request would make, if it is there already; 0 if not.
VariantId existing(const std::vector<VariantRecord>& variants, const ApplyRequest& request) {
    const auto wanted = request.recipe.hash();
    for (const auto& variant : variants)
        if (variant.parent == request.parent && !variant.recipe.isNull())
            if (const auto recipe = Recipe::fromJson(variant.recipe); recipe && recipe->hash() == wanted)
                return variant.id;
    return 0;
}

Status measure(ProjectSession& session, const VariantSweep& sweep, VariantId id, const Work& work) {
    if (sweep.evaluate) {
        EvaluateOptions options;
        options.batch = 32;
        options.threads = hostCores();
        if (const auto result = session.evaluate(id, 0, options, work.part(0, sweep.profile ? 0.5 : 1)); !result)
            return result.status();
    }
    if (sweep.profile) {
        ProfileOptions options;
        options.perNode = true;
        options.maxSeconds = 5;
        if (const auto profile = session.profile(id, sweep.device, options, work.part(sweep.evaluate ? 0.5 : 0, 1));
            !profile)
            return profile.status();
    }
    return {};
}

} // namespace

std::vector<Json> sweepRange(const ParamSpec& spec, double from, double to, int count) {
    std::vector<Json> values;
    for (int i = 0; i < count; ++i) {
        const double at = count == 1 ? from : from + (to - from) * i / (count - 1);
        // A step of 0.1 shall give 0.3, not 0.30000000000000004.
        const double tidy = std::round(at * 1e9) / 1e9;
        const Json value = spec.type == ParamType::Integer ? Json(std::int64_t(std::llround(at))) : Json(tidy);
        if (std::find(values.begin(), values.end(), value) == values.end())
            values.push_back(value);
    }
    return values;
}

Result<std::vector<Json>> sweepList(const ParamSchema& schema, const std::string& key, const QString& text) {
    std::vector<Json> values;
    for (const auto& part : text.split(QRegularExpression(QStringLiteral("[,;\\s]+")), Qt::SkipEmptyParts)) {
        const auto parsed = schema.parseAssignments({key + "=" + part.toStdString()});
        if (!parsed)
            return parsed.status();
        const auto it = parsed->find(key);
        if (it == parsed->end())
            continue;
        if (auto status = schema.validate(key, it->second); !status)
            return status;
        if (std::find(values.begin(), values.end(), it->second) == values.end())
            values.push_back(it->second);
    }
    return values;
}

std::vector<const ParamSpec*> sweepable(const ParamSchema& schema) {
    std::vector<const ParamSpec*> specs;
    for (const auto& spec : schema.specs())
        if (spec.type == ParamType::Number || spec.type == ParamType::Integer || spec.type == ParamType::Choice ||
            spec.type == ParamType::Bool)
            specs.push_back(&spec);
    return specs;
}

QString sweepName(const PassInfo& pass, const ParamSpec& parameter, const Json& value) {
    return say(QT_TRANSLATE_NOOP("lapidary::VariantSweep", "%1: %2 %3"))
        .arg(QString::fromStdString(pass.title), QString::fromStdString(parameter.label).toLower(),
             valueText(parameter, value));
}

Lane sweepLane(const VariantSweep& sweep) {
    if (!sweep.profile)
        return Lane::cpu();
    return sweep.device == "host" ? Lane::exclusive() : Lane::onDevice(QString::fromStdString(sweep.device));
}

Result<std::vector<VariantId>> runSweep(ProjectSession& session, const VariantSweep& sweep, const Work& work) {
    const auto pass = session.engine().passes().find(sweep.pass);
    if (!pass)
        return pass.status();
    if (!(*pass)->info().schema.find(sweep.parameter))
        return errorDiagnostic("param.unknown", sweep.pass + " has no parameter '" + sweep.parameter + "'");
    std::vector<VariantId> made;
    const double share = 1.0 / double(std::max<std::size_t>(1, sweep.values.size()));
    for (std::size_t i = 0; i < sweep.values.size(); ++i) {
        const auto request = requestFor(**pass, sweep, sweep.values[i]);
        if (!request)
            return request.status();
        const auto variants = session.project().variants();
        if (!variants)
            return variants.status();
        const Work part = work.part(double(i) * share, double(i + 1) * share, request->name);
        const bool more = sweep.evaluate || sweep.profile;
        VariantId id = existing(*variants, *request);
        if (id == 0) {
            const auto applied = session.apply(*request, part.part(0, more ? 0.3 : 1));
            if (!applied)
                return applied.status();
            id = *applied;
        }
        made.push_back(id);
        if (auto status = measure(session, sweep, id, part.part(0.3, 1)); !status)
            return status;
    }
    return made;
}

} // namespace lapidary
