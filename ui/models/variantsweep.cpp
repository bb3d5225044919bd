// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/variantsweep.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

namespace lapidary {

std::vector<const ParamSpec*> sweepable(const ParamSchema& schema) {
    std::vector<const ParamSpec*> specs;
    for (const auto& spec : schema.specs())
        if (spec.type == ParamType::Number || spec.type == ParamType::Integer || spec.type == ParamType::Choice ||
            spec.type == ParamType::Bool)
            specs.push_back(&spec);
    return specs;
}

Result<SweepParameter> sweepParameterOf(const ParamSchema& schema, const std::string& key, const QString& text) {
    const auto parts = text.split(QRegularExpression(QStringLiteral("[,;\\s]+")), Qt::SkipEmptyParts);
    return parseSweepParameter(schema, key + "=" + parts.join(u',').toStdString());
}

QString sweepTitle(const PassRegistry& passes, const SweepRequest& request) {
    const auto pass = passes.find(request.step.pass);
    const auto id = QString::fromStdString(request.step.pass);
    if (!pass || request.vary.empty())
        return id;
    const auto& info = (*pass)->info();
    const auto* spec = info.schema.find(request.vary.front().key);
    return spec ? QCoreApplication::translate("lapidary::VariantSweep", "%1: %2")
                      .arg(QString::fromStdString(info.title), QString::fromStdString(spec->label).toLower())
                : id;
}

Lane sweepLane(const SweepRequest& request) {
    if (!request.profile)
        return Lane::cpu();
    return request.device == "host" ? Lane::exclusive() : Lane::onDevice(QString::fromStdString(request.device));
}

} // namespace lapidary
