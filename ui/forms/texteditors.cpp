// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/texteditors.h"

#include "ui/forms/numberspin.h"
#include "ui/forms/paramtexts.h"
#include "ui/forms/wheelguard.h"
#include "ui/theme/theme.h"
#include "ui/theme/themedicon.h"

#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSignalBlocker>
#include <QToolButton>

namespace lapidary {
namespace {

QToolButton* browseButton(const ParamSpec& spec, const QString& text, QWidget* parent) {
    auto* button = new QToolButton(parent);
    button->setObjectName(QString::fromStdString(spec.key) + QStringLiteral("_browse"));
    button->setIcon(themedIcon(QStringLiteral("open")));
    button->setToolTip(text);
    button->setAccessibleName(text);
    return button;
}

} // namespace

StringEditor::StringEditor(const ParamSpec& spec, QWidget* parent) : ParamEditor(parent), m_line(new QLineEdit(this)) {
    m_line->setObjectName(QString::fromStdString(spec.key));
    m_line->setAccessibleName(paramLabel(spec));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::unit);
    layout->addWidget(m_line, 1);
    connect(m_line, &QLineEdit::textEdited, this, &ParamEditor::edited);
}

Json StringEditor::value() const {
    return Json(m_line->text().toStdString());
}

void StringEditor::setValue(const Json& value) {
    m_line->setText(QString::fromStdString(value.toString()));
}

void StringEditor::setRefused(bool refused) {
    markRefused(m_line, refused);
}

NumberListEditor::NumberListEditor(const ParamSpec& spec, QWidget* parent) : StringEditor(spec, parent) {
    m_line->setPlaceholderText(tr("Numbers, such as 0.25 0.5 0.75"));
}

Json NumberListEditor::value() const {
    const QString text = m_line->text();
    if (text == m_text) {
        return m_value;
    }
    static const QRegularExpression separators(QStringLiteral("[\\s,;]+"));
    Json::Array numbers;
    for (const QString& part : text.split(separators, Qt::SkipEmptyParts)) {
        bool ok = false;
        const double number = part.toDouble(&ok);
        if (!ok) {
            return Json(text.toStdString());
        }
        numbers.emplace_back(number);
    }
    return Json(std::move(numbers));
}

void NumberListEditor::setValue(const Json& value) {
    QStringList parts;
    for (const Json& number : value.array()) {
        parts << QString::number(number.toDouble(), 'g', 9);
    }
    m_value = value;
    m_text = parts.join(QLatin1Char(' '));
    m_line->setText(m_text);
}

FileEditor::FileEditor(const ParamSpec& spec, QWidget* parent) : StringEditor(spec, parent) {
    auto* button = browseButton(spec, tr("Choose a file…"), this);
    layout()->addWidget(button);
    connect(button, &QToolButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(window(), tr("Choose a file"), m_line->text());
        if (!path.isEmpty()) {
            m_line->setText(path);
            Q_EMIT edited();
        }
    });
}

QString FileEditor::remark() const {
    const QString path = m_line->text();
    return path.isEmpty() || QFileInfo::exists(path) ? QString() : tr("There is no such file.");
}

DatasetEditor::DatasetEditor(const ParamSpec& spec, QWidget* parent)
    : ParamEditor(parent), m_combo(new QComboBox(this)) {
    m_combo->setObjectName(QString::fromStdString(spec.key));
    m_combo->setAccessibleName(paramLabel(spec));
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(8);
    m_combo->lineEdit()->setPlaceholderText(tr("No dataset"));
    WheelGuard::guard(m_combo);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Theme::unit);
    layout->addWidget(m_combo, 1);
    auto* button = browseButton(spec, tr("Choose a dataset file…"), this);
    layout->addWidget(button);
    connect(m_combo, &QComboBox::editTextChanged, this, &ParamEditor::edited);
    connect(button, &QToolButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(window(), tr("Choose a dataset"), QString(),
                                                          tr("Datasets (*.json);;All files (*)"));
        if (!path.isEmpty()) {
            m_combo->setEditText(path);
        }
    });
}

Json DatasetEditor::value() const {
    const QString text = m_combo->currentText();
    const int known = m_combo->findText(text, Qt::MatchExactly);
    return Json((known >= 0 ? m_combo->itemData(known).toString() : text).toStdString());
}

void DatasetEditor::setValue(const Json& value) {
    const QSignalBlocker quiet(m_combo);
    const QString reference = QString::fromStdString(value.toString());
    const int known = m_combo->findData(reference);
    m_combo->setCurrentIndex(known);
    m_combo->setEditText(known >= 0 ? m_combo->itemText(known) : reference);
}

void DatasetEditor::setSurroundings(const ParamSurroundings& surroundings) {
    const Json now = value();
    {
        const QSignalBlocker quiet(m_combo);
        m_combo->clear();
        for (const DatasetChoice& dataset : surroundings.datasets) {
            m_combo->addItem(dataset.label, dataset.reference);
            m_combo->setItemData(m_combo->count() - 1, dataset.reference, Qt::ToolTipRole);
        }
    }
    setValue(now);
}

QString DatasetEditor::remark() const {
    const QString text = m_combo->currentText();
    if (text.isEmpty() || m_combo->findText(text, Qt::MatchExactly) >= 0 || QFileInfo::exists(text)) {
        return {};
    }
    return tr("The project has no such dataset, and there is no such file.");
}

void DatasetEditor::setRefused(bool refused) {
    markRefused(m_combo, refused);
}

} // namespace lapidary
