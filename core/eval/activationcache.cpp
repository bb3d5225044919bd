// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/activationcache.h"

#include "base/sha256.h"
#include "eval/activationfile.h"

namespace lapidary {

namespace {

std::string fileName(const std::string& name) {
    return sha256(name).substr(0, 32);
}

} // namespace

std::uint64_t CachedValues::bytes() const {
    std::uint64_t bytes = sizeof *this + text.size() + 8 * (indices.size() + labels.size());
    for (const Run& run : runs)
        for (const TensorPtr& tensor : run.values)
            bytes += tensor->data.size();
    return bytes;
}

ActivationCache::ActivationCache(Limits limits) : m_limits(std::move(limits)) {
    if (!m_limits.folder.empty())
        m_files = std::make_unique<FileCache>(m_limits.folder, m_limits.diskBytes, ".act");
}

std::string ActivationCache::setName(const std::vector<std::string>& parts) {
    Sha256 hash;
    for (const std::string& part : parts) {
        hash.add(std::uint64_t(part.size()));
        hash.add(part);
    }
    return hash.finish();
}

std::string ActivationCache::nameOf(const std::string& set, std::size_t first, std::size_t count) {
    return set + "/" + std::to_string(first) + "+" + std::to_string(count);
}

bool ActivationCache::holds(const std::string& set, std::size_t first, std::size_t count) const {
    const auto name = nameOf(set, first, count);
    {
        const std::lock_guard lock(m_mutex);
        if (m_byName.contains(name))
            return true;
    }
    return m_files && m_files->contains(fileName(name));
}

CachedValuesPtr ActivationCache::find(const std::string& set, std::size_t first, std::size_t count) {
    const auto name = nameOf(set, first, count);
    {
        const std::lock_guard lock(m_mutex);
        if (const auto it = m_byName.find(name); it != m_byName.end()) {
            m_entries.splice(m_entries.begin(), m_entries, it->second);
            ++m_usage.found;
            return it->second->values;
        }
    }
    CachedValuesPtr values;
    if (m_files)
        if (auto bytes = m_files->read(fileName(name)))
            if (!(values = unpackValues(std::move(*bytes))))
                m_files->remove(fileName(name));
    std::vector<Entry> evicted;
    {
        const std::lock_guard lock(m_mutex);
        ++(values ? m_usage.found : m_usage.missed);
        if (values)
            insert({name, values, values->bytes(), true}, evicted);
    }
    for (const Entry& entry : evicted)
        write(entry);
    return values;
}

void ActivationCache::store(const std::string& set, std::size_t first, std::size_t count, CachedValuesPtr values) {
    Entry entry{nameOf(set, first, count), std::move(values), 0, false};
    entry.bytes = entry.values->bytes();
    std::vector<Entry> evicted;
    {
        const std::lock_guard lock(m_mutex);
        insert(std::move(entry), evicted);
    }
    for (const Entry& old : evicted)
        write(old);
}

void ActivationCache::insert(Entry entry, std::vector<Entry>& evicted) {
    if (const auto known = m_byName.find(entry.name); known != m_byName.end()) {
        m_usage.memoryBytes -= known->second->bytes;
        m_entries.erase(known->second);
        m_byName.erase(known);
    }
    if (entry.bytes > m_limits.memoryBytes) {
        evicted.push_back(std::move(entry));
        return;
    }
    // Room is made first: the limit holds at every moment.
    while (m_usage.memoryBytes + entry.bytes > m_limits.memoryBytes) {
        m_usage.memoryBytes -= m_entries.back().bytes;
        m_byName.erase(m_entries.back().name);
        evicted.push_back(std::move(m_entries.back()));
        m_entries.pop_back();
    }
    m_usage.memoryBytes += entry.bytes;
    m_usage.mostMemoryBytes = std::max(m_usage.mostMemoryBytes, m_usage.memoryBytes);
    m_entries.push_front(std::move(entry));
    m_byName[m_entries.front().name] = m_entries.begin();
}

void ActivationCache::write(const Entry& entry) {
    if (!m_files || entry.onDisk)
        return;
    const auto bytes = packValues(*entry.values);
    if (!m_files->write(fileName(entry.name), {bytes}))
        return;
    const std::lock_guard lock(m_mutex);
    m_usage.writtenBytes += bytes.size();
}

void ActivationCache::keep() {
    std::vector<Entry> all;
    {
        const std::lock_guard lock(m_mutex);
        all.assign(m_entries.rbegin(), m_entries.rend());
        for (Entry& entry : m_entries)
            entry.onDisk = true;
    }
    for (const Entry& entry : all)
        write(entry);
}

ActivationCache::Usage ActivationCache::usage() const {
    const std::lock_guard lock(m_mutex);
    return m_usage;
}

} // namespace lapidary
