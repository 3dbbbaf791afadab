// SPDX-License-Identifier: Apache-2.0
#include "openvino_side.hpp"

#include <openvino/openvino.hpp>

namespace yolo::bench {

struct OpenVino::Impl {
    ov::Core core;
    ov::CompiledModel model;
    ov::InferRequest request;
};

OpenVino::OpenVino(const std::filesystem::path& onnx, int threads, bool half)
    : impl_(std::make_unique<Impl>()) {
    impl_->model = impl_->core.compile_model(
        impl_->core.read_model(onnx.string()), "CPU",
        ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY), ov::inference_num_threads(threads),
        ov::hint::inference_precision(half ? ov::element::bf16 : ov::element::f32));
    impl_->request = impl_->model.create_infer_request();
}

OpenVino::~OpenVino() = default;

std::span<float> OpenVino::input() {
    ov::Tensor tensor = impl_->request.get_input_tensor();
    return {tensor.data<float>(), tensor.get_size()};
}

void OpenVino::run() {
    impl_->request.infer();
}

std::span<const float> OpenVino::output() {
    const ov::Tensor tensor = impl_->request.get_output_tensor();
    return {tensor.data<const float>(), tensor.get_size()};
}

}  // namespace yolo::bench
