// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/diagnostic.h"

#include <cassert>
#include <optional>
#include <utility>
#include <variant>

namespace lapidary {

/// Success, or the one Diagnostic that explains the failure. No exception leaves a room; this does.
class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Diagnostic error) : m_error(std::move(error)) {}

    bool ok() const { return !m_error.has_value(); }
    explicit operator bool() const { return ok(); }
    /// Precondition: !ok().
    const Diagnostic& error() const {
        assert(m_error);
        return *m_error;
    }

private:
    std::optional<Diagnostic> m_error;
};

/// A T, or the Diagnostic that explains why there is none.
template <typename T>
class [[nodiscard]] Result {
public:
    using ValueType = T;

    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Diagnostic error) : m_state(std::in_place_index<1>, std::move(error)) {}
    /// Passes a failure on. Precondition: !status.ok().
    Result(const Status& status) : m_state(std::in_place_index<1>, status.error()) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// Precondition: ok().
    const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    T& value() & {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    /// By value, so that `for (auto& x : f().value())` does not dangle.
    T value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&m_state));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    /// Precondition: !ok().
    const Diagnostic& error() const {
        assert(!ok());
        return *std::get_if<1>(&m_state);
    }
    Status status() const { return ok() ? Status() : Status(error()); }

private:
    std::variant<T, Diagnostic> m_state;
};

/// The failure every cancelled operation ends with; compare with isCancelled().
Diagnostic cancelledDiagnostic();
bool isCancelled(const Diagnostic& diagnostic);

} // namespace lapidary
