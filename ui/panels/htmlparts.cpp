// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/htmlparts.h"

#include "ui/models/numbertext.h"

namespace lapidary {

QString HtmlParts::styleSheet(const Theme& theme) {
    return QStringLiteral("a{color:%1;text-decoration:none} .muted{color:%2} .warning{color:%3} .bad{color:%4}"
                          "h3{margin:0px 0px 2px 0px} h4{margin:14px 0px 4px 0px} p{margin:2px 0px 2px 0px}"
                          "pre,code{font-family:monospace} .docs{margin-left:10px}")
        .arg(theme.accent.name(), theme.muted.name(), theme.warning.name(), theme.bad.name());
}

QString HtmlParts::link(const QString& target, const QString& text) {
    return QStringLiteral("<a href=\"%1\">%2</a>").arg(target.toHtmlEscaped(), text);
}

QString HtmlParts::muted(const QString& html) {
    return QStringLiteral("<span class=\"muted\">%1</span>").arg(html);
}

QString HtmlParts::row(const QString& name, const QString& html) {
    return QStringLiteral("<tr><td style=\"padding-right:12px\" class=\"muted\">%1</td><td colspan=\"2\">%2</td></tr>")
        .arg(name, html.isEmpty() ? QStringLiteral("&nbsp;") : html);
}

QString HtmlParts::row(const QString& name, const QString& html, const QString& bar) {
    return QStringLiteral("<tr><td style=\"padding-right:12px\" class=\"muted\">%1</td>"
                          "<td style=\"padding-right:10px\">%2</td><td>%3</td></tr>")
        .arg(name, html, bar);
}

QString HtmlParts::section(const QString& title, const QString& rows) {
    if (rows.isEmpty())
        return {};
    return QStringLiteral("<h4>%1</h4><table cellspacing=\"1\" width=\"100%\">%2</table>").arg(title, rows);
}

QString HtmlParts::bar(double share, bool measured) {
    return QStringLiteral("<img src=\"%1:%2\" width=\"56\" height=\"8\"> %3")
        .arg(measured ? QStringLiteral("measuredbar") : QStringLiteral("bar"))
        .arg(qBound(0.0, share, 1.0), 0, 'f', 3)
        .arg(muted(percentText(share * 100)));
}

QString HtmlParts::cut(const QStringList& parts, const QString& key, const QString& between, int limit) const {
    const auto target = QStringLiteral("more:") + key;
    // One more than the limit is shown rather than replaced by a link of the same length.
    if (parts.size() <= limit + 1)
        return parts.join(between);
    if (isOpen(target))
        return parts.join(between) + between + link(target, tr("show fewer"));
    return parts.mid(0, limit).join(between) + between + link(target, tr("show all %1").arg(parts.size()));
}

QString HtmlParts::fold(const QString& key, const QString& title, const QString& closed,
                        const std::function<QString()>& body) const {
    const auto target = QStringLiteral("fold:") + key;
    const bool open = isOpen(target);
    const auto head = link(target, (open ? QStringLiteral("▾ ") : QStringLiteral("▸ ")) + title);
    return QStringLiteral("<h4>%1</h4>").arg(head) + (open ? body() : closed);
}

} // namespace lapidary
