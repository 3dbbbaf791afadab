// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include <zlib.h>

#include "data/dataset/label_index.hpp"

/// A label cache from anywhere is refused or can be read without leaving its bytes. Its checksum is mended
/// first, or nothing would get past it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t key_at = 16, checksum_at = 24, header = 168;
    auto block = std::make_shared<std::vector<std::byte>>(size);
    if (size > 0) std::memcpy(block->data(), data, size);
    std::uint64_t key = 0;
    if (size >= header) {
        std::memcpy(&key, data + key_at, sizeof key);
        const std::uint64_t sum = ::crc32_z(0, data + header, size - header);
        std::memcpy(block->data() + checksum_at, &sum, sizeof sum);
    }
    const std::span<const std::byte> bytes = *block;
    const auto index = yolo::data::LabelIndex::open(block, bytes, key);
    if (!index) return 0;
    for (std::size_t i = 0; i < index->size(); ++i) {
        volatile std::size_t sum = index->picture(i).size() + index->boxes(i).size();
        for (std::size_t k = 0; k < index->classes(i).size(); ++k) {
            for (const yolo::Point& point : index->polygon(i, k)) sum = sum + (point.x > 0 ? 1U : 0U);
            for (const auto& point : index->keypoints(i, k)) sum = sum + (point.x > 0 ? 1U : 0U);
        }
    }
    return 0;
}
