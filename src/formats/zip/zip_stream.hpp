// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/files.hpp"

namespace yolo::formats {

/// Writes a ZIP archive of stored entries front to back. The content of each entry starts at a multiple of 64
/// bytes, so that a reader may map it.
class ZipStream {
  public:
    /// `start`: bytes that stand in the file already; the archive follows them.
    explicit ZipStream(FileSink sink, std::uint64_t start = 0) : sink_(std::move(sink)), position_(start) {}

    void add(std::string_view name, std::span<const std::byte> content);
    void add(std::string_view name, std::string_view content);
    /// The directory. Throws Error when the archive has grown beyond 4 GiB.
    void finish();

  private:
    void put(std::string_view bytes);

    FileSink sink_;
    std::uint64_t position_;
    std::uint64_t entries_ = 0;
    std::string directory_;
};

}  // namespace yolo::formats
