// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/numbertext.h"
#include "ui/panels/inspectorpage.h"

#include <QLocale>

namespace lapidary {

namespace {

/// As the file declares it, with symbols.
QString declaredText(const TypeInfo& type) {
    if (!type.dimensions)
        return QString::fromStdString(dataTypeName(type.elementType));
    QStringList extents;
    for (const auto& dimension : *type.dimensions)
        extents.append(dimension.extent >= 0      ? QString::number(dimension.extent)
                       : dimension.symbol.empty() ? QStringLiteral("?")
                                                  : QString::fromStdString(dimension.symbol));
    return QString::fromStdString(dataTypeName(type.elementType)) + QStringLiteral(" ") +
           extents.join(QStringLiteral(" × "));
}

} // namespace

QString ValuePage::html(ValueId id) const {
    const auto& value = *graph().value(id);
    const auto tensor = m_facts.place->constant(id);
    const bool isMain = m_facts.place->isMain();
    const auto kind = tensor                 ? tr("Constant")
                      : graph().isInput(id)  ? isMain ? tr("Model input") : tr("Graph input")
                       : graph().isOutput(id) ? isMain ? tr("Model output") : tr("Graph output")
                                              : tr("Tensor between nodes");
    const auto rows = typeRows(id) + HtmlParts::row(tr("Comes"), sourceHtml(id)) +
                      HtmlParts::row(tr("Used by"), usersHtml(id, QStringLiteral("users")));
    return QStringLiteral("<h3>%1</h3><p>%2</p>").arg(kind, HtmlParts::escaped(value.name)) +
           HtmlParts::section(tr("Tensor"), rows) +
           HtmlParts::section(tr("Properties in the file"), metadataRows(value.metadata)) +
           (value.doc.empty()
                ? QString()
                : QStringLiteral("<h4>%1</h4><p>%2</p>").arg(tr("Note in the file"), HtmlParts::escaped(value.doc)));
}

QString ValuePage::html(const std::vector<ValueId>& ids) const {
    auto text = QStringLiteral("<h3>%1</h3><p>%2</p>")
                    .arg(tr("%n tensor(s)", nullptr, int(ids.size())),
                         tr("One line in the graph stands for all of them: an end of it is a closed group."));
    for (const auto id : ids)
        text += HtmlParts::section(
            valueLink(id), typeRows(id) + HtmlParts::row(tr("Comes"), sourceHtml(id)) +
                               HtmlParts::row(tr("Used by"), usersHtml(id, QStringLiteral("users%1").arg(id.number))));
    return text;
}

/// What it is, as the file has it and as it was found out.
QString ValuePage::typeRows(ValueId id) const {
    const auto& value = *graph().value(id);
    QString rows = HtmlParts::row(tr("Type"), typeText(id).toHtmlEscaped());
    if (value.type && value.type->isTensor())
        rows += HtmlParts::row(tr("Declared"), declaredText(*value.type).toHtmlEscaped());
    else if (value.type)
        rows += HtmlParts::row(tr("Declared"), tr("a sequence, map or other non-tensor type"));
    if (value.type && !value.type->denotation.empty())
        rows += HtmlParts::row(tr("Meaning"), HtmlParts::escaped(value.type->denotation));
    const auto shape = m_facts.place->shapes().shape(id);
    const auto count = shape ? elementCount(*shape) : std::nullopt;
    if (count) {
        const auto bytes = packedBytes(m_facts.place->shapes().type(id), std::uint64_t(*count));
        rows += HtmlParts::row(tr("Elements"), QLocale().toString(qlonglong(*count)));
        if (bytes > 0)
            rows += HtmlParts::row(tr("Bytes"), bytesText(bytes));
    }
    return rows;
}

} // namespace lapidary
