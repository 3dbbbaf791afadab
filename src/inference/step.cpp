// SPDX-License-Identifier: Apache-2.0
#include "inference/step.hpp"

#include "tasks/augment.hpp"
#include "tasks/task.hpp"

namespace yolo::inference {

namespace {

using Clock = std::chrono::steady_clock;

constexpr float loose_iou = 0.95F;  // suppresses nearly nothing

double milliseconds_each(std::chrono::nanoseconds time, std::size_t pictures) {
    return static_cast<double>(time.count()) / 1e6 / static_cast<double>(pictures);
}

tasks::DecodeOptions decode_options(const PredictOptions& options) {
    return {.conf = options.conf,
            .iou = options.iou,
            .max_det = options.max_det,
            .agnostic = options.agnostic_nms,
            .multi_label = false,
            .classes = options.classes,
            .retina_masks = options.retina_masks};
}

/// The batch as the network takes it: (N, H, W, 3) uint8 BGR, or (N, H, W, 1) grey.
Tensor letterboxed(const std::vector<sources::Frame>& frames, const tasks::TaskRoom& room,
                   const ModelInfo& info, const PredictOptions& options,
                   const engines::EngineTraits& traits) {
    std::vector<Size> sizes;
    for (const sources::Frame& frame : frames) sizes.push_back({frame.image.rows, frame.image.cols});
    const Size fixed{traits.height, traits.width};
    const Size shape = traits.fixed_size() ? fixed : options.imgsz.value_or(Size{info.imgsz, info.imgsz});
    const Size input =
        traits.fixed_size() ? fixed : room.input_size(sizes, shape, options.rect, info.max_stride());
    const auto count = static_cast<std::int64_t>(frames.size());
    Tensor images = Tensor::allocate(DType::u8, {count, input.height, input.width, info.channels});
    std::uint8_t* data = images.mutable_values<std::uint8_t>().data();
    const std::size_t picture_bytes = images.bytes() / frames.size();
    for (std::size_t i = 0; i < frames.size(); ++i) {
        cv::Mat place(input.height, input.width, CV_8UC(info.channels), data + i * picture_bytes);
        room.preprocess(frames[i].image, place, shape);
    }
    return images;
}

Result empty_result(const sources::Frame& frame, const ModelInfo& info, Size input) {
    Result result;
    result.task = info.task;
    result.path = frame.path;
    result.names = info.names;
    result.orig_shape = {frame.image.rows, frame.image.cols};
    result.input_shape = input;
    const auto owner = std::make_shared<cv::Mat>(frame.image);
    result.image = Image(owner, {owner->data, owner->rows, owner->cols, PixelFormat::bgr, owner->step[0]});
    return result;
}

/// The last outputs are the maps of these layers.
std::map<int, Tensor> maps_of(const std::vector<Tensor>& outputs, const std::vector<int>& layers,
                              int picture) {
    std::map<int, Tensor> maps;
    for (std::size_t i = 0; i < layers.size(); ++i)
        maps.emplace(layers[i], rows_of(outputs.at(outputs.size() - layers.size() + i), picture, 1));
    return maps;
}

std::vector<float> row(const Tensor& matrix, std::size_t index) {
    const auto width = static_cast<std::size_t>(matrix.dim(1));
    const auto values = matrix.values<float>().subspan(index * width, width);
    return {values.begin(), values.end()};
}

}  // namespace

std::vector<Tensor> run_augmented(engines::Engine& engine, const Tensor& images, const ModelInfo& info) {
    const Size input{static_cast<int>(images.dim(1)), static_cast<int>(images.dim(2))};
    std::vector<Tensor> outputs;
    for (const Tensor& scaled : tasks::augmented_inputs(tasks::to_float_rgb(images), info.max_stride())) {
        outputs.push_back(engine.run({scaled, engines::Batch::Layout::nchw_rgb}).at(0));
    }
    return {tasks::merge_augmented(outputs, input, static_cast<int>(info.stride.size()))};
}

std::vector<Prediction> predict_step(Session& session, const EngineRequest& request,
                                     const PredictOptions& options, std::vector<sources::Frame> frames,
                                     StepTimes& times, std::optional<float> loose_conf) {
    engines::Engine& engine = session.engine(request);
    const ModelInfo& info = session.info();
    const tasks::TaskRoom& room = tasks::task_room(info.task);
    const engines::EngineTraits traits = engine.traits();

    const auto start = Clock::now();
    const Tensor images = letterboxed(frames, room, info, options, traits);
    const Size input{static_cast<int>(images.dim(1)), static_cast<int>(images.dim(2))};
    const auto letterboxed_at = Clock::now();
    engine.report(input.height, input.width);  // prepares a size that is new: not what a picture costs
    const auto prepared = Clock::now();
    const std::vector<Tensor> outputs = options.augment
                                            ? run_augmented(engine, images, info)
                                            : engine.run({images, engines::Batch::Layout::nhwc_bgr});
    const auto computed = Clock::now();

    std::vector<Prediction> predictions;
    tasks::DecodeOptions decoding = decode_options(options);
    decoding.form = traits.output;
    if (loose_conf) decoding.loose = {.iou = loose_iou, .conf = *loose_conf};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto index = static_cast<int>(i);
        Result result = empty_result(frames[i], info, input);
        tasks::Decoded decoded;
        if (!options.embed.empty()) {
            result.embedding = row(outputs.at(0), i);
        } else {
            decoded = room.decode(outputs, index, info, decoding, result);
        }
        predictions.push_back({std::move(frames[i]), std::move(result), maps_of(outputs, request.maps, index),
                               std::move(decoded.anchors), std::move(decoded.loose)});
    }

    times = {letterboxed_at - start,
             computed - prepared,
             Clock::now() - computed,
             {images.dim(0), images.dim(3), input.height, input.width}};
    for (Prediction& prediction : predictions) {
        prediction.result.speed = {milliseconds_each(times.letterbox, predictions.size()),
                                   milliseconds_each(times.network, predictions.size()),
                                   milliseconds_each(times.postprocess, predictions.size())};
    }
    return predictions;
}

}  // namespace yolo::inference
