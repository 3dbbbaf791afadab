// SPDX-License-Identifier: Apache-2.0
/// \file Numbers of ZIP archives that reading and writing share (PKWARE APPNOTE.TXT 6.3, sections 4.3.7 to
/// 4.4.5).
#pragma once

#include <cstdint>

namespace yolo::formats {

inline constexpr std::uint32_t local_signature = 0x04034b50, central_signature = 0x02014b50,
                               end_signature = 0x06054b50;
inline constexpr std::uint16_t stored_method = 0, deflate_method = 8;

}  // namespace yolo::formats
