// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>

#include <yolo/error.hpp>

#include "checkpoint/model_layout.hpp"
#include "exercise.hpp"

/// The bytes of a safetensors file are read, and as a model if their header describes one, or are refused
/// with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace yolo;
    try {
        const formats::Safetensors content =
            formats::parse_safetensors(std::as_bytes(std::span(data, size)), nullptr, "fuzz.safetensors");
        for (const auto& entry : content.tensors) (void)entry.second.to_f32();
        fuzz::exercise(checkpoint::read_model_layout(content));
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
