// SPDX-License-Identifier: Apache-2.0
/// \file What a LiteRT file says of its network, for those that read it without a library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>

namespace yolo::engines {

/// Bytes of the values that the file itself holds, by the schema's TensorType. Throws Error for what is cut
/// off, or no such file.
std::map<int, std::uint64_t> litert_bytes_by_type(std::span<const std::byte> model);

}  // namespace yolo::engines
