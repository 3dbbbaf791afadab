// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include <yolo/error.hpp>

#include "engines/exported/metadata.hpp"
#include "engines/exported/model_info.hpp"

/// The bytes of an ONNX file are searched for what it says of its model, which is understood or refused with
/// an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace yolo;
    try {
        const engines::Metadata metadata = engines::onnx_metadata(std::as_bytes(std::span(data, size)));
        (void)engines::info_from_metadata(metadata, "fuzz.onnx", Task::detect);
        (void)engines::traits_from_metadata(metadata, "fuzz.onnx");
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
