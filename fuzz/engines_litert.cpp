// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <span>

#include <yolo/error.hpp>

#include "engines/exported/litert_file.hpp"
#include "engines/exported/metadata.hpp"
#include "engines/exported/model_info.hpp"

/// The bytes of a LiteRT file are searched for the archive behind its network, and that for what it says of
/// its model; the tables of the network are walked for the bytes of its weights. All this is understood or
/// refused with an Error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace yolo;
    try {
        const engines::Metadata metadata = engines::litert_metadata(std::as_bytes(std::span(data, size)));
        (void)engines::litert_bytes_by_type(std::as_bytes(std::span(data, size)));
        (void)engines::info_from_metadata(metadata, "fuzz.tflite", Task::detect);
        (void)engines::traits_from_metadata(metadata, "fuzz.tflite");
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
