// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/nodetooltip.h"

#include <QCoreApplication>
#include <QStringList>

namespace lapidary {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(lapidary::NodeTooltip)
};

QString plain(const std::string& text) {
    return QString::fromStdString(text).toHtmlEscaped();
}

} // namespace

QString categoryName(NodeCategory category) {
    switch (category) {
    case NodeCategory::Layer:
        return Words::tr("Layer");
    case NodeCategory::Activation:
        return Words::tr("Activation");
    case NodeCategory::Pool:
        return Words::tr("Pooling");
    case NodeCategory::Normalization:
        return Words::tr("Normalization");
    case NodeCategory::Dropout:
        return Words::tr("Dropout");
    case NodeCategory::Shape:
        return Words::tr("Shape");
    case NodeCategory::Tensor:
        return Words::tr("Tensor operation");
    case NodeCategory::Data:
        return Words::tr("Data");
    case NodeCategory::Quantization:
        return Words::tr("Quantization");
    case NodeCategory::Attention:
        return Words::tr("Attention");
    case NodeCategory::Control:
        return Words::tr("Control flow");
    case NodeCategory::Input:
        return Words::tr("Model input");
    case NodeCategory::Output:
        return Words::tr("Model output");
    case NodeCategory::Constant:
        return Words::tr("Constant");
    case NodeCategory::Other:
        return Words::tr("Operator");
    case NodeCategory::Unknown:
        return Words::tr("Unknown operator");
    }
    return {};
}

QString nodeTooltip(const PictureNode& node, const NodeDecor* decor, const QString& overlayTitle) {
    QStringList rows;
    rows << QStringLiteral("<b>%1</b> · %2").arg(plain(node.title), categoryName(node.category).toHtmlEscaped());
    if (!node.name.empty() && node.name != node.title)
        rows << plain(node.name);
    for (const std::string& line : node.lines)
        rows << plain(line);
    if (node.members > 0)
        rows << Words::tr("A closed group: double-click or E opens it");
    if (node.channels > 0) {
        if (decor && decor->channelsKept >= 0 && decor->channelsKept < node.channels)
            rows << Words::tr("Keeps %1 of %2 output channels").arg(decor->channelsKept).arg(node.channels);
        else
            rows << Words::tr("%n output channel(s)", nullptr, static_cast<int>(node.channels));
    }
    if (!decor)
        return rows.join(QStringLiteral("<br>"));
    if (decor->group >= 0)
        rows << (decor->groupText.empty()
                     ? Words::tr("Coupled group %1: its members change together").arg(decor->group + 1)
                     : Words::tr("%1: coupled, these nodes change together").arg(plain(decor->groupText)));
    if (!decor->fenced.empty())
        rows << Words::tr("Left alone: %1").arg(plain(decor->fenced));
    if (decor->hasValue() && !overlayTitle.isEmpty())
        rows << (decor->predicted ? Words::tr("%1: %2 (estimate)") : Words::tr("%1: %2"))
                    .arg(overlayTitle.toHtmlEscaped(), plain(decor->valueText));
    if (!decor->diffText.empty())
        rows << plain(decor->diffText).replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    for (const std::string& badge : decor->badges)
        rows << Words::tr("Badge: %1").arg(plain(badge));
    return rows.join(QStringLiteral("<br>"));
}

} // namespace lapidary
