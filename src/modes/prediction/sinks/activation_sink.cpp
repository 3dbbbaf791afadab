// SPDX-License-Identifier: Apache-2.0
#include <opencv2/imgproc.hpp>

#include "image/channels.hpp"
#include "image/codec.hpp"
#include "modes/prediction/sinks/sink.hpp"
#include "tasks/task.hpp"

namespace yolo::modes {

namespace {

/// The picture with its darkest value black and its brightest white.
cv::Mat stretched(const cv::Mat& picture) {
    cv::Mat result;
    cv::normalize(picture.reshape(1), result, 0, 255, cv::NORM_MINMAX, CV_8U);
    return result.reshape(3);
}

/// NAME_cam.jpg, videos and streams NAME_FRAME_cam.jpg: half the network's input, half where it looked, from
/// blue (nowhere) to red.
class ActivationSink : public Sink {
  public:
    ActivationSink(RunFiles& files, const ModelInfo& info, Size shape,
                   std::unique_ptr<train::Explainer> explainer)
        : files_(files),
          room_(tasks::task_room(info.task)),
          channels_(info.channels),
          shape_(shape),
          explainer_(std::move(explainer)) {}

    void write(const Output& output) override {
        const Size input = output.prediction.result.input_shape;
        Tensor picture = Tensor::allocate(DType::u8, {1, input.height, input.width, channels_});
        cv::Mat place(input.height, input.width, CV_8UC(channels_),
                      picture.mutable_values<std::uint8_t>().data());
        room_.preprocess(output.prediction.frame.image, place, shape_);

        const Tensor map = explainer_->activation_map(picture);
        const cv::Mat shares(input.height, input.width, CV_32F,
                             const_cast<float*>(map.values<float>().data()));
        cv::Mat heat, mixed;
        shares.convertTo(heat, CV_8U, 255);
        cv::applyColorMap(heat, heat, cv::COLORMAP_JET);
        cv::addWeighted(heat, 0.5, stretched(image::with_channels(place, 3)), 0.5, 0, mixed);
        image::write_image(files_.claim_new(output.frame_name() + "_cam.jpg"), mixed);
    }

  private:
    RunFiles& files_;
    const tasks::TaskRoom& room_;
    const int channels_;
    const Size shape_;  ///< that pictures are letterboxed to
    const std::unique_ptr<train::Explainer> explainer_;
};

}  // namespace

std::unique_ptr<Sink> activation_sink(RunFiles& files, const ModelInfo& info, Size shape,
                                      std::unique_ptr<train::Explainer> explainer) {
    return std::make_unique<ActivationSink>(files, info, shape, std::move(explainer));
}

}  // namespace yolo::modes
