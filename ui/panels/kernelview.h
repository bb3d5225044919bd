// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"
#include "tensor/tilegrid.h"
#include "ui/models/latest.h"

#include <QWidget>

class QLabel;

namespace lapidary {

class HeatMap;

/// One weight as a heat map with a title, for standing beside another one. Reads off the UI thread, as much as is
/// visible. UI thread only.
class KernelView : public QWidget {
    Q_OBJECT

public:
    KernelView(const QString& name, QWidget* parent = nullptr);

    /// Shows a tensor in colours fitted to `scale`, another one or itself; null: nothing, and `title` says why.
    void setTensor(TensorPtr tensor, TensorPtr scale, const QString& title);
    void setStruck(std::vector<bool> rows, std::vector<bool> columns);
    HeatMap* map() { return m_map; }
    bool isSettled() const { return !m_tensor || (!m_pending && m_hasPicture); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Picture {
        TensorRaster raster;
        double magnitude = 1;
    };
    void read();

    TensorPtr m_tensor, m_scale;
    QLabel* m_title;
    HeatMap* m_map;
    QLabel* m_value;
    bool m_pending = false, m_hasPicture = false;
    Latest<std::shared_ptr<Picture>> m_reader;
};

} // namespace lapidary
