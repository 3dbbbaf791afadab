// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <vector>

#include <yolo/error.hpp>

#include "checkpoint/read/pt_model.hpp"
#include "exercise.hpp"

/// The pickle of a checkpoint alone: every storage it names is there and holds zeros.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace yolo;
    using namespace yolo::checkpoint;
    static const std::vector<std::byte> zeros(std::size_t{1} << 16U);
    try {
        formats::Allowance allowance(size);
        const Pickle pickle = Pickle::parse({std::as_bytes(std::span(data, size)), nullptr});
        const auto storage = [](std::string_view) { return formats::SharedBytes{zeros, nullptr}; };
        fuzz::exercise(read_pt_model(pickle, storage, allowance, {}));
    } catch (const Error&) {
        return 0;
    }
    return 0;
}
