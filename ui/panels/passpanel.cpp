// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/passpanel.h"

#include "ui/forms/formscroll.h"
#include "ui/forms/paramform.h"
#include "ui/panels/accuracystrip.h"
#include "ui/panels/beforeafterstrip.h"
#include "ui/panels/budgetbar.h"
#include "ui/theme/themedicon.h"

#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lapidary {

namespace {

QString techniqueIcon(Technique technique) {
    switch (technique) {
    case Technique::Simplify:
        return QStringLiteral("simplify");
    case Technique::Prune:
        return QStringLiteral("prune");
    case Technique::Quantize:
        return QStringLiteral("quantize");
    default:
        return QStringLiteral("recipe");
    }
}

} // namespace

namespace {

/// Very long names may break too: one of them would widen the panel, and with it the window.
QString breakable(const QString& text) {
    constexpr qsizetype longest = 36;
    QStringList words = text.split(u' ');
    for (QString& word : words)
        if (word.size() > longest)
            word.replace(u'_', QStringLiteral("_\u200b")).replace(u'.', QStringLiteral(".\u200b"));
    return words.join(u' ');
}

} // namespace

PassPanel::PassPanel(Workspace& workspace, SensitivityScan& scan, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_passes(new QComboBox(this)), m_summary(new QLabel(this)),
      m_scope(new QLabel(this)), m_dropQuery(new QToolButton(this)), m_budget(new BudgetBar(workspace, scan, this)),
      m_form(new ParamForm(this)), m_strip(new BeforeAfterStrip(this)), m_fences(new QListWidget(this)),
      m_problem(new QLabel(this)), m_apply(new QPushButton(this)), m_debounce(this) {
    setObjectName(QStringLiteral("passPanel"));
    m_passes->setObjectName(QStringLiteral("passCombo"));
    m_passes->setAccessibleName(tr("Pass"));
    m_summary->setObjectName(QStringLiteral("passSummary"));
    m_summary->setWordWrap(true);
    m_scope->setObjectName(QStringLiteral("passScope"));
    m_scope->setWordWrap(true);
    m_dropQuery->setObjectName(QStringLiteral("dropScopeQuery"));
    m_dropQuery->setIcon(themedIcon(QStringLiteral("close")));
    m_dropQuery->setAutoRaise(true);
    m_dropQuery->setToolTip(tr("Back to the selection as scope"));
    m_problem->setObjectName(QStringLiteral("passProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_fences->setObjectName(QStringLiteral("passFences"));
    m_fences->setWordWrap(true);
    m_fences->setResizeMode(QListView::Adjust);
    m_fences->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_fences->setFrameShape(QFrame::NoFrame);
    m_fences->setToolTip(tr("Nodes this pass leaves alone, and why. Double-click shows a node."));
    m_apply->setObjectName(QStringLiteral("applyButton"));
    m_apply->setText(tr("Apply"));
    m_apply->setDefault(true);

    auto* scroll = new FormScroll(m_form, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_passes);
    layout->addWidget(m_summary);
    auto* scope = new QHBoxLayout;
    scope->setSpacing(4);
    scope->addWidget(m_scope, 1);
    scope->addWidget(m_dropQuery, 0, Qt::AlignTop);
    layout->addLayout(scope);
    layout->addWidget(m_budget);
    layout->addWidget(scroll, 1);
    layout->addWidget(m_problem);
    layout->addWidget(m_fences);
    layout->addWidget(m_strip);
    layout->addWidget(new AccuracyStrip(m_workspace, this));
    layout->addWidget(m_apply);

    m_debounce.setSingleShot(true);
    m_debounce.setInterval(5);
    connect(&m_debounce, &QTimer::timeout, this, &PassPanel::requestPreview);
    connect(m_passes, &QComboBox::currentIndexChanged, this, &PassPanel::showPass);
    m_form->setEditDelay(10);
    connect(m_form, &ParamForm::edited, m_budget, &BudgetBar::formEdited);
    connect(m_form, &ParamForm::edited, this, &PassPanel::schedulePreview);
    connect(m_budget, &BudgetBar::paramsWanted, this, &PassPanel::showParams);
    connect(m_budget, &BudgetBar::analysisWanted, this, &PassPanel::analysisWanted);
    connect(m_form, &ParamForm::validityChanged, this, &PassPanel::updateApply);
    connect(&m_workspace, &Workspace::modelChanged, this, &PassPanel::schedulePreview);
    connect(&m_workspace, &Workspace::modelChanged, this, &PassPanel::showScope);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, &PassPanel::showScope);
    connect(&m_workspace.selection(), &NodeSelection::changed, this, [this] {
        if (!m_workspace.pinnedScope())
            schedulePreview();
    });
    connect(&m_workspace, &Workspace::previewChanged, this, &PassPanel::showPreview);
    connect(&m_workspace, &Workspace::previewFailed, this, &PassPanel::showProblem);
    connect(&m_workspace, &Workspace::scopeChanged, this, &PassPanel::showScope);
    connect(&m_workspace, &Workspace::scopeChanged, this, &PassPanel::schedulePreview);
    connect(m_dropQuery, &QToolButton::clicked, this, [this] {
        m_workspace.pinScope(std::nullopt);
        m_workspace.setScopeQuery({});
    });
    connect(m_apply, &QPushButton::clicked, this, [this] { m_workspace.apply(step()); });
    connect(m_fences, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem* item) {
        const NodeId id{item->data(Qt::UserRole).toUInt()};
        m_workspace.selection().set({id}, id);
    });
    fillPasses();
    showScope();
    showPreview();
}

PassPanel::~PassPanel() = default;

void PassPanel::fillPasses() {
    auto passes = m_workspace.engine().passes().all();
    std::stable_sort(passes.begin(), passes.end(),
                     [](const auto& a, const auto& b) { return a->info().technique < b->info().technique; });
    for (const auto& pass : passes) {
        const auto& info = pass->info();
        m_passes->addItem(themedIcon(techniqueIcon(info.technique)), QString::fromStdString(info.title),
                          QString::fromStdString(info.id));
        m_passes->setItemData(m_passes->count() - 1, QString::fromStdString(info.summary), Qt::ToolTipRole);
    }
    setPass(QStringLiteral("prune.channels"));
    showPass();
}

void PassPanel::setPass(const QString& id) {
    if (const int index = m_passes->findData(id); index >= 0)
        m_passes->setCurrentIndex(index);
}

void PassPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    schedulePreview();
}

QString PassPanel::pass() const {
    return m_passes->currentData().toString();
}

void PassPanel::showPass() {
    if (!m_shown.isEmpty())
        m_remembered[m_shown] = m_budget->isActive() ? m_budget->withoutBudget() : m_form->params();
    m_shown = pass();
    const auto found = m_workspace.engine().passes().find(m_shown.toStdString());
    if (!found) {
        m_summary->setText(tr("No pass plugins were found. The log says which folders were searched."));
        updateApply();
        return;
    }
    const auto& info = (*found)->info();
    m_summary->setText(QString::fromStdString(info.summary));
    m_form->setSchema(info.schema);
    if (const auto it = m_remembered.find(m_shown); it != m_remembered.end())
        (void)m_form->setParams(it->second); // they came from this form
    m_workspace.pinScope(std::nullopt);
    m_budget->setPass(info.id, info.schema, m_form->params());
    m_workspace.clearPreview();
    schedulePreview();
    Q_EMIT passChanged();
}

std::optional<PassRatios> PassPanel::ratios() const {
    return passRatios(m_form->schema());
}

QString PassPanel::channelPass() const {
    for (const auto& pass : m_workspace.engine().passes().all())
        if (const auto ratios = passRatios(pass->info().schema);
            ratios && ratios->channels && !ratios->perLayer.empty())
            return QString::fromStdString(pass->info().id);
    return {};
}

void PassPanel::showParams(const ParamSet& params) {
    if (const auto status = m_form->setParams(params); !status) {
        showProblem(QString::fromStdString(status.error().toString()));
        return;
    }
    m_budget->formTook(m_form->params());
    m_debounce.stop();
    requestPreview();
    updateApply();
}

void PassPanel::setLayerShare(const QString& layer, double share) {
    const auto own = ratios();
    if (!own || own->perLayer.empty())
        return;
    auto params = m_form->params();
    Json::Object layers = params[own->perLayer].object();
    layers[layer.toStdString()] = std::clamp(share, 0.0, own->largest);
    params[own->perLayer] = Json(std::move(layers));
    m_budget->formEdited(params);
    showParams(params);
}

SensitivityRequest PassPanel::sensitivityRequest() const {
    SensitivityRequest request;
    request.pass = pass().toStdString();
    request.params = m_form->params();
    request.nodes = m_workspace.scopePatterns();
    return request;
}

void PassPanel::showScope() {
    const auto count = m_workspace.selection().nodes().size();
    const auto& query = m_workspace.scopeQuery();
    const auto& pinned = m_workspace.pinnedScope();
    m_dropQuery->setVisible(!query.isEmpty() || pinned);
    m_scope->setText(pinned             ? pinned->text
                     : !query.isEmpty() ? tr("Scope: what the search %1 finds").arg(query)
                     : count == 0       ? tr("Scope: the whole graph. Select nodes to narrow it.")
                                        : tr("Scope: %n selected node(s)", nullptr, int(count)));
    QStringList names;
    QStringList chosen;
    if (const auto model = m_workspace.model())
        for (const auto& node : model->model->graph->nodes())
            if (model->cost.of(node->id).macs > 0) {
                names.append(QString::fromStdString(displayName(*node)));
                if (m_workspace.selection().nodes().count(node->id) > 0)
                    chosen.append(names.back());
            }
    m_form->setNodeNames(names);
    m_form->setSelectedNodes(chosen);
}

void PassPanel::schedulePreview() {
    updateApply();
    m_debounce.start();
}

void PassPanel::requestPreview() {
    m_problem->hide();
    if (m_workspace.model() && m_form->isValid() && isVisible())
        m_workspace.requestPreview(step());
}

RecipeStep PassPanel::step() const {
    RecipeStep step;
    step.pass = pass().toStdString();
    if (const auto found = m_workspace.engine().passes().find(step.pass)) {
        step.version = (*found)->info().version;
        step.params = (*found)->info().schema.nonDefault(m_form->params());
    }
    return step;
}

void PassPanel::showPreview() {
    const auto& preview = m_workspace.preview();
    m_fences->clear();
    m_problem->hide();
    if (!preview) {
        m_strip->clear();
    } else {
        m_strip->setTotals(preview->before, preview->after);
        const auto model = m_workspace.model();
        for (const auto& fenced : preview->fenced) {
            const auto* node = model ? model->model->graph->node(fenced.node) : nullptr;
            auto* item = new QListWidgetItem(themedIcon(QStringLiteral("lock")),
                                             node ? tr("%1: %2").arg(QString::fromStdString(displayName(*node)),
                                                                     QString::fromStdString(fenced.reason))
                                                  : QString::fromStdString(fenced.reason),
                                             m_fences);
            item->setData(Qt::UserRole, fenced.node.number);
            item->setToolTip(item->text());
        }
        for (const auto& note : preview->notes) {
            const bool warns = note.severity == Severity::Warning;
            auto* item = new QListWidgetItem(themedIcon(warns ? QStringLiteral("warning") : QStringLiteral("info")),
                                             QString::fromStdString(note.toString()));
            const auto hint = QString::fromStdString(note.hint);
            item->setToolTip(hint.isEmpty() ? item->text() : item->text() + u'\n' + hint);
            m_fences->insertItem(warns ? 0 : m_fences->count(), item);
        }
    }
    m_fences->setVisible(m_fences->count() > 0);
    if (m_fences->count() > 0)
        m_fences->setFixedHeight(std::min(m_fences->sizeHintForRow(0) * m_fences->count() + 6, 96));
    updateApply();
}

void PassPanel::showProblem(const QString& reason) {
    m_problem->setText(breakable(reason));
    m_problem->setToolTip(reason);
    m_problem->show();
    updateApply();
}

void PassPanel::updateApply() {
    const auto found = m_workspace.engine().passes().find(pass().toStdString());
    QString why;
    if (!m_workspace.model())
        why = tr("Open a model first");
    else if (!m_workspace.readOnlyReason().isEmpty())
        why = m_workspace.readOnlyReason();
    else if (!found)
        why = tr("There is no pass to apply");
    else if (!m_form->isValid())
        why = tr("A parameter is not valid");
    else if (m_problem->isVisibleTo(this) && !m_problem->text().isEmpty())
        why = m_problem->text();
    m_apply->setEnabled(why.isEmpty());
    m_apply->setToolTip(why.isEmpty() ? tr("Make a new variant with this pass (Ctrl+Return)") : why);
}

} // namespace lapidary
