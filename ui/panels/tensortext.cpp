// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/tensortext.h"

#include "tensor/elementtext.h"
#include "ui/models/numbertext.h"

#include <QLocale>

namespace lapidary {

namespace {

QString number(qulonglong value) {
    return QLocale().toString(value);
}
QString real(double value) {
    return std::isnan(value) ? QStringLiteral("–") : QLocale().toString(value, 'g', 4);
}
QString line(const QString& html) {
    return html + QStringLiteral("<br>");
}

QString colored(const QString& text, const QColor& color) {
    return QStringLiteral("<span style=\"color:%1\">%2</span>").arg(color.name(), text);
}

} // namespace

QString TensorText::title(const InspectedTensor& tensor) {
    const auto name = QString::fromStdString(tensor.name);
    return tensor.role.empty() || tensor.role == tensor.name
               ? name
               : QString::fromStdString(tensor.role) + QStringLiteral(" · ") + name;
}

QString TensorText::numbers(const InspectedTensor& inspected, const TensorFacts* facts, bool dequantized,
                            const Theme& theme) {
    const auto& tensor = *inspected.tensor;
    QString html = line(QStringLiteral("<b>%1</b> · %2 · %3")
                            .arg(QString::fromStdString(dataTypeName(tensor.type) + " " + shapeText(tensor.shape)),
                                 tr("%1 elements").arg(number(qulonglong(tensor.count()))), bytesText(tensor.bytes())));
    if (inspected.isQuantized()) {
        const auto& quantization = inspected.quantization;
        const auto scales = quantization.scale->count();
        html += line(colored(scales == 1 ? tr("Stands for real numbers by one scale")
                                         : tr("Stands for real numbers by %1 scales along axis %2")
                                               .arg(number(qulonglong(scales)))
                                               .arg(quantization.axis),
                             theme.muted) +
                     (facts && facts->problem.empty() && scales == 1
                          ? QStringLiteral(": %1").arg(QString::fromStdString(elementText(*quantization.scale, 0)))
                          : QString()) +
                     (facts && facts->problem.empty() && quantization.zeroPoint && quantization.zeroPoint->count() == 1
                          ? tr(", zero point %1").arg(QString::fromStdString(elementText(*quantization.zeroPoint, 0)))
                          : QString()));
    }
    if (!facts)
        return html +
               colored(tensor.missing() ? QString::fromStdString(tensor.missingReason).toHtmlEscaped() : tr("Reading…"),
                       theme.muted);
    if (!facts->statistics)
        return html + colored(QString::fromStdString(facts->problem).toHtmlEscaped(),
                              tensor.missing() ? theme.bad : theme.muted);
    const auto& s = *facts->statistics;
    const auto share = [&](std::uint64_t part) {
        return percentText(s.examined > 0 ? 100.0 * double(part) / double(s.examined) : 0);
    };
    if (s.sampled())
        html +=
            line(colored(tr("A sample of %1 elements: the tensor is large").arg(number(s.examined)), theme.warning));
    html += line(tr("%1 to %2 · mean %3 · deviation %4", "range of values")
                     .arg(real(s.minimum), real(s.maximum), real(s.mean), real(s.deviation)));
    html += tr("%1 zeros (%2) · %3 distinct")
                .arg(number(s.zeros), share(s.zeros),
                     s.moreDistinct ? tr("more than %1").arg(number(s.distinct)) : number(s.distinct));
    if (dequantized)
        html += QStringLiteral(" · ") + tr("dequantized");
    if (s.finite < s.examined)
        html += QStringLiteral("<br>") +
                colored(tr("Not finite: %1 NaN, %2 +∞, %3 −∞; the first at %4")
                            .arg(number(s.nan), number(s.positiveInfinite), number(s.negativeInfinite),
                                 QString::fromStdString(indexText(tensor.shape, s.firstNonFinite))),
                        theme.bad);
    return html;
}

QString TensorText::place(const InspectedTensor& tensor, std::uint64_t element) {
    const auto& shape = tensor.tensor->shape;
    const auto index = QString::fromStdString(indexText(shape, element));
    const auto at = [&](int axis) {
        auto rest = element;
        for (int i = int(shape.size()) - 1; i > axis; --i)
            rest /= std::uint64_t(shape[std::size_t(i)]);
        return number(rest % std::uint64_t(shape[std::size_t(axis)]));
    };
    const int rank = int(shape.size());
    if (tensor.outputAxis < 0 || tensor.inputAxis < 0 || tensor.outputAxis >= rank || tensor.inputAxis >= rank)
        return index;
    return tr("%1 · output channel %2, input channel %3").arg(index, at(tensor.outputAxis), at(tensor.inputAxis));
}

QString TensorText::channel(const QString& axis, int index, const ChannelStatistics& channel) {
    return tr("%1: %2 · norm %3 · %4 to %5 · mean %6")
        .arg(axis)
        .arg(index)
        .arg(real(channel.norm), real(channel.minimum), real(channel.maximum), real(channel.mean));
}

} // namespace lapidary
