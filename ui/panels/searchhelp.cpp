// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/searchhelp.h"

#include "graph/query/queryfields.h"

#include <QCoreApplication>
#include <QUrl>

namespace lapidary {

namespace {

class SearchHelp {
    Q_DECLARE_TR_FUNCTIONS(lapidary::SearchHelp)

public:
    static QString ofField(QueryField field) {
        switch (field) {
        case QueryField::Any:
            return tr("name, operator, tensors or attributes; the same as a bare word");
        case QueryField::Name:
            return tr("name of the node");
        case QueryField::Operator:
            return tr("operator type");
        case QueryField::Domain:
            return tr("domain of the operator");
        case QueryField::Category:
            return tr("kind of operator");
        case QueryField::Tensor:
            return tr("name of an input or output, weights included");
        case QueryField::Attribute:
            return tr("an attribute, or its value");
        case QueryField::Shape:
            return tr("shape of any input, weight or output");
        case QueryField::InputShape:
            return tr("shape of an input that is no constant");
        case QueryField::OutputShape:
            return tr("shape of an output");
        case QueryField::WeightShape:
            return tr("shape of a constant input");
        case QueryField::DataType:
            return tr("element type of an output");
        case QueryField::Precision:
            return tr("element type the weights are stored in");
        default:
            return ofNumber(field);
        }
    }

    static QString html() {
        auto text =
            tr("<p>A word finds nodes by name, operator, tensors and attributes. Conditions side by side must all "
               "hold; <b>or</b>, <b>not</b> (or <b>-</b>) and parentheses join them.</p>"
               "<p>Text: a part of it, a glob with <b>*</b> and <b>?</b>, <b>/a regular expression/</b>, <b>\"as it "
               "stands\"</b>, or <b>=</b> for the whole. Numbers: <b>&lt; &lt;= = != &gt;= &gt;</b>, "
               "<b>64..128</b>, and K, M, G behind them. Capitals do not matter.</p>");
        text += QStringLiteral("<table cellspacing='0' cellpadding='3'>");
        for (const auto& info : queryFields())
            text += row(QString::fromUtf8(info.example.data(), qsizetype(info.example.size())), ofField(info.field));
        text += QStringLiteral("</table>");
        text += words(tr("After has:"), QStringLiteral("has:"), queryHasChoices());
        text += words(tr("After is:"), QStringLiteral("is:"), queryIsChoices());
        text += tr(
            "<p>Keys: <b>Tab</b> completes, <b>Down</b> goes into the list, <b>Return</b> to the next match and "
            "<b>Shift+Return</b> to the one before, <b>Ctrl+Return</b> selects all nodes found, <b>Escape</b> closes "
            "the list.</p>");
        return text;
    }

private:
    static QString ofNumber(QueryField field) {
        switch (field) {
        case QueryField::Channels:
            return tr("output channels");
        case QueryField::Macs:
            return tr("multiply-accumulates");
        case QueryField::Parameters:
            return tr("parameters");
        case QueryField::Bytes:
            return tr("bytes of the parameters");
        case QueryField::Sparsity:
            return tr("share of zeros in the weights");
        case QueryField::TimeMs:
            return tr("milliseconds in the last profile");
        case QueryField::Rank:
            return tr("dimensions of the first output");
        case QueryField::Inputs:
            return tr("number of inputs");
        case QueryField::Outputs:
            return tr("number of outputs");
        case QueryField::Producers:
            return tr("nodes it reads from");
        case QueryField::Consumers:
            return tr("nodes that read from it");
        case QueryField::Has:
            return tr("something it has");
        case QueryField::Is:
            return tr("something it is");
        case QueryField::Upstream:
            return tr("leads to this node");
        case QueryField::Downstream:
            return tr("follows from this node");
        case QueryField::Between:
            return tr("on a path between two nodes");
        default:
            return {};
        }
    }

    static QString link(const QString& query) {
        return QStringLiteral("<a href='query:%1'>%2</a>")
            .arg(QString::fromLatin1(QUrl::toPercentEncoding(query)), query.toHtmlEscaped());
    }

    static QString row(const QString& example, const QString& help) {
        return QStringLiteral("<tr><td>%1</td><td>%2</td></tr>").arg(link(example), help.toHtmlEscaped());
    }

    static QString words(const QString& title, const QString& before, std::span<const QueryChoice> choices) {
        QStringList all;
        for (const auto& choice : choices)
            all.append(link(before + QString::fromUtf8(choice.name.data(), qsizetype(choice.name.size()))));
        return QStringLiteral("<p>%1 %2</p>").arg(title, all.join(QStringLiteral(", ")));
    }
};

} // namespace

QString searchHelpHtml() {
    return SearchHelp::html();
}

QString searchFieldHelp(const QString& field) {
    const auto* info = findQueryField(field.toStdString());
    return info ? SearchHelp::ofField(info->field) : QString();
}

QStringList searchExamples() {
    return {QStringLiteral("op:Conv channels>=64"),  QStringLiteral("category:layer -is:depthwise"),
            QStringLiteral("shape:*x64x*"),          QStringLiteral("attr:kernel_shape=3x3"),
            QStringLiteral("macs>10M or params>1M"), QStringLiteral("consumers>1")};
}

} // namespace lapidary
