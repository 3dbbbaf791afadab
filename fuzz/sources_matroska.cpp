// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "sources/container_end.hpp"
#include "sources/matroska.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto file = std::as_bytes(std::span(data, size));
    yolo::sources::matroska_orientation(file);
    yolo::sources::lacks_index(file);
    yolo::sources::reaches_behind_end(file);
    return 0;
}
