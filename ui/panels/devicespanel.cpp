// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/devicespanel.h"

#include "ui/models/devicetexts.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QAction>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QToolBar>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace lapidary {

namespace {

constexpr int idRole = Qt::UserRole;
constexpr int groupRole = Qt::UserRole + 1;

QColor stateColor(const DeviceInfo& info, const Theme& theme) {
    if (info.kind == "estimate")
        return theme.estimate;
    switch (info.state) {
    case DeviceState::Ready:
        return theme.good;
    case DeviceState::NeedsRuntime:
    case DeviceState::Busy:
        return theme.warning;
    case DeviceState::Offline:
        return theme.muted;
    case DeviceState::Error:
        break;
    }
    return theme.bad;
}

void allow(QAction* action, const QString& tip, const QString& reasonAgainst) {
    action->setEnabled(reasonAgainst.isEmpty());
    action->setToolTip(reasonAgainst.isEmpty() ? tip : DevicesPanel::tr("%1\nNot now: %2").arg(tip, reasonAgainst));
}

QTreeWidget* makeTree(QWidget* parent) {
    auto* tree = new QTreeWidget(parent);
    tree->setObjectName(QStringLiteral("devicesList"));
    tree->setAccessibleName(DevicesPanel::tr("Devices"));
    tree->setHeaderLabels({DevicesPanel::tr("Device"), DevicesPanel::tr("State")});
    tree->setRootIsDecorated(true);
    tree->setUniformRowHeights(true);
    tree->setContextMenuPolicy(Qt::CustomContextMenu);
    tree->header()->setStretchLastSection(false);
    tree->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    tree->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    // Headers are bold, which their size does not count in.
    auto bold = tree->font();
    bold.setBold(true);
    constexpr int padding = 28;
    tree->header()->setMinimumSectionSize(QFontMetrics(bold).horizontalAdvance(tree->headerItem()->text(1)) + padding);
    return tree;
}

} // namespace

DevicesPanel::DevicesPanel(Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_devices(workspace), m_tree(makeTree(this)), m_detail(new QLabel(this)),
      m_bar(new QToolBar(this)) {
    setObjectName(QStringLiteral("devicesPanel"));
    m_detail->setObjectName(QStringLiteral("devicesDetail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setContentsMargins(8, 4, 8, 6);
    m_bar->setObjectName(QStringLiteral("devicesToolBar"));
    m_bar->setIconSize({16, 16});
    makeActions();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_bar);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_detail);
    connect(&m_devices, &DeviceList::changed, this, &DevicesPanel::fill);
    connect(&m_devices, &DeviceList::appeared, this,
            [this](const QString& name) { Q_EMIT m_workspace.notice(tr("%1 is connected").arg(name)); });
    connect(&m_devices, &DeviceList::vanished, this,
            [this](const QString& name) { Q_EMIT m_workspace.notice(tr("%1 was disconnected").arg(name)); });
    connect(m_tree, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (m_filling || !item)
            return;
        if (item->parent())
            m_chosen = item->data(0, idRole).toString().toStdString();
        showChosen();
        Q_EMIT currentChanged();
    });
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem* item) {
        if (item->parent() && m_connect->isEnabled() && chosen() && !deviceRefusal(*chosen()).isEmpty())
            connectChosen();
    });
    connect(m_tree, &QWidget::customContextMenuRequested, this, &DevicesPanel::showMenu);
    connect(&m_workspace, &Workspace::modelChanged, this, &DevicesPanel::showChosen);
    fill();
    refresh();
}

QAction* DevicesPanel::make(const QString& name, const QString& text, const QString& tip, const QKeySequence& keys) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    const auto key = keys.toString(QKeySequence::NativeText);
    const auto full = key.isEmpty() ? tip : tr("%1 (%2)").arg(tip, key);
    action->setToolTip(full);
    action->setProperty("lapidaryTip", full);
    addAction(action);
    return action;
}

void DevicesPanel::makeActions() {
    m_profile = make(QStringLiteral("deviceProfile"), tr("Profile here"),
                     tr("Measure the current variant on this device; F5 does it from anywhere"), {});
    m_connect = make(QStringLiteral("deviceConnect"), tr("Connect"), tr("Ask the device who it is and what it can do"),
                     QKeySequence(QStringLiteral("Ctrl+Shift+K")));
    m_deploy = make(QStringLiteral("deviceDeploy"), tr("Deploy agent…"),
                    tr("Copy lapidary-agent and its runtime there over ssh and start it"), {});
    m_add =
        make(QStringLiteral("deviceAdd"), tr("Add device…"),
             tr("Add a board by its ssh, serial or network address, or by a command"), QKeySequence(Qt::Key_Insert));
    m_remove = make(QStringLiteral("deviceRemove"), tr("Remove"), tr("Forget this device; nothing is deleted on it"),
                    QKeySequence(Qt::Key_Delete));
    m_copy = make(QStringLiteral("deviceCopyId"), tr("Copy id"),
                  tr("Copy the device's id, as lapidary-cli --device takes it"), {});
    m_refresh =
        make(QStringLiteral("devicesRefresh"), tr("Look again"), tr("List devices and contact agents anew"), {});
    m_add->setIcon(themedIcon(QStringLiteral("add")));
    m_connect->setIcon(themedIcon(QStringLiteral("device")));
    m_remove->setIcon(themedIcon(QStringLiteral("remove")));
    m_refresh->setIcon(themedIcon(QStringLiteral("reset")));
    m_bar->addActions({m_add, m_connect, m_remove, m_refresh});
    connect(m_profile, &QAction::triggered, this, &DevicesPanel::profileWanted);
    connect(m_connect, &QAction::triggered, this, &DevicesPanel::connectChosen);
    connect(m_add, &QAction::triggered, this, [this] { Q_EMIT addWanted({}); });
    connect(m_deploy, &QAction::triggered, this, [this] { Q_EMIT deployWanted(QString::fromStdString(m_chosen)); });
    connect(m_remove, &QAction::triggered, this, &DevicesPanel::removeChosen);
    connect(m_copy, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(m_chosen)); });
    connect(m_refresh, &QAction::triggered, this, [this] { refresh(); });
}

std::string DevicesPanel::current() const {
    const auto* info = m_devices.find(m_chosen);
    return info ? info->id : "host";
}

void DevicesPanel::choose(const std::string& id) {
    m_chosen = id;
    fill();
    Q_EMIT currentChanged();
}

const DeviceInfo* DevicesPanel::chosen() const {
    const auto* item = m_tree->currentItem();
    return item && item->parent() ? m_devices.find(item->data(0, idRole).toString().toStdString()) : nullptr;
}

QTreeWidgetItem* DevicesPanel::groupItem(int group) {
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i)
        if (m_tree->topLevelItem(i)->data(0, groupRole).toInt() == group)
            return m_tree->topLevelItem(i);
    auto* item = new QTreeWidgetItem({deviceGroupTitle(DeviceGroup(group))});
    item->setData(0, groupRole, group);
    item->setToolTip(0, deviceGroupHint(DeviceGroup(group)));
    item->setFirstColumnSpanned(true);
    int place = 0;
    while (place < m_tree->topLevelItemCount() && m_tree->topLevelItem(place)->data(0, groupRole).toInt() < group)
        ++place;
    m_tree->insertTopLevelItem(place, item);
    item->setFirstColumnSpanned(true);
    item->setExpanded(DeviceGroup(group) != DeviceGroup::Estimates);
    return item;
}

void DevicesPanel::fillItem(QTreeWidgetItem& item, const DeviceInfo& info) {
    const auto theme = Theme::of(palette());
    item.setData(0, idRole, QString::fromStdString(info.id));
    item.setText(0, QString::fromStdString(info.name));
    item.setIcon(0, themedIcon(QStringLiteral("device")));
    item.setText(1, m_devices.isContacting(info.id) ? tr("connecting…") : deviceStateText(info));
    item.setForeground(1, stateColor(info, theme));
    auto font = m_tree->font();
    font.setItalic(info.kind == "estimate");
    item.setFont(0, font);
    QStringList tip{QString::fromStdString(info.id)};
    if (!info.stateReason.empty())
        tip.append(QString::fromStdString(info.stateReason));
    tip.append(deviceFacts(info));
    item.setToolTip(0, tip.join(u'\n').trimmed());
    item.setToolTip(1, item.toolTip(0));
}

void DevicesPanel::fill() {
    {
        const QScopedValueRollback guard(m_filling, true);
        std::map<std::string, QTreeWidgetItem*> old;
        for (int i = 0; i < m_tree->topLevelItemCount(); ++i)
            for (auto* group = m_tree->topLevelItem(i); group->childCount() > 0;) {
                auto* child = group->takeChild(0);
                delete std::exchange(old[child->data(0, idRole).toString().toStdString()], child);
            }
        QTreeWidgetItem* chosen = nullptr;
        for (const auto& info : m_devices.devices()) {
            auto* item = std::exchange(old[info.id], nullptr);
            if (!item)
                item = new QTreeWidgetItem;
            groupItem(int(deviceGroup(info)))->addChild(item);
            fillItem(*item, info);
            if (info.id == m_chosen)
                chosen = item;
        }
        for (const auto& [id, item] : old)
            delete item;
        for (int i = m_tree->topLevelItemCount() - 1; i >= 0; --i)
            if (m_tree->topLevelItem(i)->childCount() == 0)
                delete m_tree->takeTopLevelItem(i);
        m_tree->setCurrentItem(chosen);
    }
    showChosen();
}

void DevicesPanel::showChosen() {
    const auto* info = chosen();
    QStringList text;
    if (info) {
        if (!info->stateReason.empty())
            text.append(QString::fromStdString(info->stateReason));
        if (const auto advice = deviceAdvice(*info); !advice.isEmpty())
            text.append(advice);
    } else if (!m_devices.devices().empty()) {
        text.append(m_devices.find(m_chosen) ? QString()
                                             : tr("The chosen device is away; F5 profiles on this computer."));
    }
    m_detail->setText(text.join(u'\n').trimmed());
    m_detail->setVisible(!m_detail->text().isEmpty());
    const auto none = info ? QString() : tr("no device is chosen");
    const auto tip = [](const QAction* action) { return action->property("lapidaryTip").toString(); };
    const bool agent = info && (info->kind == "agent" || info->kind == "candidate");
    const auto refusal = info ? deviceRefusal(*info) : none;
    allow(m_profile, tip(m_profile),
          !refusal.isEmpty()    ? refusal
          : m_workspace.model() ? QString()
                                : tr("no model is open"));
    m_connect->setText(info && info->kind == "candidate" ? tr("Connect…") : tr("Connect"));
    allow(m_connect, tip(m_connect), !info ? none : agent ? QString() : tr("it needs no connection"));
    allow(m_deploy, tip(m_deploy),
          info && info->id.starts_with("ssh:") ? QString() : tr("only devices with an ssh address"));
    allow(m_remove, tip(m_remove),
          !info                         ? none
          : m_devices.isSaved(info->id) ? QString()
                                        : tr("it was found by itself and goes when it is unplugged"));
    allow(m_copy, tip(m_copy), none);
}

void DevicesPanel::connectChosen() {
    const auto* info = chosen();
    if (!info)
        return;
    if (info->kind == "candidate")
        Q_EMIT addWanted(info->id.starts_with("serial:") ? QString::fromStdString(info->id) : QStringLiteral("ssh://"));
    else
        m_devices.contact(info->id);
}

void DevicesPanel::removeChosen() {
    const auto* info = chosen();
    if (!info)
        return;
    QMessageBox question(QMessageBox::Question, tr("Remove device"),
                         tr("Forget %1?").arg(QString::fromStdString(info->name)), QMessageBox::Cancel, this);
    question.setObjectName(QStringLiteral("removeDeviceBox"));
    question.setInformativeText(tr("Its profiles stay in the projects, and nothing is deleted on the device."));
    auto* remove = question.addButton(tr("Remove"), QMessageBox::AcceptRole);
    remove->setObjectName(QStringLiteral("removeDeviceButton"));
    const auto id = info->id;
    question.exec();
    if (question.clickedButton() == remove)
        m_devices.forget(id);
}

void DevicesPanel::showMenu(const QPoint& place) {
    if (auto* item = m_tree->itemAt(place))
        m_tree->setCurrentItem(item);
    QMenu menu;
    menu.setToolTipsVisible(true);
    menu.addAction(m_profile);
    menu.addActions(m_measure);
    menu.addSeparator();
    menu.addActions({m_connect, m_deploy, m_copy, m_remove});
    menu.addSeparator();
    menu.addActions({m_add, m_refresh});
    menu.exec(m_tree->viewport()->mapToGlobal(place));
}

void DevicesPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        fill();
}

} // namespace lapidary
