// SPDX-License-Identifier: Apache-2.0
/// \file Our own layout of a model (docs/checkpoints.md): nothing is computed, every command reads it again.
#include <yolo/error.hpp>

#include "checkpoint/checkpoint.hpp"
#include "export/format.hpp"
#include "formats/half.hpp"

namespace yolo::exports {

namespace {

bool is_number(DType type) {
    return type == DType::f32 || type == DType::f64 || type == DType::bf16;
}

void write_safetensors_model(const WriteRequest& request, const std::filesystem::path& path) {
    if (request.model == nullptr) throw Error("safetensors are written from a checkpoint alone");
    if (request.quantization != Quantization::fp16) return checkpoint::save_safetensors(path, *request.model);
    checkpoint::Checkpoint half = *request.model;
    for (auto& [name, tensor] : half.weights)
        if (is_number(tensor.dtype())) tensor = formats::to_half(tensor);
    checkpoint::save_safetensors(path, half);
}

}  // namespace

Format safetensors_format() {
    return {.name = "safetensors",
            .title = "safetensors",
            .suffix = ".safetensors",
            .options = {"quantize"},
            .quantizations = {Quantization::fp32, Quantization::fp16},
            .fp16_suffix = "_fp16.safetensors",
            .write = write_safetensors_model,
            .is_own = checkpoint::is_own_layout,
            .holds_weights_alone = true};
}

}  // namespace yolo::exports
