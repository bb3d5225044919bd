// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/docmarkup.h"

#include <QRegularExpression>
#include <QStringList>

namespace lapidary {

namespace {

QString plain(QString text) {
    static const QRegularExpression breaks(QStringLiteral("<br\\s*/?>"), QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression bold(QStringLiteral("\\*\\*(.+?)\\*\\*"));
    static const QRegularExpression words(QStringLiteral("\\[([^\\]]+)\\]\\(([^)\\s]+)\\)"));
    static const QRegularExpression address(QStringLiteral("(?<![\"=>])(https?://[^\\s<>()\"]*[^\\s<>()\".,;:])"));
    text.replace(breaks, QStringLiteral("\x01"));
    text = text.toHtmlEscaped();
    QString out;
    qsizetype at = 0;
    for (auto it = words.globalMatch(text); it.hasNext();) {
        const auto match = it.next();
        out += text.mid(at, match.capturedStart() - at);
        const auto target = match.captured(2);
        out += target.startsWith(QStringLiteral("http"))
                   ? QStringLiteral("<a href=\"%1\">%2</a>").arg(target, match.captured(1))
                   : match.captured(1);
        at = match.capturedEnd();
    }
    out += text.mid(at);
    out.replace(address, QStringLiteral("<a href=\"\\1\">\\1</a>"));
    out.replace(bold, QStringLiteral("<b>\\1</b>"));
    return out.replace(QLatin1Char('\x01'), QStringLiteral("<br>"));
}

int indentOf(const QString& line) {
    int indent = 0;
    while (indent < line.size() && line[indent] == u' ')
        ++indent;
    return indent;
}

/// The part behind "- ", "* ", "1. " or "1) "; -1 if the line begins no list item.
int itemStart(const QString& line) {
    static const QRegularExpression item(QStringLiteral("^\\s*(?:[-*+]|\\d{1,2}[.)])\\s+"));
    const auto match = item.match(line);
    return match.hasMatch() ? int(match.capturedEnd()) : -1;
}

class Writer {
public:
    void add(const QString& line) {
        if (line.trimmed().startsWith(QStringLiteral("```"))) {
            if (!m_fenced)
                flush();
            else
                flushCode();
            m_fenced = !m_fenced;
            return;
        }
        // Four spaces after an empty line are code; inside of a paragraph they are only somebody's layout.
        const bool indented = indentOf(line) >= 4 && (m_empty || !m_code.isEmpty()) && m_items == 0;
        if (m_fenced || (indented && itemStart(line) < 0)) {
            if (!m_fenced)
                flush();
            m_code.append(line);
            return;
        }
        flushCode();
        m_empty = line.trimmed().isEmpty();
        if (m_empty) {
            flush();
        } else if (const int start = itemStart(line); start >= 0) {
            flushText();
            ++m_items;
            m_text = line.mid(start);
        } else {
            m_text += (m_text.isEmpty() ? QString() : QStringLiteral(" ")) + line.trimmed();
        }
    }

    QString finish() {
        flush();
        flushCode();
        return m_html;
    }

private:
    void flushText() {
        if (m_text.isEmpty())
            return;
        if (m_items > 0)
            m_list += QStringLiteral("<li>%1</li>").arg(docMarkupInline(m_text));
        else
            m_html += QStringLiteral("<p>%1</p>").arg(docMarkupInline(m_text));
        m_text.clear();
    }
    void flush() {
        flushText();
        if (m_items > 0)
            m_html += QStringLiteral("<ul>%1</ul>").arg(m_list);
        m_items = 0;
        m_list.clear();
    }
    void flushCode() {
        if (m_code.isEmpty())
            return;
        while (!m_code.isEmpty() && m_code.last().trimmed().isEmpty())
            m_code.removeLast();
        m_html += QStringLiteral("<pre>%1</pre>").arg(m_code.join(u'\n').toHtmlEscaped());
        m_code.clear();
    }

    QString m_html, m_text, m_list;
    QStringList m_code;
    int m_items = 0;
    bool m_fenced = false;
    bool m_empty = true;
};

} // namespace

QString docMarkupInline(const QString& text) {
    QString out;
    const auto parts = text.split(u'`');
    for (qsizetype i = 0; i < parts.size(); ++i) {
        const bool code = i % 2 == 1 && i + 1 < parts.size(); // an odd backtick out is a character like any other
        if (code)
            out += QStringLiteral("<code>%1</code>").arg(parts[i].toHtmlEscaped());
        else
            out += (i % 2 == 1 ? QStringLiteral("`") : QString()) + plain(parts[i]);
    }
    return out;
}

QString docMarkup(const QString& text) {
    Writer writer;
    for (auto line : text.split(u'\n'))
        writer.add(line.replace(u'\t', QStringLiteral("    ")).remove(u'\r'));
    return writer.finish();
}

} // namespace lapidary
