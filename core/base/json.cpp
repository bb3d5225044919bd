// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include <charconv>
#include <cmath>
#include <cstdio>

namespace lapidary {

bool Json::toBool(bool fallback) const {
    const auto* value = std::get_if<bool>(&m_value);
    return value ? *value : fallback;
}

std::int64_t Json::toInteger(std::int64_t fallback) const {
    if (const auto* value = std::get_if<std::int64_t>(&m_value))
        return *value;
    if (const auto* value = std::get_if<double>(&m_value);
        value && std::nearbyint(*value) == *value && std::abs(*value) < 9.0e15)
        return std::int64_t(*value);
    return fallback;
}

double Json::toDouble(double fallback) const {
    if (const auto* value = std::get_if<double>(&m_value))
        return *value;
    if (const auto* value = std::get_if<std::int64_t>(&m_value))
        return double(*value);
    return fallback;
}

std::string Json::toString(std::string fallback) const {
    const auto* value = std::get_if<std::string>(&m_value);
    return value ? *value : fallback;
}

const Json::Array& Json::array() const {
    static const Array empty;
    const auto* value = std::get_if<Array>(&m_value);
    return value ? *value : empty;
}

const Json::Object& Json::object() const {
    static const Object empty;
    const auto* value = std::get_if<Object>(&m_value);
    return value ? *value : empty;
}

const Json& Json::operator[](std::string_view key) const {
    static const Json null;
    const auto& members = object();
    const auto it = members.find(key);
    return it == members.end() ? null : it->second;
}

bool Json::contains(std::string_view key) const { return object().find(key) != object().end(); }

void Json::set(std::string key, Json value) {
    if (isNull())
        m_value = Object();
    std::get<Object>(m_value).insert_or_assign(std::move(key), std::move(value));
}

void Json::append(Json value) {
    if (isNull())
        m_value = Array();
    std::get<Array>(m_value).push_back(std::move(value));
}

namespace {

void writeString(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20) {
                char escape[8];
                std::snprintf(escape, sizeof escape, "\\u%04x", unsigned(c));
                out += escape;
            } else {
                out += c;
            }
        }
    }
    out += '"';
}

void writeNumber(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";
        return;
    }
    char buffer[40];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    const std::string_view text(buffer, std::size_t(end - buffer));
    out += text;
    if (text.find_first_of(".e") == std::string_view::npos)
        out += ".0";
}

void newline(std::string& out, int indent, int depth) {
    if (indent >= 0) {
        out += '\n';
        out.append(std::size_t(indent * depth), ' ');
    }
}

void write(std::string& out, const Json& json, int indent, int depth) {
    if (json.isNull()) {
        out += "null";
    } else if (json.isBool()) {
        out += json.toBool() ? "true" : "false";
    } else if (json.isInteger()) {
        out += std::to_string(json.toInteger());
    } else if (json.isNumber()) {
        writeNumber(out, json.toDouble());
    } else if (json.isString()) {
        writeString(out, json.toString());
    } else if (json.isArray()) {
        out += '[';
        bool first = true;
        for (const auto& item : json.array()) {
            out += first ? "" : indent < 0 ? "," : ",";
            newline(out, indent, depth + 1);
            write(out, item, indent, depth + 1);
            first = false;
        }
        if (!first)
            newline(out, indent, depth);
        out += ']';
    } else {
        out += '{';
        bool first = true;
        for (const auto& [key, value] : json.object()) {
            out += first ? "" : ",";
            newline(out, indent, depth + 1);
            writeString(out, key);
            out += indent < 0 ? ":" : ": ";
            write(out, value, indent, depth + 1);
            first = false;
        }
        if (!first)
            newline(out, indent, depth);
        out += '}';
    }
}

} // namespace

std::string Json::dump(int indent) const {
    std::string out;
    write(out, *this, indent, 0);
    return out;
}

} // namespace lapidary
