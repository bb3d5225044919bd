// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/bundle.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace lapidary {

class Workspace;

/// Asks where to write the bundle of a variant and what goes in. Says beforehand what it will hold and what is missing:
/// a variant that was not measured, a project without data.
class BundleDialog : public QDialog {
    Q_OBJECT

public:
    BundleDialog(const Workspace& workspace, VariantId variant, QWidget* parent);

    QString folder() const;        ///< or the file, when it ends in .zip
    BundleOptions options() const; ///< `replace` once the user agreed to it
    bool verifies() const;         ///< the bundle is checked after it was written

public Q_SLOTS:
    void accept() override;

private:
    void build(const QString& contents);
    void browse();
    void restore(const QString& name);
    void refresh();
    void fitName(); ///< the name gets or loses .zip
    bool isArchive() const;
    bool isBundle() const;

    QFormLayout* m_form = nullptr;
    QComboBox* m_format = nullptr;
    QLineEdit* m_folder = nullptr;
    QSpinBox* m_goldens = nullptr;
    QCheckBox* m_samples = nullptr;
    QCheckBox* m_verify = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_write = nullptr;
    bool m_replace = false;
};

} // namespace lapidary
