// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lapidary {

/// A JSON value for the rooms without Qt (RFC 8259). Objects keep their keys sorted, so writing is deterministic.
/// Integers that fit 64 bits stay exact. Plain value.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::map<std::string, Json, std::less<>>;

    Json() = default;
    Json(std::nullptr_t) {}
    Json(bool value) : m_value(value) {}
    Json(int value) : m_value(std::int64_t(value)) {}
    Json(unsigned value) : m_value(std::int64_t(value)) {}
    Json(std::int64_t value) : m_value(value) {}
    Json(std::uint64_t value) : m_value(std::int64_t(value)) {}
    Json(double value) : m_value(value) {}
    Json(const char* value) : m_value(std::string(value)) {}
    Json(std::string value) : m_value(std::move(value)) {}
    Json(std::string_view value) : m_value(std::string(value)) {}
    Json(Array value) : m_value(std::move(value)) {}
    Json(Object value) : m_value(std::move(value)) {}

    /// Fails with "json.syntax" and the line and column. Nesting deeper than 200 is refused.
    static Result<Json> parse(std::string_view text);
    /// indent < 0: one line. Numbers are written so that they read back equal; NaN and infinities become null.
    std::string dump(int indent = -1) const;

    bool isNull() const { return m_value.index() == 0; }
    bool isBool() const { return std::holds_alternative<bool>(m_value); }
    bool isInteger() const { return std::holds_alternative<std::int64_t>(m_value); }
    bool isNumber() const { return isInteger() || std::holds_alternative<double>(m_value); }
    bool isString() const { return std::holds_alternative<std::string>(m_value); }
    bool isArray() const { return std::holds_alternative<Array>(m_value); }
    bool isObject() const { return std::holds_alternative<Object>(m_value); }

    bool toBool(bool fallback = false) const;
    std::int64_t toInteger(std::int64_t fallback = 0) const;
    double toDouble(double fallback = 0) const;
    std::string toString(std::string fallback = {}) const;
    const Array& array() const;   ///< empty if this is no array
    const Object& object() const; ///< empty if this is no object

    /// Member of an object; null if absent or if this is no object.
    const Json& operator[](std::string_view key) const;
    bool contains(std::string_view key) const;
    /// Turns null into an object. Precondition: object or null.
    void set(std::string key, Json value);
    /// Turns null into an array. Precondition: array or null.
    void append(Json value);

    bool operator==(const Json&) const = default;

private:
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> m_value = nullptr;
};

} // namespace lapidary
