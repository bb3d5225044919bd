// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "usbdevice.h"

#include "device/backend.h"

namespace lapidary {

/// Sticks and candidates on USB. The list follows udev as long as the backend lives.
class UsbBackend final : public DeviceBackend {
public:
    explicit UsbBackend(std::filesystem::path table);
    ~UsbBackend() override;

    std::string id() const override { return "usb"; }
    std::vector<std::shared_ptr<Device>> discover() override;
    std::unique_ptr<DeviceWatch> watch(DeviceListener listener) override;

private:
    class Hub;
    std::shared_ptr<Hub> m_hub; ///< watches keep it alive
};

} // namespace lapidary
