// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"
#include "ui/forms/parameditor.h"

#include <QStringList>
#include <QWidget>

#include <memory>

namespace lapidary {

/// A form made from a schema: one row per parameter, with limits, help and units where they belong, refusals in words
/// beneath the field, a dot and a reset button where a value differs from the default, rarely used parameters folded
/// away, and parameters that have no meaning now hidden.
///
/// Every editor bears its parameter's key as its object name. Extra parts of a row add a suffix to the key: _slider,
/// _browse, _add, _pick, _remove, _reset, _differs, _message, and _<option> for radio buttons. UI thread only.
class ParamForm : public QWidget {
    Q_OBJECT
public:
    explicit ParamForm(QWidget* parent = nullptr);
    ~ParamForm() override;

    /// Builds the form anew with all values at their defaults. No signal. An empty schema shows a line that says that
    /// there is nothing to set.
    void setSchema(const ParamSchema& schema);
    const ParamSchema& schema() const;

    /// Shows these values, and the defaults for keys that are missing. No signal. Fails, and changes nothing, where
    /// the schema refuses them.
    Status setParams(const ParamSet& params);

    /// All values in canonical form. Where a field is refused, the last value that was accepted.
    ParamSet params() const;

    /// Whether every visible field holds an allowed value. While it is not, edited() keeps still.
    bool isValid() const;
    /// Keys of the visible fields that are refused, in the schema's order.
    QStringList refusedKeys() const;
    /// Why a field is refused; empty if it is not.
    QString refusalOf(const QString& key) const;

    /// All values back to their defaults, as the user's own action: edited() follows.
    void resetAll();

    /// What a pass or the engine found wrong with the values as a whole, shown at the row; an empty text takes it back.
    /// It goes away when the user changes that row. False for an unknown key.
    bool setProblem(const QString& key, const QString& text);

    /// Layers that per-layer tables may hold, and those selected in the graph now.
    void setNodeNames(const QStringList& names);
    void setSelectedNodes(const QStringList& names);
    void setDatasets(const QVector<DatasetChoice>& datasets);

    /// How long the form waits after the last change before it says edited(); 60 ms unless told otherwise.
    void setEditDelay(int milliseconds);

Q_SIGNALS:
    /// The user changed something and all fields are allowed: the values, for a live preview.
    void edited(const lapidary::ParamSet& params);
    /// isValid() changed through the user.
    void validityChanged(bool valid);

protected:
    void changeEvent(QEvent* event) override;

private:
    void onRowEdited();
    void refreshVisibility();
    void refreshFold();
    void refreshValidity();
    void spreadSurroundings();

    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace lapidary
