// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/graphaccessible.h"

#include "ui/graphview/graphview.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QCoreApplication>
#include <QPointer>
#include <QSet>

namespace lapidary {
namespace {

/// The node the view stands on.
class NodeAccessible : public QAccessibleInterface {
public:
    explicit NodeAccessible(GraphView* view) : m_view(view) {}

    bool isValid() const override { return m_view && !m_view->spokenCurrent().isEmpty(); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_view ? m_view->window()->windowHandle() : nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_view); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }

    QString text(QAccessible::Text kind) const override {
        if (kind == QAccessible::Name)
            return m_view ? m_view->spokenCurrent() : QString();
        const auto at = index();
        if (!at || m_view->selectedValue() || kind != QAccessible::Description)
            return {};
        QStringList lines;
        for (const auto& line : m_view->picture()->picture().nodes[*at].lines)
            lines.append(QString::fromStdString(line));
        return lines.join(QStringLiteral(", "));
    }
    void setText(QAccessible::Text, const QString&) override {}

    QRect rect() const override {
        const auto place = m_view && m_view->current() ? m_view->nodeRect(*m_view->current()) : std::nullopt;
        return place ? QRect(m_view->viewport()->mapToGlobal(place->topLeft().toPoint()), place->size().toSize())
                     : QRect();
    }

    QAccessible::State state() const override {
        QAccessible::State state;
        state.focusable = state.selectable = true;
        state.focused = m_view && m_view->hasFocus();
        state.selected = m_view && m_view->current() && m_view->selection().contains(*m_view->current());
        return state;
    }

private:
    std::optional<quint32> index() const {
        return m_view && m_view->picture() && m_view->current() ? m_view->picture()->indexOf(*m_view->current())
                                                                : std::nullopt;
    }

    QPointer<GraphView> m_view;
};

class GraphAccessible : public QAccessibleWidget {
public:
    explicit GraphAccessible(GraphView* view) : QAccessibleWidget(view, QAccessible::List), m_view(view) {}
    ~GraphAccessible() override {
        if (m_node)
            QAccessible::deleteAccessibleInterface(m_id);
    }

    int childCount() const override { return m_view && m_view->current() ? 1 : 0; }
    QAccessibleInterface* child(int index) const override { return index == 0 && childCount() == 1 ? node() : nullptr; }
    int indexOfChild(const QAccessibleInterface* child) const override { return child && child == m_node ? 0 : -1; }
    QAccessibleInterface* focusChild() const override { return child(0); }
    QAccessibleInterface* childAt(int x, int y) const override {
        auto* one = child(0);
        return one && one->rect().contains(x, y) ? one : nullptr;
    }

private:
    QAccessibleInterface* node() const {
        if (!m_node) {
            m_node = new NodeAccessible(m_view);
            m_id = QAccessible::registerAccessibleInterface(m_node); // which then owns it
        }
        return m_node;
    }

    QPointer<GraphView> m_view;
    mutable NodeAccessible* m_node = nullptr;
    mutable QAccessible::Id m_id = 0;
};

QAccessibleInterface* makeAccessible(const QString&, QObject* object) {
    auto* view = qobject_cast<GraphView*>(object);
    return view ? new GraphAccessible(view) : nullptr;
}

} // namespace

QString spokenNode(const LaidPicture& picture, quint32 index) {
    const PictureNode& node = picture.picture().nodes[index];
    const auto say = [](const char* text, int count) {
        return QCoreApplication::translate("lapidary::GraphView", text, nullptr, count);
    };
    const auto title = QString::fromStdString(node.title);
    const auto name = QString::fromStdString(node.name);
    QStringList parts{title == name ? title : QStringLiteral("%1 %2").arg(title, name)};
    if (node.channels > 0 && node.inputChannels > 0)
        parts.append(QCoreApplication::translate("lapidary::GraphView", "%1 to %2 channels")
                         .arg(node.inputChannels)
                         .arg(node.channels));
    else if (node.channels > 0)
        parts.append(say(QT_TRANSLATE_N_NOOP("lapidary::GraphView", "%n channel(s)"), int(node.channels)));
    if (!node.kernel.empty())
        parts.append(QString::fromStdString(node.kernel));
    if (node.members > 0)
        parts.append(say(QT_TRANSLATE_N_NOOP("lapidary::GraphView", "closed group of %n node(s)"), int(node.members)));
    QSet<std::uint32_t> readers;
    for (const auto edge : picture.edgesOutOf(index))
        readers.insert(picture.picture().edges[edge].to);
    parts.append(say(QT_TRANSLATE_N_NOOP("lapidary::GraphView", "%n consumer(s)"), int(readers.size())));
    return parts.join(QStringLiteral(", "));
}

void installGraphAccessibility() {
    static const bool once = [] {
        QAccessible::installFactory(makeAccessible);
        return true;
    }();
    Q_UNUSED(once)
}

void announceCurrentNode(GraphView& view) {
    if (!QAccessible::isActive() || !view.current())
        return;
    QAccessibleEvent focus(&view, QAccessible::Focus);
    focus.setChild(0);
    QAccessible::updateAccessibility(&focus);
}

} // namespace lapidary
