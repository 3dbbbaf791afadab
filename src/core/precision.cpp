// SPDX-License-Identifier: Apache-2.0
#include "core/precision.hpp"

#include <fmt/core.h>

#include <yolo/error.hpp>

namespace yolo {

const char* to_string(Precision precision) {
    switch (precision) {
        case Precision::bf16:
            return "bf16";
        case Precision::fp16:
            return "fp16";
        default:
            return "fp32";
    }
}

Precision parse_precision(std::string_view name) {
    for (const Precision precision : {Precision::fp32, Precision::bf16, Precision::fp16}) {
        if (name == to_string(precision)) return precision;
    }
    throw Error(fmt::format("'{}' is no precision: there are fp32, bf16 and fp16", name));
}

}  // namespace yolo
