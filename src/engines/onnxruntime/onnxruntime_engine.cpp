// SPDX-License-Identifier: Apache-2.0
/// \file The engine `onnxruntime`: ONNX Runtime on ONNX files.
#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <onnxruntime_cxx_api.h>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/network_ends.hpp"
#include "formats/half.hpp"

namespace yolo::engines {

namespace {

std::string onnxruntime_library() {
    return fmt::format("ONNX Runtime {}", Ort::GetVersionString());
}

class OnnxRuntimeEngine final : public Engine {
  public:
    OnnxRuntimeEngine(const ExportedFile& file, const EngineOptions& options)
        : environment_(ORT_LOGGING_LEVEL_ERROR, "yolo"), session_(nullptr) {
        Ort::SessionOptions settings;
        settings.SetIntraOpNumThreads(options.threads);
        settings.SetInterOpNumThreads(1);
        settings.SetGraphOptimizationLevel(GraphOptimizationLevel::ORT_ENABLE_ALL);
        if (options.device != "cpu") use_gpu(settings, options.device);
        session_ = Ort::Session(environment_, file.path.c_str(), settings);
        read_input(file);
        read_outputs();
        input_.traits.device = options.device;
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, input_.channels, input_.traits);
        Tensor images = float_input(batch, shape, input_.traits.layout);
        if (half_input_) images = formats::to_half(images);
        const auto memory = Ort::MemoryInfo::CreateCpu(OrtArenaAllocator, OrtMemTypeDefault);
        const Ort::Value input = Ort::Value::CreateTensor(
            memory, const_cast<std::byte*>(images.raw()), images.bytes(), images.shape().data(),
            images.shape().size(),
            half_input_ ? ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 : ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT);
        std::vector<const char*> names;
        for (const std::string& name : outputs_) names.push_back(name.c_str());
        const char* input_name = input_name_.c_str();
        const auto values =
            session_.Run(Ort::RunOptions{nullptr}, &input_name, &input, 1, names.data(), names.size());
        std::vector<Tensor> results;
        for (const Ort::Value& value : values) results.push_back(copied(value));
        return results;
    }

    EngineTraits traits() const override { return input_.traits; }

    EngineReport report(int, int) override {
        return {{"engine", "onnxruntime"},
                {"precision", to_string(input_.traits.precision)},
                {"instructions",
                 input_.traits.device == "cpu" ? "CPUExecutionProvider" : "CUDAExecutionProvider"},
                {"version", onnxruntime_library()}};
    }

  private:
    /// "cuda:1". Throws UsageError when this ONNX Runtime has no CUDA.
    static void use_gpu(Ort::SessionOptions& settings, const std::string& device) {
        const std::vector<std::string> providers = Ort::GetAvailableProviders();
        if (std::find(providers.begin(), providers.end(), "CUDAExecutionProvider") == providers.end())
            throw UsageError(fmt::format(
                "device={}: this ONNX Runtime computes on processors alone; put the library of the package "
                "onnxruntime-gpu into its place, or use device=cpu",
                device.substr(device.find(':') + 1)));
        OrtCUDAProviderOptions cuda = {};
        cuda.device_id = std::stoi(device.substr(device.find(':') + 1));
        settings.AppendExecutionProvider_CUDA(cuda);
    }

    void read_input(const ExportedFile& file) {
        require_one_input(file, session_.GetInputCount());
        const Ort::TypeInfo type = session_.GetInputTypeInfo(0);
        const auto tensor = type.GetTensorTypeAndShapeInfo();
        input_ = picture_input(file, tensor.GetShape());
        half_input_ = tensor.GetElementType() == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
        input_name_ = session_.GetInputNameAllocated(0, Ort::AllocatorWithDefaultOptions()).get();
    }

    void read_outputs() {
        std::vector<FileOutput> outputs;
        for (std::size_t i = 0; i < session_.GetOutputCount(); ++i) {
            const auto type = session_.GetOutputTypeInfo(i);
            outputs.push_back({session_.GetOutputNameAllocated(i, Ort::AllocatorWithDefaultOptions()).get(),
                               type.GetTensorTypeAndShapeInfo().GetDimensionsCount()});
        }
        for (const std::size_t i : output_order(outputs)) outputs_.push_back(outputs[i].name);
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
    FileInput input_;
    bool half_input_ = false;
    std::string input_name_;
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

YOLO_ENGINE_PLUGIN(yolo::engines::make_onnxruntime_engine, yolo::engines::onnxruntime_library);
