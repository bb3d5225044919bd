// SPDX-License-Identifier: GPL-3.0-or-later
// Values of nodes that come from elsewhere, and which channels are coupled.
#include "ui/models/workspace.h"

#include <QFileInfo>

namespace lapidary {

void Workspace::forgetMeasurements() {
    m_profile.reset();
    m_sparsity.clear();
    m_values.clear();
    m_couplings.reset();
    m_couplingsAsked.reset();
    if (!m_valuesFile.isEmpty())
        openNodeValues(m_valuesFile);
}

const NodeValues* Workspace::nodeValues(ValueSource source) const {
    const auto it = m_values.find(source);
    return it == m_values.end() ? nullptr : &it->second;
}

void Workspace::setNodeValues(ValueSource source, std::optional<NodeValues> values) {
    if (values)
        m_values.insert_or_assign(source, std::move(*values));
    else
        m_values.erase(source);
    Q_EMIT measured();
}

void Workspace::openNodeValues(const QString& file) {
    m_valuesFile = file;
    if (!m_model || file.isEmpty()) {
        setNodeValues(ValueSource::File, std::nullopt);
        return;
    }
    const auto failed = [this, file, model = m_model](const Diagnostic& problem) {
        if (isCancelled(problem) || model != m_model || file != m_valuesFile)
            return;
        m_valuesFile.clear();
        setNodeValues(ValueSource::File, std::nullopt);
        Q_EMIT message(problem);
    };
    m_jobs.start<NodeValues>(
        tr("Read values of nodes"), Lane::io(),
        [model = m_model, path = file.toStdString()](const Work&) {
            return readNodeValues(path, *model->model->graph);
        },
        this,
        [this, file, model = m_model](NodeValues values) {
            if (model != m_model || file != m_valuesFile)
                return;
            if (const auto& unknown = values.unknown; !unknown.empty())
                Q_EMIT message(warningDiagnostic("values.unknown",
                                                 std::to_string(unknown.size()) + " of " +
                                                     std::to_string(unknown.size() + values.values.size()) +
                                                     " names are not in this model, such as '" + unknown.front() + "'",
                                                 "The other nodes show their values."));
            setNodeValues(ValueSource::File, std::move(values));
        },
        failed);
}

std::shared_ptr<const ChannelGroups> Workspace::couplings() {
    if (!m_model || m_couplingsAsked == m_model)
        return m_couplings;
    m_couplingsAsked = m_model;
    using Groups = std::shared_ptr<const ChannelGroups>;
    m_jobs.start<Groups>(
        tr("Find coupled channels"), Lane::cpu(),
        [model = m_model](const Work&) -> Result<Groups> {
            return Groups(std::make_shared<ChannelGroups>(findChannelGroups(*model->model, model->shapes)));
        },
        this,
        [this, model = m_model](Groups groups) {
            if (model != m_model)
                return;
            m_couplings = std::move(groups);
            Q_EMIT measured();
        });
    return nullptr;
}

} // namespace lapidary
