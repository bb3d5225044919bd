// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/mappedfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

Result<Blob> mapFile(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errorDiagnostic("file.open", std::string("Cannot open the file: ") + std::strerror(errno),
                               "Check the path and the permissions.")
            .inFile(path.string());
    struct stat info{};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return errorDiagnostic("file.not_regular", "This is not a regular file").inFile(path.string());
    }
    const auto size = std::size_t(info.st_size);
    if (size == 0) {
        ::close(fd);
        return Blob();
    }
    void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (address == MAP_FAILED)
        return errorDiagnostic("file.map", std::string("Cannot map the file: ") + std::strerror(errno))
            .inFile(path.string());
    std::shared_ptr<const void> owner(address, [size](const void* p) { ::munmap(const_cast<void*>(p), size); });
    return Blob(std::move(owner), std::span(static_cast<const std::byte*>(address), size));
}

} // namespace lapidary
