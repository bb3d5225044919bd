// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin/plugininterface.h"

#include <QObject>

namespace lapidary {

class TestPass : public Pass {
public:
    explicit TestPass(std::string id, std::vector<ParamSpec> specs = {}) {
        m_info.id = std::move(id);
        m_info.schema = ParamSchema(std::move(specs));
    }
    const PassInfo& info() const override { return m_info; }
    Result<PassPreview> preview(const PassInput&) const override { return PassPreview(); }
    Result<PassOutcome> run(const PassInput& input, PassContext&) const override {
        PassOutcome outcome;
        outcome.model = input.model;
        return outcome;
    }

private:
    PassInfo m_info;
};

} // namespace lapidary
