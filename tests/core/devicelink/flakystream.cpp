// SPDX-License-Identifier: GPL-3.0-or-later
#include "flakystream.h"

#include <thread>

namespace lapidary::test {

namespace {

class FlakyStream final : public ByteStream {
public:
    FlakyStream(ByteStreamPtr inner, FaultPlan plan, std::atomic<int>& writes)
        : m_inner(std::move(inner)), m_plan(plan), m_writes(writes) {}

    Result<std::string> read(std::size_t most, Milliseconds wait) override {
        if (!m_inner)
            return streamClosed("cut");
        auto bytes = m_inner->read(most, wait);
        return m_silent && bytes.ok() ? Result<std::string>(std::string()) : bytes;
    }

    Status write(std::string_view bytes, Milliseconds patience) override {
        const bool now = m_writes++ == m_plan.atWrite;
        if (!m_inner)
            return streamClosed("cut");
        if (m_silent)
            return {};
        if (!now)
            return m_inner->write(bytes, patience);
        switch (m_plan.fault) {
        case Fault::Cut:
            m_inner.reset();
            return streamClosed("cut");
        case Fault::CutWithin:
            (void)m_inner->write(bytes.substr(0, bytes.size() / 2), patience);
            m_inner.reset();
            return streamClosed("cut");
        case Fault::Corrupt: {
            std::string other(bytes);
            other[other.size() / 2] = char(other[other.size() / 2] ^ 0x10);
            return m_inner->write(other, patience);
        }
        case Fault::Lose:
            return {};
        case Fault::Delay:
            std::this_thread::sleep_for(Milliseconds(300));
            return m_inner->write(bytes, patience);
        case Fault::Silence:
            m_silent = true;
            break;
        }
        return {};
    }

    void interrupt() override {
        if (m_inner)
            m_inner->interrupt();
    }

private:
    ByteStreamPtr m_inner;
    const FaultPlan m_plan;
    std::atomic<int>& m_writes;
    bool m_silent = false;
};

} // namespace

const char* faultName(Fault fault) {
    switch (fault) {
    case Fault::Cut:
        return "cut";
    case Fault::CutWithin:
        return "cut within";
    case Fault::Corrupt:
        return "corrupt";
    case Fault::Lose:
        return "lose";
    case Fault::Delay:
        return "delay";
    case Fault::Silence:
        break;
    }
    return "silence";
}

ByteStreamPtr makeFlaky(ByteStreamPtr inner, FaultPlan plan, std::atomic<int>& writes) {
    return std::make_unique<FlakyStream>(std::move(inner), plan, writes);
}

} // namespace lapidary::test
