// SPDX-License-Identifier: Apache-2.0
/// \file What an ONNX file says of its network, for those that read it without a library.
/// Field numbers: onnx.proto, https://github.com/onnx/onnx (Apache-2.0).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engines/model_source.hpp"

namespace yolo::engines {

/// An input or an output.
struct OnnxEnd {
    std::string name;
    std::vector<std::int64_t> sizes;  ///< of its axes; -1: any
};

struct OnnxFile {
    std::vector<OnnxEnd> inputs, outputs;        ///< without inputs that the file itself has values for
    Metadata metadata;                           ///< metadata_props
    std::map<int, std::uint64_t> bytes_by_type;  ///< of the weights, by TensorProto.DataType
    std::int64_t opset = 0;                      ///< of the operators of ONNX itself
};

/// Throws Error when the bytes are cut off, no ONNX file, or hold no network.
OnnxFile onnx_file(std::span<const std::byte> model);

}  // namespace yolo::engines
