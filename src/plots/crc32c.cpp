// SPDX-License-Identifier: Apache-2.0
#include "plots/crc32c.hpp"

#include <array>

namespace yolo::plots {

namespace {

constexpr std::uint32_t polynomial = 0x82f63b78;  // lowest bit first

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table = {};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) rest = (rest & 1) != 0 ? rest >> 1 ^ polynomial : rest >> 1;
        table[byte] = rest;
    }
    return table;
}

constexpr auto crc_table = make_table();

}  // namespace

std::uint32_t crc32c(std::string_view bytes) {
    std::uint32_t rest = 0xffffffff;
    for (const char c : bytes) rest = rest >> 8 ^ crc_table[(rest ^ static_cast<unsigned char>(c)) & 0xff];
    return ~rest;
}

std::uint32_t masked_crc32c(std::string_view bytes) {
    const std::uint32_t crc = crc32c(bytes);
    return (crc >> 15 | crc << 17) + 0xa282ead8;
}

}  // namespace yolo::plots
