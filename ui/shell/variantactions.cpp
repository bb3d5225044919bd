// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/variantactions.h"

#include "ui/panels/variantspanel.h"
#include "ui/theme/theme.h"

#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QPixmap>

#include <algorithm>

namespace lapidary {

namespace {

QIcon swatch(const QColor& color) {
    QPixmap picture(16, 16);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(2, 2, 12, 12), 3, 3);
    return picture;
}

} // namespace

VariantActions::VariantActions(Workspace& workspace, VariantsPanel& panel, QMainWindow& window)
    : QObject(&window), m_workspace(workspace), m_panel(panel), m_window(window),
      m_colours(new QMenu(tr("&Colour"), &window)), m_profileOn(new QMenu(tr("&Profile on"), &window)) {
    makeActions();
    makeColours();
    for (auto* menu : {m_colours, m_profileOn})
        menu->setToolTipsVisible(true);
    connect(m_profileOn, &QMenu::aboutToShow, this, &VariantActions::findDevices);
    for (const auto signal : {&Workspace::projectChanged, &Workspace::modelChanged, &Workspace::variantsChanged,
                              &Workspace::currentChanged, &Workspace::staleChanged})
        connect(&m_workspace, signal, this, &VariantActions::refresh);
    connect(&m_panel, &VariantsPanel::selectionChanged, this, &VariantActions::refresh);
    findDevices();
    refresh();
}

QString VariantActions::whyNone() const {
    return !m_workspace.hasProject()      ? tr("no project is open")
           : m_panel.selected().isEmpty() ? tr("no variant is selected")
                                          : QString();
}

QString VariantActions::whyNoEdit() const {
    const auto why = whyNone();
    return why.isEmpty() ? m_workspace.readOnlyReason() : why;
}

QString VariantActions::whyNoRebase() const {
    if (!m_workspace.hasProject())
        return tr("no project is open");
    if (const auto why = m_workspace.readOnlyReason(); !why.isEmpty())
        return why;
    const auto& variants = m_workspace.variants();
    const bool branch = variants.size() > 2 && std::any_of(variants.begin(), variants.end(),
                                                           [](const auto& one) { return one.record.parent > 0; });
    return branch ? QString() : tr("there is no branch and another variant to put it onto");
}

QString VariantActions::whyNotStale() const {
    const auto why = whyNoEdit();
    if (!why.isEmpty())
        return why;
    for (const auto id : m_panel.selected())
        if (const auto it = m_workspace.stale().find(id); it != m_workspace.stale().end())
            for (const auto& result : it->second)
                if (result.kind != "variant")
                    return {};
    return tr("no result of the selected variants is stale");
}

void VariantActions::makeActions() {
    const auto edit = [this] { return whyNoEdit(); };
    const auto any = [this] { return whyNone(); };
    make("filterVariants", tr("&Filter"), QStringLiteral("Ctrl+Shift+L"),
         tr("Type what variants must have to be listed"), any, [this] {
             m_panel.parentWidget()->show();
             m_panel.focusFilter();
         });
    make("variantReference", tr("Use as &reference"), QStringLiteral("Ctrl+Shift+R"),
         tr("Show differences to the current variant; once more: to the source again"), any, [this] {
             const auto current = m_workspace.current();
             m_panel.setReference(m_panel.reference() == current ? 0 : current);
         });
    make("variantTags", tr("&Tags…"), QStringLiteral("Ctrl+T"), tr("Give the selected variants tags to find them by"),
         edit, [this] { editTags(); });
    make("variantNote", tr("&Note…"), QStringLiteral("Ctrl+Shift+N"),
         tr("Write down something about the selected variants"), edit, [this] { editNote(); });
    make("exportSelected", tr("E&xport selected…"), QStringLiteral("Ctrl+Alt+S"),
         tr("Write each selected variant as an ONNX file into a folder"), any, [this] { exportSelected(); });
    make(
        "sweepParameter", tr("&Sweep a parameter…"), QStringLiteral("Ctrl+Alt+W"),
        tr("Make a row of variants from the current one, with a parameter at several values"),
        [this] { return m_workspace.model() ? m_workspace.readOnlyReason() : tr("no model is open"); },
        [this] { Q_EMIT sweepWanted(); });
    make(
        "rebaseBranch", tr("Re-apply &below…"), QStringLiteral("Ctrl+Alt+R"),
        tr("Apply what was done below one variant to another one, as a new branch; the old branch stays"),
        [this] { return whyNoRebase(); }, [this] { Q_EMIT rebaseWanted(); });
    make(
        "measureStale", tr("&Measure stale again"), QStringLiteral("Ctrl+Alt+F6"),
        tr("Evaluate and profile the selected variants again where their numbers are stale: measured with other data, "
           "another runtime or another processor"),
        [this] { return whyNotStale(); }, [this] { m_workspace.measureStaleAgain(m_panel.selected()); });
}

void VariantActions::makeColours() {
    const auto add = [this](const char* name, const QString& text, const QColor& color) {
        auto* action = make(
            name, text, {}, tr("Mark the selected variants with this colour"), [this] { return whyNoEdit(); },
            [this, color] {
                m_panel.looks().edit(m_panel.selected(), tr("Colour variants"), [&](VariantLook& look) {
                    look.color = color.isValid() ? color.name().toStdString() : std::string();
                });
            });
        if (color.isValid())
            action->setIcon(swatch(color));
        m_colours->addAction(action);
    };
    // Fixed colours that stand out on light and dark alike: they are kept with the project.
    add("variantColourBlue", tr("&Blue"), QColor(0x2f, 0x7e, 0xd8));
    add("variantColourGreen", tr("&Green"), QColor(0x1b, 0x9e, 0x77));
    add("variantColourYellow", tr("&Yellow"), QColor(0xd9, 0xa4, 0x14));
    add("variantColourOrange", tr("&Orange"), QColor(0xe0, 0x70, 0x1d));
    add("variantColourRed", tr("&Red"), QColor(0xd6, 0x45, 0x50));
    add("variantColourPurple", tr("&Purple"), QColor(0x95, 0x6c, 0xc9));
    m_colours->addSeparator();
    add("variantColourNone", tr("&None"), {});
}

QAction* VariantActions::make(const char* name, const QString& text, const QString& keys, const QString& tip,
                              std::function<QString()> whyNot, std::function<void()> run) {
    auto* action = new QAction(text, this);
    action->setObjectName(QLatin1String(name));
    action->setStatusTip(tip);
    if (!keys.isEmpty()) {
        action->setShortcut(QKeySequence(keys));
        m_window.addAction(action);
    }
    connect(action, &QAction::triggered, this, std::move(run));
    m_entries.push_back({action, tip, std::move(whyNot)});
    return action;
}

void VariantActions::fillMenuBar(QMenuBar& bar, QAction* before, const QList<QAction*>& shared) {
    auto* menu = new QMenu(tr("Varia&nts"), &bar);
    auto* context = new QMenu(&m_panel);
    context->addActions(shared);
    context->addSeparator();
    for (auto* one : {menu, context}) {
        one->setToolTipsVisible(true);
        for (const auto& entry : m_entries)
            if (!entry.action->objectName().startsWith(QLatin1String("variantColour")))
                one->addAction(entry.action);
        one->addSeparator();
        one->addMenu(m_colours);
        one->addMenu(m_profileOn);
    }
    bar.insertMenu(before, menu);
    m_panel.setContextMenu(context);
}

void VariantActions::findDevices() {
    using Found = std::vector<std::pair<QString, QString>>;
    fillDevices();
    m_workspace.jobs().start<Found>(
        tr("Find devices"), Lane::io(),
        [&engine = m_workspace.engine()](const Work&) -> Result<Found> {
            Found found;
            for (const auto& device : engine.devices())
                if (const auto info = device->info();
                    info.state == DeviceState::Ready || info.state == DeviceState::Busy)
                    found.emplace_back(QString::fromStdString(info.id), QString::fromStdString(info.name));
            return found;
        },
        this,
        [this](Found found) {
            if (found == m_devices)
                return;
            m_devices = std::move(found);
            fillDevices();
        });
}

void VariantActions::fillDevices() {
    m_profileOn->clear();
    const auto why = whyNoEdit();
    const auto add = [&](const QString& text, const QString& id, const QStringList& devices) {
        auto* action = m_profileOn->addAction(text, this, [this, devices] {
            for (const auto& device : devices)
                m_workspace.profileVariants(m_panel.selected(), device.toStdString());
        });
        action->setObjectName(QStringLiteral("profileOn_") + id);
        const auto tip = tr("Measure the latency of the selected variants there");
        action->setToolTip(why.isEmpty() ? tip : tr("%1\nNot now: %2").arg(tip, why));
        action->setEnabled(why.isEmpty());
    };
    QStringList all;
    for (const auto& [id, name] : m_devices) {
        add(tr("%1 (%2)").arg(name, id), id, {id});
        all.append(id);
    }
    if (all.size() > 1)
        add(tr("&All of them"), QStringLiteral("all"), all);
}

void VariantActions::refresh() {
    for (const auto& [action, tip, whyNot] : m_entries) {
        const auto why = whyNot();
        const auto keys = action->shortcut().toString(QKeySequence::NativeText);
        const auto named = keys.isEmpty() ? tip : tr("%1 (%2)").arg(tip, keys);
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? named : tr("%1\nNot now: %2").arg(named, why));
    }
    fillDevices();
}

} // namespace lapidary
