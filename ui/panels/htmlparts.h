// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QCoreApplication>
#include <QSet>
#include <QStringList>

#include <functional>
#include <string>

namespace lapidary {

/// Pieces of the inspector's pages. Links name what they lead to: "node:12", "value:7", "tensor:7" (its values),
/// "graph:0" (a graph inside the node), "function:2", "up", "select:Conv" (all of an operator), "fold:docs" and
/// "more:inputs" (what is folded). Bars are pictures of the form "bar:0.25" that the browser draws.
class HtmlParts {
    Q_DECLARE_TR_FUNCTIONS(lapidary::HtmlParts)

public:
    explicit HtmlParts(const QSet<QString>& opened) : m_opened(opened) {}

    static QString styleSheet(const Theme& theme);
    static QString escaped(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }
    static QString escaped(const QString& text) { return text.toHtmlEscaped(); }
    /// `text` is HTML.
    static QString link(const QString& target, const QString& text);
    static QString muted(const QString& html);
    static QString row(const QString& name, const QString& html);
    /// With a bar() behind it; bars of a section stand below each other.
    static QString row(const QString& name, const QString& html, const QString& bar);
    /// Rows under a heading; nothing if there are none.
    static QString section(const QString& title, const QString& rows);
    /// A share 0..1 of the whole as a small bar with its number.
    static QString bar(double share, bool measured = false);

    bool isOpen(const QString& key) const { return m_opened.contains(key); }
    /// At most `limit` parts, and a link that shows the rest.
    QString cut(const QStringList& parts, const QString& key, const QString& between, int limit = 8) const;
    /// A heading that folds; `body` is called only when it is open.
    QString fold(const QString& key, const QString& title, const QString& closed,
                 const std::function<QString()>& body) const;

private:
    const QSet<QString>& m_opened;
};

} // namespace lapidary
