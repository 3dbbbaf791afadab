// SPDX-License-Identifier: Apache-2.0
/// \file The engine `openvino`: OpenVINO's runtime on its own files, on ONNX and on LiteRT files.
#include <algorithm>
#include <cstring>

#include <fmt/core.h>
#include <openvino/openvino.hpp>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/model_info.hpp"
#include "engines/leased.hpp"

namespace yolo::engines {

namespace {

namespace fs = std::filesystem;

/// A size, or 0 where any fits.
int size_of_axis(const ov::PartialShape& shape, std::size_t axis) {
    return shape[static_cast<std::ptrdiff_t>(axis)].is_static()
               ? static_cast<int>(shape[static_cast<std::ptrdiff_t>(axis)].get_length())
               : 0;
}

/// What a message of the library ends with: before it stands where in its source it was thrown.
std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

/// The one file of a folder that describes the network.
fs::path network_file(const fs::path& path) {
    if (!fs::is_directory(path)) return path;
    for (const auto& entry : fs::directory_iterator(path))
        if (entry.path().extension() == ".xml") return entry.path();
    throw Error(fmt::format("'{}' holds no network: an .xml file is missing", path.string()));
}

class OpenvinoEngine final : public Engine {
  public:
    OpenvinoEngine(const ExportedFile& file, const EngineOptions& options)
        : path_(file.path), options_(options) {
        const std::shared_ptr<ov::Model> model = core_.read_model(network_file(path_).string());
        if (model->inputs().size() != 1)
            throw Error(fmt::format("'{}' takes {} inputs: a model of pictures takes one", path_.string(),
                                    model->inputs().size()));
        read_traits(*model, file);
        model_ = core_.compile_model(
            model, "CPU", ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
            ov::inference_num_threads(options.threads),
            ov::hint::inference_precision(options.precision == Precision::fp32 ? ov::element::f32
                                                                               : ov::element::bf16));
        traits_.precision = model_.get_property(ov::hint::inference_precision) == ov::element::bf16
                                ? Precision::bf16
                                : Precision::fp32;
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, channels_, traits_);
        Tensor images = float_input(batch, shape, traits_.layout);
        ov::Shape sizes(images.shape().begin(), images.shape().end());
        const auto request = requests_.lease(
            [&] { return std::make_unique<ov::InferRequest>(model_.create_infer_request()); });
        request->set_input_tensor(
            ov::Tensor(ov::element::f32, sizes, const_cast<std::byte*>(images.raw())));  // it is only read
        request->infer();
        std::vector<Tensor> outputs;
        for (const std::size_t index : outputs_) outputs.push_back(copied(request->get_output_tensor(index)));
        return outputs;
    }

    EngineTraits traits() const override { return traits_; }

    EngineReport report(int, int) override {
        return {{"engine", "openvino"},
                {"precision", to_string(traits_.precision)},
                {"instructions", core_.get_property("CPU", ov::device::full_name)},
                {"version", fmt::format("OpenVINO {}", ov::get_openvino_version().buildNumber)}};
    }

  private:
    void read_traits(const ov::Model& model, const ExportedFile& file) {
        const ov::PartialShape shape = model.input().get_partial_shape();
        if (shape.rank().is_dynamic() || shape.size() != 4)
            throw Error(
                fmt::format("'{}' does not take pictures: its input has not four axes", path_.string()));
        traits_ = traits_from_metadata(file.metadata, path_.string());
        const bool last =
            size_of_axis(shape, 3) > 0 && size_of_axis(shape, 3) <= 4 && size_of_axis(shape, 1) != 3;
        traits_.layout = last ? InputLayout::nhwc : InputLayout::nchw;
        channels_ = size_of_axis(shape, last ? 3 : 1);
        traits_.batch = size_of_axis(shape, 0);
        traits_.height = size_of_axis(shape, last ? 1 : 2);
        traits_.width = size_of_axis(shape, last ? 2 : 3);
        traits_.device = "cpu";
        order_outputs(model);
    }

    /// output0 first, whatever their order in the file: by name, else objects (three axes) before prototypes.
    void order_outputs(const ov::Model& model) {
        for (std::size_t i = 0; i < model.outputs().size(); ++i) outputs_.push_back(i);
        const auto rank = [&](std::size_t i) {
            const auto names = model.output(i).get_names();
            if (names.contains("output0")) return 0;
            if (names.contains("output1")) return 10;
            const ov::PartialShape shape = model.output(i).get_partial_shape();
            return shape.rank().is_static() ? static_cast<int>(shape.size()) : 9;
        };
        std::stable_sort(outputs_.begin(), outputs_.end(),
                         [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    }

    static Tensor copied(const ov::Tensor& from) {
        if (from.get_element_type() != ov::element::f32)
            throw Error("an output of the network is not float32");
        const ov::Shape& sizes = from.get_shape();  // asked once: a second call may make it anew
        Tensor to = Tensor::allocate(DType::f32, Shape(sizes.begin(), sizes.end()));
        std::memcpy(to.mutable_values<float>().data(), from.data(), to.bytes());
        return to;
    }

    const fs::path path_;
    const EngineOptions options_;
    ov::Core core_;
    ov::CompiledModel model_;
    Pool<ov::InferRequest> requests_;
    EngineTraits traits_;
    int channels_ = 3;
    std::vector<std::size_t> outputs_;  // indices: output0, output1
};

Engine* make_openvino_engine(ModelSource source, const EngineOptions& options) {
    const auto& file = std::get<ExportedFile>(source);
    try {
        return new OpenvinoEngine(file, options);
    } catch (const ov::Exception& problem) {
        const std::string text = problem.what();
        throw Error(fmt::format("OpenVINO cannot open '{}': {}", file.path.string(), last_line(text)));
    }
}

}  // namespace

}  // namespace yolo::engines

YOLO_ENGINE_PLUGIN(yolo::engines::make_openvino_engine);
