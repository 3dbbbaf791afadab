// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include "sources/matroska.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    yolo::sources::matroska_orientation(std::as_bytes(std::span(data, size)));
    return 0;
}
