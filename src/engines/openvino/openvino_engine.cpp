// SPDX-License-Identifier: Apache-2.0
/// \file The engine `openvino`: OpenVINO's runtime on its own files, on ONNX and on LiteRT files.
#include <algorithm>
#include <cctype>
#include <cstring>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <openvino/openvino.hpp>

#include <yolo/error.hpp>

#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/formats.hpp"
#include "engines/exported/network_ends.hpp"
#include "engines/pool.hpp"

namespace yolo::engines {

namespace {

namespace fs = std::filesystem;

/// Sizes of the axes, -1 where any fits; empty where not even their number is known.
std::vector<std::int64_t> sizes_of(const ov::PartialShape& shape) {
    std::vector<std::int64_t> sizes;
    if (shape.rank().is_dynamic()) return sizes;
    for (const ov::Dimension& size : shape) sizes.push_back(size.is_static() ? size.get_length() : -1);
    return sizes;
}

/// What our files call an output, of all the names it has; else any of them.
std::string name_of(const ov::Output<ov::Node>& output) {
    const auto& names = output.get_names();
    for (const char* usual : {"output0", "output1"})
        if (names.contains(usual)) return usual;
    return names.empty() ? "" : *names.begin();
}

/// What a message of the library ends with: before it stands where in its source it was thrown.
std::string last_line(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.substr(text.rfind('\n') + 1);
}

/// The one file of a folder that describes the network.
fs::path network_file(const fs::path& path) {
    if (!fs::is_directory(path)) return path;
    if (const fs::path file = file_in(path, ".xml"); !file.empty()) return file;
    throw Error(fmt::format("'{}' holds no network: an .xml file is missing", path.string()));
}

ov::element::Type type_of(Precision precision) {
    switch (precision) {
        case Precision::fp32:
            return ov::element::f32;
        case Precision::bf16:
            return ov::element::bf16;
        case Precision::fp16:
            return ov::element::f16;
    }
    return ov::element::f32;
}

Precision precision_of(ov::element::Type type) {
    if (type == ov::element::bf16) return Precision::bf16;
    return type == ov::element::f16 ? Precision::fp16 : Precision::fp32;
}

std::string openvino_library() {
    const std::string build = ov::get_openvino_version().buildNumber;  // 2026.4.1-22982-e213a147257-...
    return "OpenVINO " + build.substr(0, build.find('-'));
}

class OpenvinoEngine final : public Engine {
  public:
    OpenvinoEngine(const ExportedFile& file, const EngineOptions& options) {
        const std::shared_ptr<ov::Model> model = core_.read_model(network_file(file.path).string());
        require_one_input(file, model->inputs().size());
        input_ = picture_input(file, sizes_of(model->input().get_partial_shape()));
        std::vector<FileOutput> outputs;
        for (const ov::Output<ov::Node>& output : model->outputs())
            outputs.push_back({name_of(output), sizes_of(output.get_partial_shape()).size()});
        outputs_ = output_order(outputs);
        device_ = device_of(options.device);
        model_ = core_.compile_model(model, device_,
                                     ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                                     ov::inference_num_threads(options.threads),
                                     ov::hint::inference_precision(type_of(options.precision)));
        input_.traits.precision = precision_of(model_.get_property(ov::hint::inference_precision));
        input_.traits.device = options.device;
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, input_.channels, input_.traits);
        Tensor images = float_input(batch, shape, input_.traits.layout);
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

    EngineTraits traits() const override { return input_.traits; }

    EngineReport report(int, int) override {
        return {{"engine", "openvino"},
                {"precision", to_string(input_.traits.precision)},
                {"instructions", core_.get_property(device_, ov::device::full_name)},
                {"version", openvino_library()}};
    }

  private:
    static Tensor copied(const ov::Tensor& from) {
        if (from.get_element_type() != ov::element::f32)
            throw Error("an output of the network is not float32");
        const ov::Shape& sizes = from.get_shape();  // asked once: a second call may make it anew
        Tensor to = Tensor::allocate(DType::f32, Shape(sizes.begin(), sizes.end()));
        std::memcpy(to.mutable_values<float>().data(), from.data(), to.bytes());
        return to;
    }

    /// "GPU.1" of "intel:gpu.1"; "CPU" of "cpu", "AUTO" of "intel". Throws UsageError when it is not here.
    std::string device_of(const std::string& asked) {
        const std::size_t colon = asked.find(':');
        if (colon == std::string::npos) return asked == "cpu" ? "CPU" : "AUTO";
        std::string name = asked.substr(colon + 1);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        const std::vector<std::string> known = core_.get_available_devices();
        const std::string kind = name.substr(0, name.find('.'));
        const bool here = std::any_of(known.begin(), known.end(), [&](const std::string& device) {
            return device == name || (kind == name && device.starts_with(kind + "."));
        });
        if (!here)
            throw UsageError(fmt::format("device={}: OpenVINO has no {} here; it has: {}", asked, name,
                                         fmt::join(known, ", ")));
        return name;
    }

    ov::Core core_;
    std::string device_;
    ov::CompiledModel model_;
    Pool<ov::InferRequest> requests_;
    FileInput input_;
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

YOLO_ENGINE_PLUGIN(yolo::engines::make_openvino_engine, yolo::engines::openvino_library);
