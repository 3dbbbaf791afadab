// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"

namespace yolo {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
    const auto file = MappedFile::open(path);
    const auto bytes = file->bytes();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void write_file(const fs::path& path, std::span<const std::byte> data, Durability durability) {
    const fs::path beside = path.string() + ".part" + std::to_string(::getpid());
    const auto fail = [&](int error) {
        ::unlink(beside.c_str());
        throw Error(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error)));
    };
    const int descriptor = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (descriptor < 0) fail(errno);
    int error = 0;
    while (!data.empty() && error == 0) {
        const ssize_t written = ::write(descriptor, data.data(), data.size());
        if (written >= 0) {
            data = data.subspan(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (error == 0 && durability == Durability::synced && ::fsync(descriptor) != 0 && errno != EINVAL) {
        error = errno;
    }
    if (::close(descriptor) != 0 && error == 0) error = errno;
    if (error == 0 && ::rename(beside.c_str(), path.c_str()) != 0) error = errno;
    if (error != 0) fail(error);
}

void write_file(const fs::path& path, std::string_view text) {
    write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

void make_directories(const fs::path& path) {
    std::error_code error;
    fs::create_directories(path, error);
    if (!error && !fs::is_directory(path)) error = std::make_error_code(std::errc::not_a_directory);
    if (error) throw Error(fmt::format("cannot make the folder '{}': {}", path.string(), error.message()));
}

fs::path next_free_path(const fs::path& path) {
    if (!fs::exists(path)) return path;
    const bool is_folder = fs::is_directory(path);
    const std::string stem = is_folder ? path.filename().string() : path.stem().string();
    const std::string extension = is_folder ? "" : path.extension().string();
    for (int number = 2;; ++number) {
        fs::path candidate = path.parent_path() / fmt::format("{}-{}{}", stem, number, extension);
        if (!fs::exists(candidate)) return candidate;
    }
}

std::string lower_suffix(const fs::path& path) {
    std::string suffix = path.extension().string();
    if (!suffix.empty()) suffix.erase(0, 1);
    std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return suffix;
}

}  // namespace yolo
