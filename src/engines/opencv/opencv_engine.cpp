// SPDX-License-Identifier: Apache-2.0
/// \file The engine `opencv`: OpenCV's network module on ONNX files (dnn=True).
#include <cstring>

#include <fmt/core.h>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

#include <yolo/error.hpp>

#include "core/mapped_file.hpp"
#include "engines/batch.hpp"
#include "engines/engine_plugin.hpp"
#include "engines/exported/network_ends.hpp"
#include "engines/exported/onnx_file.hpp"
#include "engines/pool.hpp"

namespace yolo::engines {

namespace {

/// With the library's reason, without the place in its source, on one line.
std::string refusal(const std::filesystem::path& path, const cv::Exception& problem) {
    const std::string& text = problem.err;
    return fmt::format(
        "OpenCV {} cannot run '{}' ({}): files exported with opset=12, without half and nms, are "
        "safest for it",
        cv::getVersionString(), path.string(), text.substr(0, text.find('\n')));
}

std::string opencv_library() {
    return fmt::format("OpenCV {}", cv::getVersionString());
}

class OpencvEngine final : public Engine {
  public:
    explicit OpencvEngine(const ExportedFile& file) : path_(file.path) {
        const OnnxFile ends = onnx_file(MappedFile::open(path_)->bytes());
        require_one_input(file, ends.inputs.size());
        input_ = picture_input(file, ends.inputs.front().sizes);
        if (input_.traits.batch == 0 || !input_.traits.fixed_size())
            throw Error(
                fmt::format("OpenCV runs files of fixed sizes, '{}' was exported with dynamic=True: export "
                            "it anew without, or leave dnn and engine out",
                            path_.string()));
        std::vector<FileOutput> outputs;
        for (const OnnxEnd& output : ends.outputs) outputs.push_back({output.name, output.sizes.size()});
        for (const std::size_t i : output_order(outputs)) outputs_.push_back(outputs[i].name);
        networks_.lease([this] { return open(); });  // says at once when it cannot
    }

    std::vector<Tensor> run(const Batch& batch) override {
        const BatchShape shape = check_batch(batch, input_.channels, input_.traits);
        const Tensor images = float_input(batch, shape, input_.traits.layout);
        const std::vector<int> sizes(images.shape().begin(), images.shape().end());
        const auto network = networks_.lease([this] { return open(); });
        network->setInput(cv::Mat(sizes, CV_32F, const_cast<std::byte*>(images.raw())));  // it is copied
        std::vector<cv::Mat> values;
        try {
            network->forward(values, outputs_);
        } catch (const cv::Exception& problem) {
            throw Error(refusal(path_, problem));
        }
        std::vector<Tensor> results;
        for (const cv::Mat& value : values) results.push_back(copied(value));
        return results;
    }

    EngineTraits traits() const override { return input_.traits; }

    EngineReport report(int, int) override {
        return {{"engine", "opencv"},
                {"precision", to_string(input_.traits.precision)},
                {"instructions", "cv::dnn"},
                {"version", opencv_library()}};
    }

  private:
    std::unique_ptr<cv::dnn::Net> open() const {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);  // it throws what it logs
        auto network = std::make_unique<cv::dnn::Net>(cv::dnn::readNetFromONNX(path_.string()));
        network->setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        network->setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
        return network;
    }

    static Tensor copied(const cv::Mat& from) {
        Tensor to = Tensor::allocate(DType::f32, Shape(from.size.p, from.size.p + from.dims));
        const cv::Mat dense = from.isContinuous() ? from : from.clone();
        std::memcpy(to.mutable_values<float>().data(), dense.data, to.bytes());
        return to;
    }

    std::filesystem::path path_;
    Pool<cv::dnn::Net> networks_;
    FileInput input_;
    std::vector<std::string> outputs_;
};

Engine* make_opencv_engine(ModelSource source, const EngineOptions&) {
    const auto& file = std::get<ExportedFile>(source);
    try {
        return new OpencvEngine(file);
    } catch (const cv::Exception& problem) {
        throw Error(refusal(file.path, problem));
    }
}

}  // namespace

}  // namespace yolo::engines

YOLO_ENGINE_PLUGIN(yolo::engines::make_opencv_engine, yolo::engines::opencv_library);
