// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace yolo::plots {

/// The CRC of Castagnoli's polynomial (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes);
/// Rotated and offset, as TFRecord stores it.
std::uint32_t masked_crc32c(std::string_view bytes);

}  // namespace yolo::plots
