// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextBrowser>

namespace lapidary {

/// Shows the inspector's pages: text one can select and copy, links that are only reported, bars drawn in the theme's
/// colours at the screen's resolution.
class InspectorBrowser : public QTextBrowser {
    Q_OBJECT
public:
    explicit InspectorBrowser(QWidget* parent = nullptr);

    /// Replaces the page; `keepPlace`: the same page as before with a part folded, so it does not scroll away.
    void showPage(const QString& html, bool keepPlace);

protected:
    QVariant loadResource(int type, const QUrl& name) override;
    void changeEvent(QEvent* event) override;

private:
    QString m_html;
};

} // namespace lapidary
