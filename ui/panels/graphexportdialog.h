// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/laidpicture.h"
#include "ui/graphview/pictureexport.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDialogButtonBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace lapidary {

/// Asks how to write the graph: file, PNG, SVG or PDF, all of it or the visible part, scale, pages, colours. Says
/// beforehand how large it will be, or why it cannot be, and remembers the choices.
class GraphExportDialog : public QDialog {
    Q_OBJECT

public:
    /// `shown` is how the graph looks now: its style, decoration and, as `part`, what is visible.
    GraphExportDialog(LaidPicturePtr picture, ExportOptions shown, QWidget* parent);

    QString file() const;
    ExportOptions options() const;

public Q_SLOTS:
    void accept() override;

private:
    void build();
    void browse();
    void restore();
    void followFile();
    void followFormat();
    void refresh();

    LaidPicturePtr m_picture;
    ExportOptions m_shown;
    QFormLayout* m_form = nullptr;
    QLineEdit* m_file = nullptr;
    QComboBox* m_format = nullptr;
    QComboBox* m_range = nullptr;
    QDoubleSpinBox* m_scale = nullptr;
    QComboBox* m_pages = nullptr;
    QComboBox* m_colours = nullptr;
    QCheckBox* m_legend = nullptr;
    QLabel* m_size = nullptr;
    QDialogButtonBox* m_buttons = nullptr;
};

} // namespace lapidary
