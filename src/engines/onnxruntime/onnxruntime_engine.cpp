// SPDX-License-Identifier: Apache-2.0
/// \file The engine `onnxruntime`: ONNX Runtime on ONNX files.
#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <onnxruntime_cxx_api.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/model_info.hpp"
#include "formats/half.hpp"

namespace yolo::engines {

namespace {

/// A size, or 0 where any fits.
int free_or(std::int64_t size) {
    return size > 0 ? static_cast<int>(size) : 0;
}

class OnnxRuntimeEngine final : public Engine {
  public:
    OnnxRuntimeEngine(const ExportedFile& file, const EngineOptions& options)
        : environment_(ORT_LOGGING_LEVEL_ERROR, "yolo"), session_(nullptr) {
        Ort::SessionOptions settings;
        settings.SetIntraOpNumThreads(options.threads);
        settings.SetInterOpNumThreads(1);
        settings.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
        session_ = Ort::Session(environment_, file.path.c_str(), settings);
        read_input(file);
        read_outputs();
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, channels_, traits_);
        Tensor images = float_input(batch, shape, traits_.layout);
        if (half_input_) images = formats::to_half(images);
        const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
        const Ort::Value input = Ort::Value::CreateTensor(
            memory, const_cast<std::byte*>(images.raw()), images.bytes(), images.shape().data(),
            images.shape().size(),
            half_input_ ? ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 : ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
        std::vector<const char*> names;
        for (const std::string& name : outputs_) names.push_back(name.c_str());
        const char* input_name = input_.c_str();
        const auto values =
            session_.Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, names.data(), names.size());
        std::vector<Tensor> results;
        for (const Ort::Value& value : values) results.push_back(copied(value));
        return results;
    }

    EngineTraits traits() const override { return traits_; }

    EngineReport report(int, int) override {
        return {{"engine", "onnxruntime"},
                {"precision", to_string(traits_.precision)},
                {"instructions", "CPUExecutionProvider"},
                {"version", fmt::format("ONNX Runtime {}", Ort::GetVersionString())}};
    }

  private:
    void read_input(const ExportedFile& file) {
        if (session_.GetInputCount() != 1)
            throw Error(fmt::format("'{}' takes {} inputs: a model of pictures takes one", file.path.string(),
                                    session_.GetInputCount()));
        const Ort::AllocatorWithDefaultOptions allocator;
        input_ = session_.GetInputNameAllocated(0, allocator).get();
        const Ort::TypeInfo type = session_.GetInputTypeInfo(0);
        const auto tensor = type.GetTensorTypeAndShapeInfo();
        const std::vector<std::int64_t> shape = tensor.GetShape();
        if (shape.size() != 4)
            throw Error(
                fmt::format("'{}' does not take pictures: its input has not four axes", file.path.string()));
        half_input_ = tensor.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
        traits_ = traits_from_metadata(file.metadata, file.path.string());
        const bool last = shape[3] > 0 && shape[3] <= 4 && shape[1] != 3;
        traits_.layout = last ? InputLayout::nhwc : InputLayout::nchw;
        channels_ = free_or(shape[last ? 3 : 1]);
        traits_.batch = free_or(shape[0]);
        traits_.height = free_or(shape[last ? 1 : 2]);
        traits_.width = free_or(shape[last ? 2 : 3]);
        traits_.device = "cpu";
    }

    /// output0 first, whatever their order in the file: by name, else objects (three axes) before prototypes.
    void read_outputs() {
        const Ort::AllocatorWithDefaultOptions allocator;
        std::vector<std::pair<int, std::string>> ranked;
        for (std::size_t i = 0; i < session_.GetOutputCount(); ++i) {
            const std::string name = session_.GetOutputNameAllocated(i, allocator).get();
            const auto type = session_.GetOutputTypeInfo(i);
            const int rank = static_cast<int>(type.GetTensorTypeAndShapeInfo().GetDimensionsCount());
            ranked.emplace_back(name == "output0" ? 0 : name == "output1" ? 10 : rank, name);
        }
        std::stable_sort(ranked.begin(), ranked.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (const auto& [rank, name] : ranked) outputs_.push_back(name);
    }

    static Tensor copied(const Ort::Value& value) {
        const auto info = value.GetTensorTypeAndShapeInfo();
        const bool half = info.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
        if (!half && info.GetElementType() != ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT)
            throw Error("an output of the network is not of floats");
        Tensor to = Tensor::allocate(half ? DType::f16 : DType::f32, info.GetShape());
        std::memcpy(const_cast<std::byte*>(to.raw()), value.GetTensorRawData(), to.bytes());
        return to.to_f32();
    }

    Ort::Env environment_;
    Ort::Session session_;
    EngineTraits traits_;
    int channels_ = 3;
    bool half_input_ = false;
    std::string input_;
    std::vector<std::string> outputs_;
};

Engine* make_onnxruntime_engine(ModelSource source, const EngineOptions& options) {
    const auto& file = std::get<ExportedFile>(source);
    try {
        return new OnnxRuntimeEngine(file, options);
    } catch (const Ort::Exception& problem) {
        throw Error(fmt::format("ONNX Runtime cannot open '{}': {}", file.path.string(), problem.what()));
    }
}

}  // namespace

}  // namespace yolo::engines

YOLO_ENGINE_PLUGIN(yolo::engines::make_onnxruntime_engine);
