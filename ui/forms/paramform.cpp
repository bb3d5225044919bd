// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/paramform.h"

#include "ui/forms/paramrow.h"
#include "ui/theme/theme.h"

#include <QEvent>
#include <QLabel>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

namespace lapidary {

namespace {

// A schema may write 1 where the canonical value is 1.0.
bool sameValue(const Json& a, const Json& b) {
    return a == b || (a.isNumber() && b.isNumber() && a.toDouble() == b.toDouble());
}

} // namespace

struct ParamForm::Private {
    ParamSchema schema;
    ParamSurroundings surroundings;
    QVBoxLayout* outer = nullptr;
    QWidget* body = nullptr; // replaced by setSchema()
    QLabel* nothing = nullptr;
    QToolButton* fold = nullptr;
    std::vector<ParamRow*> rows; // in the schema's order
    QTimer timer;
    bool wasValid = true;
    bool unfolded = false;

    ParamRow* row(const std::string& key) const {
        const auto at = std::find_if(rows.begin(), rows.end(), [&](ParamRow* r) { return r->spec().key == key; });
        return at == rows.end() ? nullptr : *at;
    }

    // A parameter is in use while the one it depends on is in use and has a fitting value.
    bool inUse(const ParamSpec& spec, int depth = 0) const {
        if (spec.dependsOn.empty() || depth > int(rows.size())) {
            return true;
        }
        const ParamRow* master = row(spec.dependsOn);
        return !master || (inUse(master->spec(), depth + 1) &&
                           std::any_of(spec.dependsValues.begin(), spec.dependsValues.end(),
                                       [&](const Json& wanted) { return sameValue(wanted, master->value()); }));
    }
};

ParamForm::ParamForm(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    d->outer = new QVBoxLayout(this);
    d->outer->setContentsMargins(0, 0, 0, 0);
    d->timer.setSingleShot(true);
    d->timer.setInterval(60);
    connect(&d->timer, &QTimer::timeout, this, [this] {
        if (isValid()) {
            Q_EMIT edited(params());
        }
    });
    setSchema({});
}

ParamForm::~ParamForm() = default;

const ParamSchema& ParamForm::schema() const {
    return d->schema;
}

void ParamForm::setSchema(const ParamSchema& schema) {
    d->timer.stop();
    d->rows.clear();
    delete d->body;
    d->schema = schema;
    d->unfolded = false;
    d->body = new QWidget(this);
    auto* layout = new QVBoxLayout(d->body);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(3 * Theme::unit);
    d->fold = new QToolButton(d->body);
    d->fold->setObjectName(QStringLiteral("advancedFold"));
    d->fold->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    d->fold->setAutoRaise(true);
    connect(d->fold, &QToolButton::clicked, this, [this] {
        d->unfolded = !d->unfolded;
        refreshVisibility();
    });
    d->nothing = new QLabel(d->body);
    d->nothing->setProperty("muted", true);
    d->nothing->setWordWrap(true);
    layout->addWidget(d->nothing);

    // Rows are made in the schema's order; the advanced ones go below the fold.
    std::vector<ParamRow*> advanced;
    for (const ParamSpec& spec : d->schema.specs()) {
        auto* row = new ParamRow(d->schema, spec, d->body);
        d->rows.push_back(row);
        connect(row, &ParamRow::edited, this, &ParamForm::onRowEdited);
        if (spec.advanced) {
            advanced.push_back(row);
        } else {
            layout->addWidget(row);
        }
    }
    layout->addWidget(d->fold, 0, Qt::AlignLeft);
    for (ParamRow* row : advanced) {
        layout->addWidget(row);
    }
    d->outer->addWidget(d->body);
    spreadSurroundings();
    refreshVisibility();
    d->wasValid = isValid();
}

Status ParamForm::setParams(const ParamSet& params) {
    const Result<ParamSet> completed = d->schema.complete(params);
    if (!completed) {
        return completed.status();
    }
    d->timer.stop();
    for (ParamRow* row : d->rows) {
        row->setValue(completed->at(row->spec().key));
    }
    refreshVisibility();
    refreshValidity();
    return {};
}

ParamSet ParamForm::params() const {
    ParamSet params;
    for (const ParamRow* row : d->rows) {
        params[row->spec().key] = row->value();
    }
    return params;
}

bool ParamForm::isValid() const {
    return refusedKeys().isEmpty();
}

QStringList ParamForm::refusedKeys() const {
    QStringList keys;
    for (const ParamRow* row : d->rows) {
        if (!row->isValid() && d->inUse(row->spec())) {
            keys << QString::fromStdString(row->spec().key);
        }
    }
    return keys;
}

QString ParamForm::refusalOf(const QString& key) const {
    const ParamRow* row = d->row(key.toStdString());
    return row ? row->refusal() : QString();
}

void ParamForm::resetAll() {
    for (ParamRow* row : d->rows) {
        row->reset();
    }
    onRowEdited();
}

bool ParamForm::setProblem(const QString& key, const QString& text) {
    ParamRow* row = d->row(key.toStdString());
    if (row) {
        row->setProblem(text);
    }
    return row != nullptr;
}

void ParamForm::onRowEdited() {
    refreshVisibility();
    refreshValidity();
    d->timer.start();
}

void ParamForm::refreshVisibility() {
    bool hidesChanged = false;
    bool anyAdvanced = false;
    for (const ParamRow* row : d->rows) {
        if (row->spec().advanced && d->inUse(row->spec())) {
            anyAdvanced = true;
            hidesChanged = hidesChanged || row->differsFromDefault();
        }
    }
    // What differs from the default must never be out of sight.
    const bool open = d->unfolded || hidesChanged;
    for (ParamRow* row : d->rows) {
        row->setVisible(d->inUse(row->spec()) && (open || !row->spec().advanced));
    }
    d->fold->setVisible(anyAdvanced);
    d->fold->setEnabled(!hidesChanged);
    d->nothing->setVisible(d->rows.empty());
    refreshFold();
}

void ParamForm::refreshFold() {
    const bool open = d->unfolded || !d->fold->isEnabled();
    d->fold->setText(tr("Advanced"));
    d->fold->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    d->fold->setToolTip(d->fold->isEnabled() ? tr("Shows or hides parameters that rarely need changing")
                                             : tr("Stays open while an advanced parameter differs from its default"));
    d->nothing->setText(tr("There is nothing to set here."));
}

void ParamForm::refreshValidity() {
    const bool valid = isValid();
    if (valid != d->wasValid) {
        d->wasValid = valid;
        Q_EMIT validityChanged(valid);
    }
}

void ParamForm::spreadSurroundings() {
    for (ParamRow* row : d->rows) {
        row->editor().setSurroundings(d->surroundings);
    }
}

void ParamForm::setNodeNames(const QStringList& names) {
    d->surroundings.nodeNames = names;
    spreadSurroundings();
}

void ParamForm::setSelectedNodes(const QStringList& names) {
    d->surroundings.selectedNodes = names;
    spreadSurroundings();
}

void ParamForm::setDatasets(const QVector<DatasetChoice>& datasets) {
    d->surroundings.datasets = datasets;
    spreadSurroundings();
}

void ParamForm::setEditDelay(int milliseconds) {
    d->timer.setInterval(milliseconds);
}

void ParamForm::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange && d && d->fold) {
        // Labels, options and tool tips are all over the editors: build them anew and put the values back.
        const ParamSet values = params();
        const bool unfolded = d->unfolded;
        const ParamSchema schema = d->schema;
        setSchema(schema);
        d->unfolded = unfolded;
        if (const Status status = setParams(values); !status) {
            resetAll();
        }
    }
}

} // namespace lapidary
